import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export interface Scratch {
  readonly directory: string
  /** Removes everything, also what is mounted below. */
  remove(): void
}

/** A new directory below `parent`; in memory, it is a file system of its own, which needs root. */
export function makeScratch(parent: string, isInMemory: boolean): Scratch {
  const directory = mkdtempSync(join(parent, 'slipway-bench-'))
  const remove = (): void => clearAway(directory)
  try {
    if (isInMemory) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=80%,mode=755', 'slipway-bench', directory])
  } catch (error) {
    remove()
    throw error
  }
  return { directory, remove }
}

/** Removes a directory after everything that is mounted on it and below. */
export function clearAway(directory: string): void {
  for (const path of mountsBelow(directory)) execFileSync('umount', ['--lazy', path])
  rmSync(directory, { recursive: true, force: true })
}

/** The newest first: a mount may lie on another one. */
function mountsBelow(directory: string): readonly string[] {
  const lines = readFileSync('/proc/self/mounts', 'utf8').trim().split('\n')
  const paths = lines.map((line) => line.split(' ')[1] ?? '')
  return paths.filter((path) => path === directory || path.startsWith(`${directory}/`)).reverse()
}
