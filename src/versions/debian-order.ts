import { compareDigits } from './digits.ts'

/**
 * Compares two version numbers in the order of deb-version(7): negative when `a` is older, 0 when they are the same
 * version, positive when `a` is newer. Never fails; what is no valid version is compared by the same rules.
 */
export function compareDebianVersions(a: string, b: string): number {
  const left = splitVersion(a)
  const right = splitVersion(b)
  return (
    left.epoch - right.epoch || comparePart(left.upstream, right.upstream) || comparePart(left.revision, right.revision)
  )
}

export type VersionRelation = '<<' | '<=' | '=' | '>=' | '>>'

/** Whether `version` stands in the relation to `bound`, as in `Depends: libc6 (>= 2.36)`. */
export function versionSatisfies(version: string, relation: VersionRelation, bound: string): boolean {
  const order = compareDebianVersions(version, bound)
  switch (relation) {
    case '<<':
      return order < 0
    case '<=':
      return order <= 0
    case '=':
      return order === 0
    case '>=':
      return order >= 0
    case '>>':
      return order > 0
  }
}

function splitVersion(version: string): { epoch: number; upstream: string; revision: string } {
  const colon = version.indexOf(':')
  const epoch = colon > 0 && /^[0-9]+$/.test(version.slice(0, colon)) ? Number(version.slice(0, colon)) : 0
  const rest = colon > 0 ? version.slice(colon + 1) : version
  const dash = rest.lastIndexOf('-')
  return dash < 0
    ? { epoch, upstream: rest, revision: '' }
    : { epoch, upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) }
}

/** Alternates between runs of other characters and runs of digits, as the policy manual describes. */
function comparePart(a: string, b: string): number {
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a, i)) || (j < b.length && !isDigit(b, j))) {
      const difference = weight(a, i) - weight(b, j)
      if (difference !== 0) return difference
      i += 1
      j += 1
    }
    const left = /^[0-9]*/.exec(a.slice(i))?.[0] ?? ''
    const right = /^[0-9]*/.exec(b.slice(j))?.[0] ?? ''
    const difference = compareDigits(left, right)
    if (difference !== 0) return difference
    i += left.length
    j += right.length
  }
  return 0
}

/** `~` sorts before the end of the part, the end before letters, letters before everything else. */
function weight(text: string, at: number): number {
  if (at >= text.length || isDigit(text, at)) return 0
  const code = text.charCodeAt(at)
  if (code === 0x7e) return -1
  const letter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
  return letter ? code : code + 256
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0x30 && code <= 0x39
}
