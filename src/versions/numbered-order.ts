import { compareDigits, compareText, isDigits } from './digits.ts'

/**
 * Compares two versions in the order of https://semver.org: negative when `a` is older. Takes what is looser than that, too:
 * `v1.2`, `0`, NuGet's four numbers, Go's pseudo-versions and `go1.21rc2`. Build metadata does not count. What begins
 * with no number is older than any version.
 */
export function compareNumberedVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)]
  if (left === undefined || right === undefined) return (left === undefined ? 0 : 1) - (right === undefined ? 0 : 1)
  for (let at = 0; at < Math.max(left.numbers.length, right.numbers.length); at += 1) {
    const order = compareDigits(left.numbers[at] ?? '', right.numbers[at] ?? '')
    if (order !== 0) return order
  }
  return comparePrereleases(left.prerelease, right.prerelease)
}

interface NumberedVersion {
  readonly numbers: readonly string[]
  readonly prerelease: readonly string[]
}

const grammar = /^\s*(?:v|go|=)*\s*(\d+(?:\.\d+)*)(?:[-.]?([0-9A-Za-z][0-9A-Za-z.-]*))?/

function split(version: string): NumberedVersion | undefined {
  const plus = version.indexOf('+')
  const [matched, numbers = '', rest] = grammar.exec(plus < 0 ? version : version.slice(0, plus)) ?? []
  if (matched === undefined) return undefined
  const named = rest?.replace(/^(rc|beta|alpha)(\d+)$/, '$1.$2')
  return { numbers: numbers.split('.'), prerelease: named?.split('.') ?? [] }
}

/** None is newer than any; numbers are older than words; the longer one is newer. */
function comparePrereleases(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return right.length - left.length
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [one, other] = [left[at], right[at]]
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1
    const [isOne, isOther] = [isDigits(one), isDigits(other)]
    if (isOne !== isOther) return isOne ? -1 : 1
    const order = isOne ? compareDigits(one, other) : compareText(one, other)
    if (order !== 0) return order
  }
  return 0
}
