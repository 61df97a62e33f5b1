import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A name for what belongs to this process and may be thrown away after its death: process id, its start time in clock
 * ticks since boot, the process id namespace and the boot. A process id alone is used again within minutes on a busy host.
 */
export function ownerName(): string {
  return `${process.pid}-${startTime(process.pid) ?? '0'}-${namespaceId() ?? '0'}-${bootId() ?? '0'}`
}

/**
 * Whether the process that made an owner name still runs. Names of other forms are dead. A process of another process
 * id namespace of the same boot cannot be seen from here and counts as alive.
 */
export function isAlive(name: string): boolean {
  const match = /^(\d+)-(\d+)-(\d+)-([0-9a-f-]+)$/.exec(name)
  if (match === null) return false
  const [, pid, start, namespace, boot] = match
  const currentBoot = bootId()
  if (currentBoot === undefined) return answersSignals(Number(pid))
  if (boot !== currentBoot) return false
  if (namespace !== namespaceId()) return true
  return startTime(Number(pid)) === start
}

/**
 * Removes the directories in `directory` whose owners are dead; returns their names. Anything else stays, and so does
 * what this user may not remove (files of subordinate ids); see `staleNames`.
 */
export function cleanStale(directory: string): readonly string[] {
  return staleNames(directory).filter((name) => {
    try {
      rmSync(join(directory, name), { recursive: true, force: true })
      return true
    } catch {
      return false
    }
  })
}

/** Names in `directory` of owners that are dead. */
export function staleNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => /^\d+-\d+-\d+-/.test(name) && !isAlive(name))
  } catch {
    return []
  }
}

/** Field 22 of /proc/PID/stat; the name of the command in field 2 may contain blanks and parentheses. */
function startTime(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`)
  const afterCommand = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  // Field 3 is the state; zombies have released everything and count as dead.
  return afterCommand === undefined || afterCommand[0] === 'Z' ? undefined : afterCommand[19]
}

function namespaceId(): string | undefined {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]
  } catch {
    return undefined
  }
}

function bootId(): string | undefined {
  return read('/proc/sys/kernel/random/boot_id')?.trim()
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
