import { spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { RunOnRoot } from '../../src/adapters/packages/index.ts'
import type { PlannedEntry, TreeNode, TreeView } from '../../src/fileset/index.ts'

/** Runs steps in a chroot below `directory`, for tests that are root: the simplest thing that can run a package's script. */
export function chrootRunner(directory: string, log: (line: string) => void = () => {}): RunOnRoot {
  return async ({ entries, argv, env, signal }) => {
    mkdirSync(directory, { recursive: true })
    for (const entry of entries) writeEntry(directory, entry)
    for (const entry of [...entries].reverse())
      if (entry.kind === 'dir') lutimesSync(join(directory, entry.path), seconds(entry), seconds(entry))
    const mounts = ['proc', 'dev', 'sys']
      .map((name) => `mkdir -p "$0/${name}"; mount --rbind /${name} "$0/${name}"`)
      .join('; ')
    const args = [
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      'sh',
      '-ec',
      `${mounts}; exec chroot "$0" "$@"`,
      directory,
      ...argv,
    ]
    await new Promise<void>((resolve, reject) => {
      const child = spawn('unshare', args, { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'], signal })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          output += chunk.toString('utf8')
          log(chunk.toString('utf8'))
        })
      }
      child.on('error', reject)
      child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`exit ${code}: ${output.slice(-3000)}`))))
    })
    return directoryView(directory)
  }
}

function writeEntry(directory: string, entry: PlannedEntry): void {
  const path = join(directory, entry.path)
  if (entry.kind === 'hardlink') return linkSync(join(directory, entry.linkname ?? ''), path)
  if (entry.kind === 'dir') mkdirSync(path)
  else if (entry.kind === 'symlink') symlinkSync(entry.linkname ?? '', path)
  else if (entry.from?.kind === 'inline') writeFileSync(path, entry.from.data)
  else if (entry.from?.kind === 'host') copyFileSync(entry.from.path, path)
  else throw new Error(`cannot write ${entry.kind} ${entry.path}`)
  lchownSync(path, entry.uid, entry.gid)
  if (entry.kind !== 'symlink') chmodSync(path, entry.mode)
  lutimesSync(path, seconds(entry), seconds(entry))
}

function seconds(entry: PlannedEntry): number {
  return Number(entry.mtime / 1_000_000_000n)
}

function environment(env: readonly string[]): Record<string, string> {
  return Object.fromEntries(env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}

function directoryView(directory: string): TreeView {
  return {
    node: (path) => nodeOf(join(directory, path)),
    names: (path) => readdirSync(join(directory, path)).sort(),
    read: (path) => readFileSync(join(directory, path)),
    origin: (path) => ({ kind: 'host', path: join(directory, path) }),
  }
}

function nodeOf(path: string): TreeNode | undefined {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  if (stat === undefined) return undefined
  const kinds = [
    [stat.isFile(), 'file'],
    [stat.isDirectory(), 'dir'],
    [stat.isSymbolicLink(), 'symlink'],
    [stat.isCharacterDevice(), 'char'],
    [stat.isFIFO(), 'fifo'],
  ] as const
  const kind = kinds.find(([is]) => is)?.[1] ?? 'socket'
  return {
    kind,
    mode: Number(stat.mode & 0o7777n),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    size: kind === 'file' ? Number(stat.size) : 0,
    mtime: stat.mtimeNs,
    ...(kind === 'symlink' ? { linkname: readlinkSync(path) } : {}),
    ...(kind === 'file' && stat.nlink > 1n ? { inode: `${stat.dev}:${stat.ino}` } : {}),
  }
}
