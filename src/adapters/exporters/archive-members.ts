import { createWriteStream } from 'node:fs'
import { type FileHandle, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createTarDecoder, decompress, sniffCompression } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'

/** Files by name: of a directory, or of a tar archive without unpacking it. */
export interface Members {
  /** Undefined when there is no such file. */
  size(name: string): Promise<number | undefined>
  /** The content; rejects with `bad-archive` when there is no such file. */
  read(name: string): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

interface Extent {
  readonly start: number
  readonly size: number
}

/** Where the source comes from, and a directory for what does not fit into memory; made and removed by the caller. */
export interface MembersOptions {
  readonly scratch: string
}

const chunkSize = 1 << 20

/**
 * Opens a directory, a tar file (plain, gzip or zstd) or a stream of one. A plain file is read in place; everything else
 * is written to the scratch directory first, because archives name their parts in any order.
 */
export async function openMembers(
  source: string | AsyncIterable<Uint8Array>,
  options: MembersOptions,
): Promise<Members> {
  if (typeof source === 'string') {
    const facts = await stat(source).catch((cause: unknown) => {
      throw new SlipwayError(
        'bad-archive',
        `cannot read ${source}: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      )
    })
    if (facts.isDirectory()) return directoryMembers(source)
  }
  const name = typeof source === 'string' ? source : 'the archive'
  const { compression, chunks } = await sniffCompression(typeof source === 'string' ? readFileChunks(source) : source)
  if (compression !== 'none' && compression !== 'gzip' && compression !== 'zstd') {
    throw new SlipwayError(
      'bad-archive',
      `${name} is compressed with ${compression}; plain, gzip and zstd archives can be read`,
    )
  }
  if (compression === 'none' && typeof source === 'string') {
    for await (const _ of chunks) break
    return tarMembers(source, { name, remove: false })
  }
  const copy = join(options.scratch, 'archive.tar')
  await pipeline(decompress(chunks, compression), createWriteStream(copy, { flags: 'wx' }))
  return tarMembers(copy, { name, remove: true })
}

/** The whole content of a small file. */
export async function readMember(members: Members, name: string, limit = 8 << 20): Promise<Uint8Array> {
  const size = await members.size(name)
  if (size === undefined) throw missing(name)
  if (size > limit) throw new SlipwayError('bad-archive', `${name} has ${size} bytes, more than ${limit}`)
  const chunks: Uint8Array[] = []
  for await (const chunk of members.read(name)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function directoryMembers(directory: string): Members {
  const safe = (name: string): string => {
    if (name.split('/').includes('..')) throw missing(name)
    return join(directory, name)
  }
  const size = async (name: string): Promise<number | undefined> => {
    const facts = await stat(safe(name)).catch(() => undefined)
    return facts?.isFile() === true ? facts.size : undefined
  }
  return {
    size,
    async *read(name) {
      if ((await size(name)) === undefined) throw missing(name)
      yield* readFileChunks(safe(name))
    },
    close: async () => {},
  }
}

async function tarMembers(path: string, how: { readonly name: string; readonly remove: boolean }): Promise<Members> {
  const extents = await indexTar(path)
  const file = await open(path, 'r')
  return {
    size: async (name) => extents.get(name)?.size,
    async *read(name) {
      const extent = extents.get(name)
      if (extent === undefined) throw missing(name)
      yield* readExtent(file, extent, how.name)
    },
    async close() {
      await file.close()
      if (how.remove) await rm(path, { force: true })
    },
  }
}

/** Positions of all regular files. Old docker archives share layers by links, which are followed here. */
async function indexTar(path: string): Promise<ReadonlyMap<string, Extent>> {
  const extents = new Map<string, Extent>()
  const links = new Map<string, string>()
  let current: { name: string; size: number; start: number | undefined } | undefined
  let chunkStart = 0
  let chunk: Uint8Array = new Uint8Array(0)
  const decoder = createTarDecoder(
    {
      entry(entry) {
        if (entry.kind === 'file') current = { name: entry.path, size: entry.size, start: undefined }
        if (entry.kind === 'symlink') links.set(entry.path, resolveLink(entry.path, entry.linkname ?? ''))
        if (entry.kind === 'hardlink') links.set(entry.path, entry.linkname ?? '')
      },
      data(bytes) {
        if (current !== undefined) current.start ??= chunkStart + bytes.byteOffset - chunk.byteOffset
      },
      hole() {
        throw new SlipwayError('bad-archive', `${current?.name} is stored as a sparse file, which images never are`)
      },
      end() {
        if (current !== undefined) extents.set(current.name, { start: current.start ?? 0, size: current.size })
        current = undefined
      },
      opaque() {},
    },
    { whiteouts: 'literal' },
  )
  for await (const next of readFileChunks(path)) {
    chunk = next
    decoder.write(next)
    chunkStart += next.length
  }
  decoder.close()
  for (const [name, target] of links) {
    const extent = extents.get(target)
    if (extent !== undefined) extents.set(name, extent)
  }
  return extents
}

function resolveLink(path: string, target: string): string {
  const parts = path.split('/').slice(0, -1)
  for (const part of target.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}

async function* readExtent(
  file: FileHandle,
  extent: Extent,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const end = extent.start + extent.size
  for (let at = extent.start; at < end; ) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkSize, end - at))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at)
    if (bytesRead === 0) throw new SlipwayError('bad-archive', `${name} became shorter while it was read`)
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

async function* readFileChunks(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path, 'r')
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(chunkSize) })
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

function missing(name: string): SlipwayError {
  return new SlipwayError('bad-archive', `the archive has no ${name}`)
}
