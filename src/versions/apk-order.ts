import { compareDigits, compareText } from './digits.ts'

/**
 * Compares two versions as apk does (apk-package(5)): numbers with dots, one letter, suffixes (`_alpha`, `_p1`), a commit
 * (`~1a2b`) and the revision (`-r1`). Negative when `a` is older. What is no version is older than any, and equal to its like.
 */
export function compareApkVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)]
  if (left === undefined || right === undefined) return (left === undefined ? 0 : 1) - (right === undefined ? 0 : 1)
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = compareParts(left[at] ?? end, right[at] ?? end)
    if (order !== 0) return order
  }
  return 0
}

/** What makes a version newer than its end stands first, in this order. */
const kinds = ['number', 'letter', 'suffix', 'suffix-number', 'commit', 'revision', 'end'] as const

interface Part {
  readonly kind: (typeof kinds)[number]
  readonly text: string
  /** Of the first number, which alone has no leading zeros that count. */
  readonly isFirst?: boolean
}

const end: Part = { kind: 'end', text: '' }
const grammar = /^(\d+(?:\.\d+)*)([a-z]?)((?:_[a-z]+\d*)*)(?:~([0-9a-f]+))?(?:-r(\d+))?$/
const before = ['alpha', 'beta', 'pre', 'rc']
const after = ['cvs', 'svn', 'git', 'hg', 'p']

function parse(version: string): readonly Part[] | undefined {
  const [matched, numbers = '', letter = '', suffixes = '', commit, revision] = grammar.exec(version) ?? []
  if (matched === undefined) return undefined
  const parts: Part[] = numbers.split('.').map((text, at) => ({ kind: 'number', text, isFirst: at === 0 }))
  if (letter !== '') parts.push({ kind: 'letter', text: letter })
  for (const [, name = '', number = ''] of suffixes.matchAll(/_([a-z]+)(\d*)/g)) {
    if (!before.includes(name) && !after.includes(name)) return undefined
    parts.push({ kind: 'suffix', text: name })
    if (number !== '') parts.push({ kind: 'suffix-number', text: number })
  }
  if (commit !== undefined) parts.push({ kind: 'commit', text: commit })
  if (revision !== undefined) parts.push({ kind: 'revision', text: revision })
  return parts
}

function compareParts(one: Part, other: Part): number {
  if (one.kind !== other.kind) {
    if (isEarly(one)) return -1
    if (isEarly(other)) return 1
    return kinds.indexOf(other.kind) - kinds.indexOf(one.kind)
  }
  switch (one.kind) {
    case 'number':
      return compareNumbers(one, other)
    case 'suffix':
      return weight(one.text) - weight(other.text)
    case 'letter':
    case 'commit':
      return compareText(one.text, other.text)
    default:
      return compareDigits(one.text, other.text)
  }
}

/** Behind the first dot leading zeros make a fraction: 1.05 is older than 1.1, and 1.00 older than 1.0. */
function compareNumbers(one: Part, other: Part): number {
  if (one.isFirst === true) return compareDigits(one.text, other.text)
  const [left, right] = [zerosOf(one), zerosOf(other)]
  if (left !== right) return left === 0 ? 1 : right === 0 ? -1 : right - left
  return compareDigits(one.text, other.text)
}

function zerosOf({ text }: Part): number {
  return /^0*/.exec(text)?.[0].length ?? 0
}

function isEarly({ kind, text }: Part): boolean {
  return kind === 'suffix' && before.includes(text)
}

function weight(suffix: string): number {
  return before.includes(suffix) ? before.indexOf(suffix) - before.length : after.indexOf(suffix)
}
