import { randomUUID } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '../../adapters/blob-store/index.ts'
import { canonicalJson, digestOf, hexOf } from '../../core/index.ts'
import type { MountSpec } from '../../plan/index.ts'

type CacheMount = MountSpec & { readonly type: 'cache' }

/** A directory for the time of one step. */
export interface TakenCache {
  readonly path: string
  release(): void
}

export interface CacheMountPlaces {
  /** `cache-mounts` below the root of the store. */
  readonly directory: string
  /** Name of this process, for locks. */
  readonly owner: string
}

export interface CacheWants {
  /** Names the content that the directory starts with. */
  readonly seed: string
  readonly signal: AbortSignal
  /** Gives a new directory its owner, mode and seed. */
  prepare(directory: string): Promise<void>
}

/** BuildKit waits in steps of the same length for a locked mount. */
const pollInterval = 100

/**
 * Takes the directory of a cache mount. Its identity is id, owner, mode and seed, as in BuildKit, so the same id with
 * another mode is another directory. `locked` waits until other builds are done with it, `private` takes a directory that
 * nobody uses, `shared` just takes it. Locks of processes that are gone do not count.
 */
export async function takeCache(places: CacheMountPlaces, mount: CacheMount, wants: CacheWants): Promise<TakenCache> {
  const { id, uid, gid, mode, sharing } = mount
  const facts = { id, uid, gid, mode, seed: wants.seed }
  const home = path.join(places.directory, hexOf(digestOf(canonicalJson(facts))))
  mkdirSync(home, { recursive: true, mode: 0o700 })
  writeFileSync(path.join(home, 'mount.json'), JSON.stringify({ ...facts, used: Date.now() }))
  if (sharing === 'shared') return { path: await dataDirectory(home, 0, places.owner, wants), release: () => {} }
  const slots = sharing === 'private' ? 64 : 1
  const { slot, release } = await lockOneOf(
    Array.from({ length: slots }, (_, index) => path.join(home, `lock-${index}`)),
    { owner: places.owner, interval: pollInterval, signal: wants.signal },
  )
  try {
    return { path: await dataDirectory(home, slot, places.owner, wants), release }
  } catch (error) {
    release()
    throw error
  }
}

/**
 * The directory of a slot, made and prepared when it is missing. Slots are the directories that `private` mounts spread
 * over; slot 0 is everybody's. Steps that want a new one at the same time get the same one: the first prepares it.
 */
async function dataDirectory(home: string, slot: number, owner: string, wants: CacheWants): Promise<string> {
  const marker = path.join(home, `ready-${slot}`)
  const current = (): string | undefined => {
    const name = readText(marker)
    return name !== undefined && existsSync(path.join(home, name)) ? path.join(home, name) : undefined
  }
  const known = current()
  if (known !== undefined) return known
  const { signal } = wants
  const { release } = await lockOneOf([path.join(home, `making-${slot}`)], { owner, interval: 10, signal })
  try {
    const made = current()
    if (made !== undefined) return made
    // A directory that a killed build had begun to seed is never taken up again: the next one gets another name.
    const name = `data-${slot}-${randomUUID().slice(0, 8)}`
    mkdirSync(path.join(home, name), { mode: 0o755 })
    await wants.prepare(path.join(home, name))
    writeFileSync(marker, name)
    return path.join(home, name)
  } finally {
    release()
  }
}

interface Waiting {
  readonly owner: string
  /** Milliseconds between two tries. */
  readonly interval: number
  readonly signal: AbortSignal
}

/** Waits until one of these files can be made; says which. */
async function lockOneOf(
  locks: readonly string[],
  { owner, interval, signal }: Waiting,
): Promise<{ readonly slot: number; readonly release: () => void }> {
  for (;;) {
    for (const [slot, lock] of locks.entries()) {
      const token = tryLock(lock, owner)
      if (token !== undefined) return { slot, release: () => unlock(lock, token) }
    }
    await sleep(interval, undefined, { signal })
  }
}

function tryLock(lock: string, owner: string): string | undefined {
  const token = `${owner} ${randomUUID()}`
  const draft = `${lock}.${randomUUID()}`
  writeFileSync(draft, token)
  try {
    // A link appears with its content or not at all, and never replaces another.
    linkSync(draft, lock)
    return token
  } catch {
    const holder = readText(lock)?.split(' ')[0]
    if (holder !== undefined && !isAlive(holder)) rmSync(lock, { force: true })
    return undefined
  } finally {
    rmSync(draft, { force: true })
  }
}

function unlock(lock: string, token: string): void {
  if (readText(lock) === token) rmSync(lock, { force: true })
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
