import { compareDigits, compareText, isDigits } from './digits.ts'

/** Compares two versions as PHP's version_compare does after Composer's normalization: negative when `a` is older. */
export function compareComposerVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)]
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [one, other] = [left[at], right[at]]
    const order = weight(one) - weight(other)
    if (order !== 0) return order
    if (one === undefined || other === undefined) continue
    const difference = isDigits(one) ? compareDigits(one, other) : compareText(one, other)
    // `a` is `alpha`: names of the same weight are the same.
    if (difference !== 0 && (isDigits(one) || weight(one) === unknown)) return difference
  }
  return 0
}

const unknown = 0
/** `#` of version_compare is the end and any number. */
const words: Readonly<Record<string, number>> = {
  dev: 1,
  alpha: 2,
  a: 2,
  beta: 3,
  b: 3,
  rc: 4,
  c: 4,
  patch: 6,
  pl: 6,
  p: 6,
}

function weight(part: string | undefined): number {
  if (part === undefined) return 5
  return isDigits(part) ? 5.5 : (words[part] ?? unknown)
}

/** Four numbers, as Composer pads them, then words and their numbers. */
function partsOf(version: string): readonly string[] {
  const text = version
    .trim()
    .toLowerCase()
    .replace(/^v(?=\d)/, '')
    .replace(/\+.*$/, '')
  const parts = text.match(/[0-9]+|[a-z]+/g) ?? []
  const word = parts.findIndex((part) => !isDigits(part))
  const numbers = word < 0 ? parts : parts.slice(0, word)
  return word === 0
    ? parts
    : [...numbers, ...Array<string>(Math.max(0, 4 - numbers.length)).fill('0'), ...(word < 0 ? [] : parts.slice(word))]
}
