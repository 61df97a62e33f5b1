import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { busybox } from '../../test/kit/busybox.ts'
import { timed } from '../side-by-side/stopwatch.ts'
import { write } from './builds.ts'

/** Seconds that node takes to do nothing. */
export async function nodeStart(): Promise<number> {
  return node('0')
}

/** Seconds of node for asking about every file below a directory. */
export function walkedByNode(directory: string): Promise<number> {
  const program = `const fs = require('node:fs')
    const walk = (path) => {
      for (const entry of fs.readdirSync(path, { withFileTypes: true })) {
        const below = path + '/' + entry.name
        if (entry.isDirectory()) walk(below)
        else fs.lstatSync(below)
      }
    }
    walk(process.argv[1])`
  return node(program, directory)
}

/** Seconds of node for reading and hashing a file. */
export function hashedByNode(file: string): Promise<number> {
  const program = `const fs = require('node:fs')
    const hash = require('node:crypto').createHash('sha256')
    const buffer = Buffer.alloc(1 << 20)
    const open = fs.openSync(process.argv[1])
    for (let read; (read = fs.readSync(open, buffer)) > 0; ) hash.update(buffer.subarray(0, read))
    hash.digest()`
  return node(program, file)
}

/** Seconds for reading all files below a directory once into a tar and hashing it; with `endings`, those files alone. */
export function tarredAndHashed(directory: string, endings: readonly string[] = ['']): Promise<number> {
  const names = endings.flatMap((ending) => ['-o', '-name', `*${ending}`]).slice(1)
  const command = `cd "$0" && find . -type f "(" "$@" ")" -print0 | tar --null -T - -cf - | sha256sum`
  return shell(command, directory, ...names)
}

/** Seconds for a copy of a file, or of a tree by hard links. */
export async function copied(from: string, to: string, how: '-a' | '-al'): Promise<number> {
  return (await timed({ argv: ['cp', how, from, to] })).seconds
}

/** Seconds of a program (a file) for busybox awk. */
export async function awk(program: string, ...args: readonly string[]): Promise<number> {
  return (await timed({ argv: [busybox, 'awk', '-f', program, ...args] })).seconds
}

/** Seconds that crun takes for containers one after the other that do nothing. Undefined where crun cannot run any. */
export async function emptyContainers(count: number, directory: string): Promise<number | undefined> {
  if (spawnSync('crun', ['--version']).status !== 0) return undefined
  const root = join(directory, 'bundle/rootfs')
  for (const made of ['bin', 'proc', 'dev']) mkdirSync(join(root, made), { recursive: true })
  copyFileSync(busybox, join(root, 'bin/busybox'))
  symlinkSync('busybox', join(root, 'bin/true'))
  write(join(directory, 'bundle/config.json'), JSON.stringify(containerOfTrue))
  // crun refuses two kinds of cgroups side by side: it sees one, in a mount namespace of its own.
  const command = `umount -R /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup || exit 1
    for n in $(seq ${count}); do crun --root "$0/state" --cgroup-manager=disabled run -b "$0/bundle" "limit-$$-$n" || exit 1; done`
  const alone = ['unshare', '-m', '--propagation', 'private', 'sh', '-c'] as const
  try {
    return (await timed({ argv: [...alone, command, directory] })).seconds
  } catch (error) {
    console.error(`containers by crun are not measured: ${String(error)}`)
    return undefined
  }
}

const containerOfTrue = {
  ociVersion: '1.0.2',
  root: { path: 'rootfs' },
  process: { user: { uid: 0, gid: 0 }, args: ['/bin/true'], cwd: '/', env: ['PATH=/bin'] },
  mounts: [
    { destination: '/proc', type: 'proc', source: 'proc' },
    { destination: '/dev', type: 'tmpfs', source: 'tmpfs' },
  ],
  linux: { namespaces: ['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type })) },
}

/** Sums of what was measured, by case; those with something that was not are left out. */
export function known(
  limits: Readonly<Record<string, readonly (number | undefined)[]>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(limits).flatMap(([id, parts]) => {
      const numbers = parts.filter((part) => part !== undefined)
      return numbers.length === parts.length ? [[id, numbers.reduce((sum, part) => sum + part, 0)]] : []
    }),
  )
}

async function node(program: string, ...args: readonly string[]): Promise<number> {
  return (await timed({ argv: [process.execPath, '-e', program, ...args] })).seconds
}

async function shell(command: string, ...args: readonly string[]): Promise<number> {
  return (await timed({ argv: ['sh', '-c', command, ...args] })).seconds
}
