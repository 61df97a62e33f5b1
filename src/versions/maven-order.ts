import { compareDigits, compareText, isDigits } from './digits.ts'

/**
 * Compares two versions as Maven's ComparableVersion does (https://maven.apache.org/pom.html#version-order-specification):
 * negative when `a` is older.
 */
export function compareMavenVersions(a: string, b: string): number {
  return compareLists(parse(a), parse(b))
}

/** A number, a qualifier, or what stands behind a hyphen or between digits and letters. */
type Item = string | readonly Item[]

/** Known qualifiers, oldest first; the empty one is the release itself. */
const qualifiers = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp']
const aliases: Readonly<Record<string, string>> = { ga: '', final: '', release: '', cr: 'rc' }
const letters: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' }

/** Deeper than any version that people write; a text of hyphens cannot exhaust the stack. */
const depthLimit = 64

function parse(version: string): readonly Item[] {
  const root: Item[] = []
  let list = root
  let depth = 0
  const open = (): void => {
    if (depth >= depthLimit) return
    const inner: Item[] = []
    list.push(inner)
    list = inner
    depth += 1
  }
  const tokens = version.toLowerCase().match(/[0-9]+|[^0-9.-]+|[.-]/g) ?? []
  tokens.forEach((token, at) => {
    const [previous, next] = [tokens[at - 1], tokens[at + 1]]
    if (isSign(token)) {
      if (isSign(previous)) list.push('0')
      if (token === '-') open()
      return
    }
    // 1rc2 and 1-rc-2 are the same: where digits and letters meet stands a hyphen that nobody wrote.
    if (!isSign(previous) && isDigits(previous ?? '') !== isDigits(token)) open()
    // A dot before a qualifier is a hyphen, unless a sign follows: so Maven reads 1.jre and 1.jre2, but not 1.jre.x.
    if (!isDigits(token) && (next === undefined || isDigits(next)) && list.length > 0) open()
    list.push(isDigits(token) ? token : qualifierOf(token, isDigits(next ?? '')))
  })
  normalize(root)
  return root
}

/** The beginning counts as one. */
function isSign(token: string | undefined): boolean {
  return token === undefined || token === '.' || token === '-'
}

function qualifierOf(text: string, beforeDigits: boolean): string {
  const long = beforeDigits ? (letters[text] ?? text) : text
  return aliases[long] ?? long
}

/** Zeros, empty qualifiers and empty lists at the end of a list say nothing. */
function normalize(list: Item[]): void {
  for (const item of list) if (typeof item !== 'string') normalize(item as Item[])
  for (let at = list.length - 1; at >= 0; at -= 1) {
    const item = list[at]
    if (isNull(item)) list.splice(at, 1)
    else if (typeof item === 'string') break
  }
}

function isNull(item: Item | undefined): boolean {
  if (typeof item === 'string') return item === '' || /^0+$/.test(item)
  return item === undefined || item.length === 0
}

function compareLists(left: readonly Item[], right: readonly Item[]): number {
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = compareItems(left[at], right[at])
    if (order !== 0) return order
  }
  return 0
}

function compareItems(one: Item | undefined, other: Item | undefined): number {
  if (one === undefined) return other === undefined ? 0 : -compareItems(other, undefined)
  if (typeof one !== 'string') {
    if (other === undefined) return one.length === 0 ? 0 : compareItems(one[0], undefined)
    if (typeof other !== 'string') return compareLists(one, other)
    return isDigits(other) ? -1 : 1
  }
  if (isDigits(one)) {
    if (other === undefined) return isNull(one) ? 0 : 1
    return typeof other === 'string' && isDigits(other) ? compareDigits(one, other) : 1
  }
  if (other === undefined) return compareQualifiers(one, '')
  if (typeof other !== 'string' || isDigits(other)) return -1
  return compareQualifiers(one, other)
}

/** Unknown qualifiers are newer than known ones and stand in the order of the alphabet. */
function compareQualifiers(one: string, other: string): number {
  const [left, right] = [qualifiers.indexOf(one), qualifiers.indexOf(other)]
  if (left >= 0 && right >= 0) return left - right
  if (left >= 0 || right >= 0) return left >= 0 ? -1 : 1
  return compareText(one, other)
}
