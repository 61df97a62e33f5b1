import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { readTar } from '../../archive/index.ts'
import type { Digest, GitSource } from '../../core/index.ts'
import { sniffStream } from './context-stream.ts'
import { fetchGit } from './git-source.ts'
import { fetchHttp } from './http-source.ts'
import type { SourcesOptions } from './sources.ts'

/** A source that has a time of its own. */
export type TimedSource =
  | { readonly kind: 'http'; readonly url: string; readonly filename: string; readonly checksum?: Digest }
  | ({ readonly kind: 'git'; readonly keepGitDir: boolean; readonly submodules: boolean } & GitSource)

/**
 * The time of a source in seconds, as SOURCE_DATE_EPOCH takes it: that of the commit; for a download Last-Modified,
 * unless its content is pinned by a checksum, else the newest file of an archive. Undefined where there is none.
 */
export async function sourceTime(
  source: TimedSource,
  options: Omit<SourcesOptions, 'contexts'> & { readonly signal: AbortSignal },
): Promise<number | undefined> {
  const { root, signal, access, authorities, hold } = options
  if (source.kind === 'git') return (await fetchGit(source, { root: join(root, 'git'), signal, access, hold })).time
  const authorization = access.http(source.url)
  const { path, modified } = await fetchHttp(source, {
    root: join(root, 'http'),
    signal,
    authorities,
    hold,
    ...(authorization === undefined ? {} : { authorization }),
  })
  if (modified !== undefined && source.checksum === undefined) return modified
  return newestInArchive(join(path, source.filename)).catch(() => undefined)
}

/** Rejects for what is no archive. */
async function newestInArchive(file: string): Promise<number | undefined> {
  const sniffed = await sniffStream(createReadStream(file))
  if (sniffed.kind !== 'tar') return undefined
  let newest: bigint | undefined
  for await (const event of readTar(sniffed.tar, { whiteouts: 'literal' })) {
    if (event.kind !== 'entry' || event.entry.kind !== 'file') continue
    if (newest === undefined || event.entry.mtime > newest) newest = event.entry.mtime
  }
  return newest === undefined ? undefined : Number(newest / 1_000_000_000n)
}
