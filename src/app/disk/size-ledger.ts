import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { listCacheMounts } from '../engine/cache-mount-list.ts'
import { replaceFile } from '../replace-file.ts'
import { measureStored, type Sizes, type StoredPlace } from './measure-stored.ts'

/**
 * What layers and cache mounts take, remembered between builds: bytes, and the stamp of when that was so, by path below the
 * root. Layers never change but for being unpacked; mounts change when they are used.
 */
type Ledger = Readonly<Record<string, readonly [bytes: number, stamp: number]>>

const file = 'cache/usage.json'
/** Many small files or few: what is looked through once by every process that has to know. */
const others = [
  'cache',
  'images',
  'logs',
  'packages',
  'sources',
  'blobs/by-diff-id',
  'blobs/origins',
  'blobs/referrers',
]

/** An upper bound of what a store takes without the work of running processes, in bytes, without walking through it. */
export interface SizeLedger {
  total(): Promise<number>
  /** Takes over what a walk has found. */
  correct(sizes: Sizes): void
}

export function openSizeLedger(place: StoredPlace): SizeLedger {
  const { root } = place
  let rest: Promise<number> | undefined
  const restBytes = async (): Promise<number> =>
    (await measureStored(place, others)).reduce((sum, { bytes }) => sum + bytes, 0)
  return {
    async total() {
      const stamps = stampsOf(root)
      const known = read(root)
      const isKnown = ([one, stamp]: readonly [string, number]): boolean => known[one]?.[1] === stamp
      const unknown = [...stamps].filter((one) => !isKnown(one)).map(([one]) => one)
      const measured = await measureStored(place, unknown)
      const found = Object.fromEntries(
        unknown.map((one, index) => [one, [measured[index]?.bytes ?? 0, stamps.get(one) ?? 0] as const]),
      )
      if (unknown.length > 0) write(root, merged(stamps, { ...read(root), ...found }))
      const all = { ...known, ...found }
      const counted = [...stamps.keys()].reduce((sum, one) => sum + (all[one]?.[0] ?? 0), 0)
      return counted + blobBytes(root) + (await (rest ??= restBytes()))
    },
    correct(sizes) {
      const stamps = stampsOf(root)
      const found = [...stamps].flatMap(([one, stamp]) => {
        const bytes = sizes.get(one)?.bytes
        return bytes === undefined ? [] : [[one, [bytes, stamp] as const]]
      })
      write(root, Object.fromEntries(found) as Ledger)
    },
  }
}

function stampsOf(root: string): ReadonlyMap<string, number> {
  const layers = namesIn(path.join(root, 'layers')).map((id): [string, number] => {
    const one = `layers/${id}`
    return [one, statSync(path.join(root, one), { throwIfNoEntry: false })?.mtimeMs ?? 0]
  })
  const mounts = listCacheMounts(path.join(root, 'cache-mounts')).map(({ name, used }): [string, number] => [
    `cache-mounts/${name}`,
    used,
  ])
  return new Map([...layers, ...mounts])
}

/** Without what is gone. */
function merged(stamps: ReadonlyMap<string, number>, ledger: Ledger): Ledger {
  return Object.fromEntries(Object.entries(ledger).filter(([one]) => stamps.has(one)))
}

function blobBytes(root: string): number {
  const directory = path.join(root, 'blobs/sha256')
  return namesIn(directory).reduce((sum, name) => {
    const blocks = statSync(path.join(directory, name), { throwIfNoEntry: false })?.blocks ?? 0
    return sum + blocks * 512
  }, 0)
}

function read(root: string): Ledger {
  try {
    return JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Ledger
  } catch {
    return {}
  }
}

function write(root: string, ledger: Ledger): void {
  try {
    replaceFile(path.join(root, file), JSON.stringify(ledger))
  } catch {
    // What is not written down is measured again.
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
