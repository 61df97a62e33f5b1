import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a killed program can leave behind, as lines: processes that mention `mark`, and mounts in any namespace. */
export function leftovers(mark: string): readonly string[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  return processes.flatMap((pid) => {
    const commandLine = textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
    const mentioned = commandLine.includes(mark) || textOf(`/proc/${pid}/environ`).includes(mark)
    const mounts = textOf(`/proc/${pid}/mountinfo`)
      .split('\n')
      .filter((line) => line.includes(mark))
    return [...(mentioned ? [`process ${pid} ${commandLine}`] : []), ...mounts.map((line) => `mount of ${pid} ${line}`)]
  })
}

/** Waits until nothing is left, at most ten seconds; returns what still is. */
export async function leftoversOnceSettled(mark: string): Promise<readonly string[]> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = leftovers(mark)
    if (found.length === 0) return found
    await sleep(50)
  }
  return leftovers(mark)
}

/** Processes come and go while one looks. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
