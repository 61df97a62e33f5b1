import type { LoadedObject } from './search-path.ts'

/** The newest version of a library that an object wants and the library does not offer. */
export interface MissingVersion {
  readonly library: string
  readonly version: string
  /** The newest of the same kind that it offers. */
  readonly best?: string
}

/**
 * The versions for which the loader ends a program with "version `…' not found": those that are not weak, of libraries that have
 * versions at all.
 */
export function missingVersions(
  { elf }: LoadedObject,
  loaded: ReadonlyMap<string, LoadedObject>,
): readonly MissingVersion[] {
  const missing = new Map<string, MissingVersion>()
  for (const { library, version, isWeak } of elf.dynamic?.wants ?? []) {
    const offers = loaded.get(library)?.elf.dynamic?.offers ?? []
    if (isWeak || offers.length === 0 || offers.includes(version)) continue
    const kind = kindOf(version)
    const known = missing.get(`${library} ${kind}`)
    if (known !== undefined && compareVersions(known.version, version) >= 0) continue
    const best = offers
      .filter((one) => kindOf(one) === kind && /\d$/.test(one))
      .sort(compareVersions)
      .at(-1)
    missing.set(`${library} ${kind}`, { library, version, ...(best === undefined ? {} : { best }) })
  }
  return [...missing.values()]
}

/** `GLIBC` of `GLIBC_2.34`. */
function kindOf(version: string): string {
  return version.replace(/_[\d.]+$/, '')
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersIn(a), numbersIn(b)]
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function numbersIn(version: string): readonly number[] {
  return (/_([\d.]+)$/.exec(version)?.[1] ?? '').split('.').map(Number)
}
