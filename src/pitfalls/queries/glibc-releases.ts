import type { BaseProfile } from '../../bases/index.ts'

/** The minor version of glibc 2 that releases of distributions have for all of their life. */
const minors: Readonly<Record<string, number>> = {
  'debian stretch': 24,
  'debian buster': 28,
  'debian bullseye': 31,
  'debian bookworm': 36,
  'debian trixie': 41,
  'ubuntu bionic': 27,
  'ubuntu focal': 31,
  'ubuntu jammy': 35,
  'ubuntu noble': 39,
  'rhel 7': 17,
  'rhel 8': 28,
  'rhel 9': 34,
  'rhel 10': 39,
  'amazon 2': 26,
  'amazon 2023': 34,
  'fedora 40': 39,
  'fedora 41': 40,
  'fedora 42': 41,
}

/** `41` for a base with glibc 2.41; undefined when its release is not known, or it has another C library. */
export function glibcMinor({ distribution, release, libc }: BaseProfile): number | undefined {
  if (libc !== 'glibc' || distribution === undefined || release === undefined) return undefined
  const name = distribution === 'distroless' ? 'debian' : distribution
  const major = name === 'rhel' ? (release.split('.')[0] ?? release) : release
  return minors[`${name} ${major}`]
}
