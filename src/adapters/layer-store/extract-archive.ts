import * as fs from 'node:fs'
import { join } from 'node:path'
import { type Bytes, createTarDecoder, type LayerEntry } from '../../archive/index.ts'
import type { PlannedEntry } from '../../fileset/index.ts'
import { decompressed } from './external-codec.ts'

/**
 * Decodes an archive for ADD: its entries in archive order, whiteout names taken literally, contents as numbered files in
 * `directory`, which must be empty and outlive the plan. Throws SlipwayError `bad-archive`, or `unsupported` when an xz or
 * bzip2 archive meets a machine without that command.
 */
export async function extractArchive(chunks: Bytes, directory: string): Promise<PlannedEntry[]> {
  const entries: PlannedEntry[] = []
  let open: { readonly handle: number; position: number } | undefined
  const decoder = createTarDecoder(
    {
      entry: (entry: LayerEntry) => {
        const path = join(directory, String(entries.length))
        entries.push(entry.kind === 'file' ? { ...entry, from: { kind: 'host', path } } : entry)
        if (entry.kind === 'file') open = { handle: fs.openSync(path, 'wx', 0o600), position: 0 }
      },
      data: (chunk) => {
        if (open === undefined) return
        for (let at = 0; at < chunk.length; ) {
          at += fs.writeSync(open.handle, chunk, at, chunk.length - at, open.position + at)
        }
        open.position += chunk.length
      },
      hole: (length) => {
        if (open !== undefined) open.position += length
      },
      end: () => {
        if (open === undefined) return
        fs.ftruncateSync(open.handle, open.position)
        fs.closeSync(open.handle)
        open = undefined
      },
      opaque: () => {},
    },
    { whiteouts: 'literal' },
  )
  try {
    for await (const chunk of decompressed(chunks)) decoder.write(chunk)
    decoder.close()
  } finally {
    if (open !== undefined) fs.closeSync(open.handle)
  }
  return entries
}
