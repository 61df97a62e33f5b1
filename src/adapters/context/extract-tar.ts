import {
  chmodSync,
  closeSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { type Bytes, type LayerEntry, readTar } from '../../archive/index.ts'
import { fsPath, pathToBytes, SlipwayError } from '../../core/index.ts'
import { baseOf, cleanPath, joinPath, parentOf, resolveInRoot, type TreeNode } from '../../fileset/index.ts'

interface Extraction {
  readonly root: string
  /** What was written, the only thing that links are followed through: the directory was empty before. */
  readonly written: Map<string, Written>
}

type Written = Pick<LayerEntry, 'kind' | 'linkname' | 'mode' | 'mtime' | 'uid' | 'gid'>

/**
 * Unpacks an uncompressed tar into an empty directory, for use as a build context: modes and times are kept, for root
 * owners, too, links are followed without leaving the directory. Returns the time of the newest file in
 * seconds, undefined without files. Throws `bad-archive` for entries that lead out of it, `unsupported` for devices.
 */
export async function extractTar(chunks: Bytes, root: string): Promise<number | undefined> {
  const extraction: Extraction = { root, written: new Map() }
  let file: number | undefined
  try {
    for await (const event of readTar(chunks, { whiteouts: 'literal' })) {
      if (event.kind === 'entry') {
        file = writeEntry(extraction, event.entry)
      } else if (event.kind === 'data' && file !== undefined) {
        for (let at = 0; at < event.bytes.length; ) at += writeSync(file, event.bytes, at)
      } else if (event.kind === 'end' && file !== undefined) {
        closeSync(file)
        file = undefined
      }
    }
  } finally {
    if (file !== undefined) closeSync(file)
  }
  finish(extraction)
  const times = [...extraction.written.values()].filter(({ kind }) => kind === 'file').map(({ mtime }) => mtime)
  const newest = times.reduce<bigint | undefined>(
    (last, time) => (last === undefined || time > last ? time : last),
    undefined,
  )
  return newest === undefined ? undefined : Number(newest / 1_000_000_000n)
}

/** Whether what this process unpacks belongs to whom the archive says: only root can give files away. */
export function keepsOwners(): boolean {
  return process.getuid?.() === 0
}

/** Owners, modes and times come last: a directory may be read-only, and writing into it changes its time. */
function finish({ root, written }: Extraction): void {
  const owned = keepsOwners()
  for (const [path, { kind, mode, mtime, uid, gid }] of [...written].reverse()) {
    const full = onDisk(root, path)
    const seconds = Number(mtime) / 1e9
    if (owned) lchownSync(full, uid, gid)
    if (kind !== 'symlink') chmodSync(full, mode)
    lutimesSync(full, seconds, seconds)
  }
}

function writeEntry(extraction: Extraction, entry: LayerEntry): number | undefined {
  const { root, written } = extraction
  const path = place(extraction, entry.path)
  if (path === '') return undefined
  const full = onDisk(root, path)
  const before = written.get(path)
  if (before !== undefined && !(before.kind === 'dir' && entry.kind === 'dir')) remove(extraction, path)
  if (entry.kind === 'hardlink') {
    const target = place(extraction, entry.linkname ?? '')
    if (!written.has(target)) {
      throw new SlipwayError(
        'bad-archive',
        `the archive has a hard link to ${JSON.stringify(entry.linkname)}, which is not in it`,
      )
    }
    linkSync(onDisk(root, target), full)
    written.set(path, { ...entry, kind: 'hardlink' })
    return undefined
  }
  written.delete(path)
  written.set(path, entry)
  if (entry.kind === 'file') return openSync(full, 'wx', 0o600)
  if (entry.kind === 'symlink') symlinkSync(pathToBytes(entry.linkname ?? ''), full)
  else if (entry.kind === 'dir') mkdirSync(full, { recursive: true, mode: 0o700 })
  else throw new SlipwayError('unsupported', `the context archive has a device or pipe: ${entry.path}`)
  return undefined
}

/** Where an entry goes, its directories made. */
function place(extraction: Extraction, path: string): string {
  if (path.split('/').includes('..'))
    throw new SlipwayError('bad-archive', `the archive entry ${JSON.stringify(path)} leads out of the context`)
  const clean = cleanPath(path)
  if (clean === '') return ''
  const node = (at: string): TreeNode | undefined => extraction.written.get(at) as TreeNode | undefined
  const directory = resolveInRoot({ node }, parentOf(clean))
  if (typeof directory !== 'string')
    throw new SlipwayError('bad-archive', `the archive has a loop of links at ${JSON.stringify(path)}`)
  makeDirectory(extraction, directory)
  return joinPath(directory, baseOf(clean))
}

function makeDirectory(extraction: Extraction, path: string): void {
  if (path === '' || extraction.written.get(path)?.kind === 'dir') return
  makeDirectory(extraction, parentOf(path))
  if (extraction.written.has(path))
    throw new SlipwayError(
      'bad-archive',
      `the archive puts files into ${JSON.stringify(path)}, which is not a directory`,
    )
  mkdirSync(onDisk(extraction.root, path), { mode: 0o700 })
  extraction.written.set(path, { kind: 'dir', mode: 0o755, mtime: 0n, uid: 0, gid: 0 })
}

function remove({ root, written }: Extraction, path: string): void {
  rmSync(onDisk(root, path), { recursive: true, force: true })
  for (const key of written.keys()) if (key === path || key.startsWith(`${path}/`)) written.delete(key)
}

function onDisk(root: string, path: string): string | Buffer {
  return fsPath(`${root}/${path}`)
}
