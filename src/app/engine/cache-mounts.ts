import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { canonicalJson, digestOf, hexOf } from '../../core/index.ts'
import type { MountSpec } from '../../plan/index.ts'
import { replaceFile } from '../replace-file.ts'
import { lockFile, type SlotPlace, takeAlone, takeTogether, waitAlone } from './cache-mount-locks.ts'

type CacheMount = MountSpec & { readonly type: 'cache' }

/** A directory for the time of one step. */
export interface TakenCache {
  readonly path: string
  /** Nobody had it before. */
  readonly isNew: boolean
  /** The directory that all slots of the mount lie in, and which of them this is. */
  readonly home: string
  readonly slot: number
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
  /** The step that wants it and its platform, for people. */
  readonly step: string
  readonly platform: string
  readonly signal: AbortSignal
  /** Gives a new directory its owner, mode and seed. */
  prepare(directory: string): Promise<void>
}

/** As many directories a mount may have for those who want one of their own at the same time. */
const slots = Array.from({ length: 64 }, (_, slot) => slot)

/**
 * Where a cache mount is kept. Its identity is id, owner, mode and seed, as in BuildKit, so the same id with another mode is
 * another directory.
 */
export function cacheHome({ directory }: CacheMountPlaces, mount: CacheMount, seed: string): string {
  return path.join(directory, hexOf(digestOf(canonicalJson(identityOf(mount, seed)))))
}

/**
 * Takes the directory of a cache mount. `locked` waits until nobody uses it and is alone then, `private` takes a directory
 * that nobody uses, `shared` one that nobody has alone. Users that are gone do not count.
 */
export async function takeCache(places: CacheMountPlaces, mount: CacheMount, wants: CacheWants): Promise<TakenCache> {
  const home = cacheHome(places, mount, wants.seed)
  const place = { home, owner: places.owner }
  mkdirSync(home, { recursive: true, mode: 0o700 })
  describe(home, mount, wants)
  const { slot, release } = await takeSlot(place, mount.sharing, wants.signal)
  try {
    return { ...(await dataDirectory(place, slot, wants)), home, slot, release }
  } catch (error) {
    release()
    throw error
  }
}

/** What `mount.json` says for people and for other commands. */
function describe(home: string, mount: CacheMount, { seed, step, platform }: CacheWants): void {
  const file = path.join(home, 'mount.json')
  const now = Date.now()
  const former = readFacts(file)
  const { sharing, target } = mount
  const facts = {
    ...identityOf(mount, seed),
    sharing,
    target,
    created: former.created ?? now,
    used: now,
    step,
    platform,
  }
  replaceFile(file, JSON.stringify(facts))
}

function readFacts(file: string): { readonly created?: number } {
  try {
    return JSON.parse(readText(file) ?? '{}') as { readonly created?: number }
  } catch {
    // Cut off when the machine went down: the cache itself is as good as before.
    return {}
  }
}

function identityOf({ id, uid, gid, mode }: CacheMount, seed: string) {
  return { id, uid, gid, mode, seed }
}

async function takeSlot(
  place: SlotPlace,
  sharing: CacheMount['sharing'],
  signal: AbortSignal,
): Promise<{ readonly slot: number; readonly release: () => void }> {
  if (sharing === 'locked') return { slot: 0, release: await waitAlone(place, 0, signal) }
  const take = sharing === 'shared' ? takeTogether : takeAlone
  for (;;) {
    for (const slot of slots) {
      const release = take(place, slot)
      if (release !== undefined) return { slot, release }
    }
    await sleep(100, undefined, { signal })
  }
}

/**
 * The directory of a slot, made and prepared when it is missing. Slots are the directories that users spread over who
 * cannot share one; slot 0 comes first. Steps that want a new one at the same time get the same one: the first prepares it.
 */
async function dataDirectory(
  { home, owner }: SlotPlace,
  slot: number,
  wants: CacheWants,
): Promise<Pick<TakenCache, 'path' | 'isNew'>> {
  const marker = path.join(home, `ready-${slot}`)
  const current = (): string | undefined => {
    const name = readText(marker)
    return name !== undefined && existsSync(path.join(home, name)) ? path.join(home, name) : undefined
  }
  const known = current()
  if (known !== undefined) return { path: known, isNew: false }
  const making = path.join(home, `making-${slot}`)
  const release = await lockFile(making, owner, { interval: 10, signal: wants.signal })
  try {
    const made = current()
    if (made !== undefined) return { path: made, isNew: false }
    // A directory that a killed build had begun to seed is never taken up again: the next one gets another name.
    const name = `data-${slot}-${randomUUID().slice(0, 8)}`
    mkdirSync(path.join(home, name), { mode: 0o755 })
    await wants.prepare(path.join(home, name))
    writeFileSync(marker, name)
    return { path: path.join(home, name), isNew: true }
  } finally {
    release()
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
