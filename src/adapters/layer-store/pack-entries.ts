import * as fs from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { inPathOrder, type LayerEntry } from '../../archive/index.ts'
import { type Digest, fsPath, SlipwayError } from '../../core/index.ts'
import type { ContentOrigin, PlannedEntry } from '../../fileset/index.ts'
import type { FormerLayer } from './former-layer.ts'
import type { LayerContents, OpenContent, TarPlace } from './layer-contents.ts'
import { writeFailure } from './posix-calls.ts'
import type { Progress } from './progress.ts'
import type { ScannedLayer } from './scan-upper.ts'
import { createTarFile, type TarFile } from './tar-file.ts'

export interface PackOptions {
  /** For origins of kind `layer`. */
  readonly contents: LayerContents
  /** A layer that has much of the same: what it has is taken from its tar. */
  readonly former?: FormerLayer
  readonly progress?: Progress
  readonly signal?: AbortSignal
}

/** Others get a turn after so many milliseconds: a display that draws ten times a second, and steps that run meanwhile. */
const turn = 20

/**
 * Writes the tar of planned entries, whatever their order, in one pass: each content is read once, and no file is made. A file
 * that is not as long, or not the content, that its entry says is refused.
 */
export async function packEntries(
  file: string,
  planned: readonly PlannedEntry[],
  { contents, former, progress, signal }: PackOptions,
): Promise<ScannedLayer> {
  const entries: LayerEntry[] = []
  let turnedAt = performance.now()
  const giveTurn = async (): Promise<void> => {
    if (performance.now() - turnedAt < turn) return
    progress?.(entries.length, planned.length)
    await setImmediate()
    if (signal?.aborted === true) throw new SlipwayError('cancelled', 'the build was cancelled')
    turnedAt = performance.now()
  }
  const tar = createTarFile(file, giveTurn)
  const taken = takenFrom(former, tar)
  let path = ''
  try {
    for (const entry of inTarOrder(planned)) {
      path = entry.path
      if (path === '') continue
      const same = former?.same(entry)
      if (same !== undefined) await taken.add(same)
      else await taken.write()
      entries.push(same?.entry ?? (await packOne(tar, entry, contents)))
      if (entries.length % 16 === 0) await giveTurn()
    }
    await taken.write()
    return { entries, ...tar.finish() }
  } catch (error) {
    tar.abandon()
    throw writeFailure(error, path)
  }
}

/** Entries of another tar that follow each other are written as one piece. */
function takenFrom(
  former: FormerLayer | undefined,
  tar: TarFile,
): { add(place: TarPlace): Promise<void>; write(): Promise<void> } {
  let [start, end] = [0, 0]
  const write = async (): Promise<void> => {
    if (former !== undefined && end > start) await tar.range(former.handle, start, end)
    start = end
  }
  return {
    write,
    add: async (place) => {
      if (place.start !== end) {
        await write()
        start = place.start
      }
      end = place.end
    },
  }
}

/**
 * Depth first in byte order; the first name of each hard-linked file carries the content, as a tar needs it.
 * Throws SlipwayError `internal` for a path that is planned twice or a link to nothing.
 */
function inTarOrder(planned: readonly PlannedEntry[]): readonly PlannedEntry[] {
  const sorted = inPathOrder(planned)
  for (let at = 1; at < sorted.length; at += 1) {
    if (sorted[at]?.path === sorted[at - 1]?.path)
      throw new SlipwayError('internal', `/${sorted[at]?.path} is planned twice`)
  }
  if (!sorted.some((entry) => entry.kind === 'hardlink')) return sorted
  const byPath = new Map(sorted.map((entry) => [entry.path, entry]))
  const leaders = new Map<PlannedEntry, string>()
  return sorted.map((entry) => {
    const inode = inodeOf(entry, byPath)
    const leader = leaders.get(inode)
    if (leader === undefined) {
      leaders.set(inode, entry.path)
      return inode === entry ? entry : { ...inode, path: entry.path }
    }
    const { path, mode, uid, gid, mtime } = { ...inode, path: entry.path }
    return { path, kind: 'hardlink', mode, uid, gid, size: 0, mtime, linkname: leader }
  })
}

function inodeOf(entry: PlannedEntry, byPath: ReadonlyMap<string, PlannedEntry>): PlannedEntry {
  if (entry.kind !== 'hardlink') return entry
  let at: PlannedEntry | undefined = entry
  for (let hops = 0; at?.kind === 'hardlink' && hops <= byPath.size; hops += 1) at = byPath.get(at.linkname ?? '')
  if (at === undefined || at.kind === 'hardlink' || at.kind === 'dir') {
    throw new SlipwayError('internal', `/${entry.path} is planned as a link to /${entry.linkname}, which is no file`)
  }
  return at
}

async function packOne(tar: TarFile, planned: PlannedEntry, contents: LayerContents): Promise<LayerEntry> {
  tar.entry(planned)
  if (planned.kind !== 'file') return planned
  const { from, ...entry } = planned
  if (from === undefined && entry.size > 0)
    throw new SlipwayError('internal', `/${entry.path} is planned without content`)
  const digest = from === undefined ? tar.bytes(nothing) : await packContent(tar, { entry, from, contents })
  if (digest === undefined || (entry.digest !== undefined && entry.digest !== digest)) throw changed(entry, from)
  return { ...entry, digest }
}

const nothing = new Uint8Array(0)

interface Content {
  readonly entry: LayerEntry
  readonly from: ContentOrigin
  readonly contents: LayerContents
}

async function packContent(tar: TarFile, { entry, from, contents }: Content): Promise<Digest | undefined> {
  if (from.kind === 'inline') return from.data.length === entry.size ? tar.bytes(from.data) : undefined
  const source: OpenContent | { readonly handle: number } =
    from.kind === 'layer' ? contents.open(from.layer, from.path) : { handle: openHostFile(from.path) }
  try {
    // What lies in the store is what its index says.
    return await tar.content(source, { size: entry.size, digest: from.kind === 'layer' ? entry.digest : undefined })
  } finally {
    fs.closeSync(source.handle)
  }
}

function openHostFile(path: string): number {
  try {
    return fs.openSync(fsPath(path), fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK)
  } catch (cause) {
    throw new SlipwayError('context-unreadable', `cannot read ${path}: ${(cause as Error).message}`, { cause })
  }
}

function changed(entry: LayerEntry, from: ContentOrigin | undefined): SlipwayError {
  if (from?.kind === 'host')
    return new SlipwayError('context-unreadable', `${from.path} changed while it was being copied`)
  return new SlipwayError('store-unusable', `the stored content of /${entry.path} is not what its layer promised`)
}
