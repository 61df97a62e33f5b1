import type { Refuse } from '../../adapters/exporters/index.ts'
import type { CacheAttributes } from '../../adapters/remote-cache/index.ts'
import { parseDuration, parseRamSize } from '../../dockerfile/index.ts'

/** Which cache mounts travel with an external cache. */
export interface MountOptions {
  /** All of the build, or those with these ids. */
  readonly ids: 'all' | readonly string[]
  /** Bytes of all files together. */
  readonly maxSize: number
  /** Milliseconds since they were last used. */
  readonly maxAge: number
}

/** Attributes of `--cache-to`, and the first one of `--cache-from`. */
export const mountKeys = ['mounts', 'mounts-max-size', 'mounts-max-age'] as const

const usualSize = '2g'
const usualAge = '720h'

/** Reads `mounts` and its limits; undefined where none travel. Throws what `refuse` makes. */
export function readMountOptions(attributes: CacheAttributes, refuse: Refuse): MountOptions | undefined {
  const wanted = attributes.get('mounts')
  const maxSize = size(attributes.get('mounts-max-size') ?? usualSize, refuse)
  const maxAge = age(attributes.get('mounts-max-age') ?? usualAge, refuse)
  if (wanted === undefined || /^(0|f|false)$/i.test(wanted)) {
    const idle = mountKeys.slice(1).find((key) => attributes.has(key))
    if (idle !== undefined) throw refuse(`${idle} says nothing without mounts`, 'add mounts=true')
    return undefined
  }
  if (/^(1|t|true)$/i.test(wanted)) return { ids: 'all', maxSize, maxAge }
  const ids = wanted.split(';').filter((id) => id !== '')
  if (ids.length === 0) throw refuse('mounts is true, false, or ids of cache mounts', 'write mounts=npm;apt')
  return { ids, maxSize, maxAge }
}

/** Whether a cache mount with this id may travel. */
export function isWanted({ ids }: MountOptions, id: string): boolean {
  return ids === 'all' || ids.includes(id)
}

function size(text: string, refuse: Refuse): number {
  const bytes = parseRamSize(text)
  if (bytes !== undefined && bytes > 0) return bytes
  throw refuse(`mounts-max-size is a size such as 500m or 4g, not ${text}`)
}

function age(text: string, refuse: Refuse): number {
  const nanoseconds = parseDuration(text)
  if (nanoseconds !== undefined && nanoseconds > 0n) return Number(nanoseconds / 1_000_000n)
  throw refuse(`mounts-max-age is a time such as 72h, not ${text}`)
}
