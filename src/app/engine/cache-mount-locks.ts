import { randomUUID } from 'node:crypto'
import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '../../adapters/blob-store/index.ts'
import { replaceFile } from '../replace-file.ts'

/**
 * Who uses the directories ("slots") of a cache mount, as files beside them: `lock-N` is the only user of slot N, each
 * `use-N-…` is one of several. They hold the name of their process; those of processes that are gone do not count. Whoever
 * wants a slot writes its own file first and looks for others then, so that of two who meet at least one steps back.
 */
export interface SlotPlace {
  /** Directory of the cache mount. */
  readonly home: string
  /** Name of this process. */
  readonly owner: string
}

/** BuildKit waits in steps of the same length for a locked mount. */
const pollInterval = 100

/** Becomes the only user of a slot; undefined while anybody uses it. Returns what ends that. */
export function takeAlone(place: SlotPlace, slot: number): (() => void) | undefined {
  const release = tryLock(path.join(place.home, `lock-${slot}`), place.owner)
  if (release === undefined) return undefined
  if (sharers(place.home, slot).length === 0) return release
  release()
  return undefined
}

/** Becomes the only user of a slot, after those who use it now. Whoever comes meanwhile finds it taken. */
export async function waitAlone(place: SlotPlace, slot: number, signal: AbortSignal): Promise<() => void> {
  const release = await lockFile(path.join(place.home, `lock-${slot}`), place.owner, {
    interval: pollInterval,
    signal,
  })
  try {
    while (sharers(place.home, slot).length > 0) await sleep(pollInterval, undefined, { signal })
    return release
  } catch (error) {
    release()
    throw error
  }
}

/** Becomes one of several users of a slot; undefined while somebody has it alone. */
export function takeTogether({ home, owner }: SlotPlace, slot: number): (() => void) | undefined {
  const file = path.join(home, `use-${slot}-${randomUUID()}`)
  replaceFile(file, owner)
  const release = (): void => rmSync(file, { force: true })
  const holder = holderOf(path.join(home, `lock-${slot}`))
  if (holder === undefined || !isAlive(holder)) return release
  release()
  return undefined
}

/** Waits until this process can make a lock file. */
export async function lockFile(
  file: string,
  owner: string,
  { interval, signal }: { readonly interval: number; readonly signal: AbortSignal },
): Promise<() => void> {
  for (;;) {
    const release = tryLock(file, owner)
    if (release !== undefined) return release
    await sleep(interval, undefined, { signal })
  }
}

/** The living users of a slot who share it; what dead ones left is removed. */
function sharers(home: string, slot: number): readonly string[] {
  const names = readdirSync(home).filter((name) => name.startsWith(`use-${slot}-`))
  return names.filter((name) => {
    const file = path.join(home, name)
    const holder = holderOf(file)
    if (holder === undefined) return false
    if (isAlive(holder)) return true
    rmSync(file, { force: true })
    return false
  })
}

function tryLock(lock: string, owner: string): (() => void) | undefined {
  const token = `${owner} ${randomUUID()}`
  const draft = `${lock}.${randomUUID()}`
  writeFileSync(draft, token)
  try {
    // A link appears with its content or not at all, and never replaces another.
    linkSync(draft, lock)
    return () => unlock(lock, token)
  } catch (error) {
    if (!isTaken(error)) throw error
    removeDead(lock, draft)
    return undefined
  } finally {
    rmSync(draft, { force: true })
  }
}

/**
 * Removes a lock whose process is gone. Only who claims its token does that: between finding a lock dead and removing it,
 * somebody else could have removed it and made his own.
 */
function removeDead(lock: string, draft: string): void {
  const token = readText(lock)
  if (token === undefined || isAlive(ownerOf(token))) return
  const claim = `${lock}.claim-${token.split(' ')[1]}`
  try {
    linkSync(draft, claim)
  } catch (error) {
    if (!isTaken(error)) throw error
    const claimer = readText(claim)
    if (claimer !== undefined && !isAlive(ownerOf(claimer))) rmSync(claim, { force: true })
    return
  }
  unlock(lock, token)
  rmSync(claim, { force: true })
}

/** Anything else, such as a file system without links, would be waited for in vain. */
function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST'
}

function unlock(lock: string, token: string): void {
  if (readText(lock) === token) rmSync(lock, { force: true })
}

function holderOf(lock: string): string | undefined {
  const token = readText(lock)
  return token === undefined ? undefined : ownerOf(token)
}

function ownerOf(token: string): string {
  return token.split(' ', 1)[0] ?? ''
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
