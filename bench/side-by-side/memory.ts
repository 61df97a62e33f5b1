import { readdirSync, readFileSync } from 'node:fs'

/** Looking takes about a millisecond. */
const interval = 50

const pageSize = 4096

export interface MemoryWatch {
  /** The most bytes at one moment so far. */
  most(): number
  end(): void
}

/** Looks regularly how much memory processes and all their descendants have resident; pages that several have count for each. */
export function watchMemory(pids: readonly number[]): MemoryWatch {
  let most = 0
  const look = (): void => {
    most = Math.max(most, residentBytes(pids))
  }
  look()
  const timer = setInterval(look, interval)
  return { most: () => most, end: () => clearInterval(timer) }
}

function residentBytes(pids: readonly number[]): number {
  const seen = new Set(pids)
  let pages = 0
  for (const pid of seen) {
    // A process may end at any moment, also between two looks at its files.
    try {
      pages += Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
      for (const child of childrenOf(pid)) seen.add(child)
    } catch {}
  }
  return pages * pageSize
}

function childrenOf(pid: number): readonly number[] {
  const tasks = readdirSync(`/proc/${pid}/task`)
  const lists = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim())
  return lists.flatMap((list) => (list === '' ? [] : list.split(' ').map(Number)))
}
