import { readdirSync, readFileSync } from 'node:fs'

/** Looking takes about a millisecond. */
const interval = 50

const pageSize = 4096

/**
 * Looks regularly how much memory processes and all their descendants have resident, pages that several have counted for each.
 * The answer ends it and tells the most bytes at one moment.
 */
export function watchMemory(pids: readonly number[]): () => number {
  let most = 0
  const look = (): void => {
    most = Math.max(most, residentBytes(pids))
  }
  look()
  const timer = setInterval(look, interval)
  return () => {
    clearInterval(timer)
    return most
  }
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
