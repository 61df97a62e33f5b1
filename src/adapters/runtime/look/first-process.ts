import { readFileSync } from 'node:fs'
import { constants } from 'node:os'

/** The first process of a running step. */
export interface FirstProcess {
  readonly argv: readonly string[]
  /** What it does with a signal; the kernel gives the first process of a namespace none that it does not handle. */
  readonly reaction: 'handles' | 'ignores' | 'none'
  /** Whether it has started others. */
  readonly children: boolean
}

/** What the kernel tells about a process; undefined once it is gone. */
export function readFirstProcess(pid: number, signal: NodeJS.Signals): FirstProcess | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() !== ''
    return { argv, reaction: reactionIn(status, signal), children }
  } catch {
    return undefined
  }
}

/** Reads `SigCgt` and `SigIgn` of /proc/PID/status. */
export function reactionIn(status: string, signal: NodeJS.Signals): FirstProcess['reaction'] {
  const bit = 1n << BigInt(constants.signals[signal] - 1)
  const has = (field: string): boolean =>
    (BigInt(`0x${new RegExp(`^${field}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`) & bit) !== 0n
  if (has('SigCgt')) return 'handles'
  return has('SigIgn') ? 'ignores' : 'none'
}
