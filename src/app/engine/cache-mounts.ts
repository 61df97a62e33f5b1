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
  /** Nobody has used it before: it needs its owner, mode and seed. */
  readonly fresh: boolean
  /** Call when the directory has got them, or the step is over. */
  ready(): void
  release(): void
}

export interface CacheMountPlaces {
  /** `cache-mounts` below the root of the store. */
  readonly directory: string
  /** Name of this process, for locks. */
  readonly owner: string
}

/** BuildKit waits in steps of the same length for a locked mount. */
const pollInterval = 100

/**
 * Takes the directory of a cache mount. Its identity is id, owner, mode and seed, as in BuildKit, so the same id with
 * another mode is another directory. `locked` waits until other builds are done with it, `private` takes a directory that
 * nobody uses, `shared` just takes it. Locks of processes that are gone do not count.
 */
export async function takeCache(
  places: CacheMountPlaces,
  mount: CacheMount,
  more: { readonly seed: string; readonly signal: AbortSignal },
): Promise<TakenCache> {
  const { id, uid, gid, mode, sharing } = mount
  const facts = { id, uid, gid, mode, seed: more.seed }
  const home = path.join(places.directory, hexOf(digestOf(canonicalJson(facts))))
  mkdirSync(home, { recursive: true, mode: 0o700 })
  writeFileSync(path.join(home, 'mount.json'), JSON.stringify({ ...facts, used: Date.now() }))
  if (sharing === 'shared') return taken(home, 0, () => {})
  for (;;) {
    for (let slot = 0; slot < (sharing === 'private' ? 64 : 1); slot += 1) {
      const lock = path.join(home, `lock-${slot}`)
      const token = tryLock(lock, places.owner)
      if (token !== undefined) return taken(home, slot, () => unlock(lock, token))
    }
    await sleep(pollInterval, undefined, { signal: more.signal })
  }
}

/** Slots are the directories that `private` mounts spread over; slot 0 is everybody's. */
function taken(home: string, slot: number, release: () => void): TakenCache {
  const marker = path.join(home, `ready-${slot}`)
  const current = readText(marker)
  if (current !== undefined && existsSync(path.join(home, current))) {
    return { path: path.join(home, current), fresh: false, ready: () => {}, release }
  }
  // A directory that a killed build had begun to seed is never taken up again: the next one gets another name.
  const name = `data-${slot}-${randomUUID().slice(0, 8)}`
  mkdirSync(path.join(home, name), { mode: 0o755 })
  return { path: path.join(home, name), fresh: true, ready: () => writeFileSync(marker, name), release }
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
