import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { fsPath, pathFromBytes } from '../../core/index.ts'

/** What lies below a path. */
export interface Measured {
  /** Bytes that the file system has given to it, as `du` counts them. */
  readonly bytes: number
  /** Files, directories and everything else, the path itself included. */
  readonly nodes: number
}

/** A display draws ten times a second, and steps run meanwhile. */
const turn = 20

/**
 * What each path takes on the disk. A file with several names counts where it is met first, and what lies below an earlier path
 * does not count again, so that the sum is what all of them take together, and what stands last is what goes when that is
 * removed. Paths that are not there take nothing. What this user may not look into counts without its content: see
 * `measureStored`.
 */
export async function measurePaths(paths: readonly string[]): Promise<readonly Measured[]> {
  const seen = new Set<string>()
  const done = new Set<string>()
  const measured: Measured[] = []
  let turnedAt = performance.now()
  for (const path of paths) {
    let [bytes, nodes] = [0, 0]
    for (const rest = [path]; rest.length > 0; ) {
      const next = rest.pop() as string
      if (next !== path && done.has(next)) continue
      const stats = lstatSync(fsPath(next), { throwIfNoEntry: false })
      if (stats === undefined) continue
      nodes += 1
      if (isFirst(stats, seen)) bytes += stats.blocks * 512
      if (stats.isDirectory()) for (const name of namesIn(next)) rest.push(`${next}/${name}`)
      if (nodes % 256 === 0 && performance.now() - turnedAt > turn) {
        await setImmediate()
        turnedAt = performance.now()
      }
    }
    done.add(path)
    measured.push({ bytes, nodes })
  }
  return measured
}

function isFirst(stats: Stats, seen: Set<string>): boolean {
  if (stats.nlink === 1 || stats.isDirectory()) return true
  const key = `${stats.dev}:${stats.ino}`
  if (seen.has(key)) return false
  seen.add(key)
  return true
}

/** None where this user may not look. */
function namesIn(directory: string): readonly string[] {
  try {
    const names = readdirSync(fsPath(directory))
    const isPlain = names.every((name) => !name.includes('\ufffd'))
    return isPlain ? names : readdirSync(fsPath(directory), { encoding: 'buffer' }).map((name) => pathFromBytes(name))
  } catch {
    return []
  }
}
