import { compareDigits, compareText, isDigits } from './digits.ts'

/**
 * Compares `[epoch:]version[-release]` as rpm does: negative when `a` is older. Where one of them names no release, the
 * releases do not count. Never fails.
 */
export function compareRpmVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)]
  const order = compareDigits(left.epoch, right.epoch) || comparePart(left.version, right.version)
  if (order !== 0 || left.release === undefined || right.release === undefined) return order
  return comparePart(left.release, right.release)
}

interface RpmVersion {
  readonly epoch: string
  readonly version: string
  readonly release: string | undefined
}

function split(text: string): RpmVersion {
  const [, epoch = '0', rest = text] = /^(\d+):(.*)$/s.exec(text) ?? []
  const dash = rest.indexOf('-')
  return { epoch, version: dash < 0 ? rest : rest.slice(0, dash), release: dash < 0 ? undefined : rest.slice(dash + 1) }
}

/** Runs of digits, runs of letters, and the two signs that mean something; everything else only separates. */
const pieces = /[0-9]+|[A-Za-z]+|[~^]/g

function comparePart(a: string, b: string): number {
  const [left, right] = [a.match(pieces) ?? [], b.match(pieces) ?? []]
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = comparePieces(left[at], right[at])
    if (order !== 0) return order
  }
  return 0
}

/** `~` is older than the end, `^` newer than the end and older than anything else; numbers are newer than letters. */
function comparePieces(one: string | undefined, other: string | undefined): number {
  const kind = kindOf(one) - kindOf(other)
  if (kind !== 0 || one === undefined || other === undefined) return kind
  return isDigits(one) ? compareDigits(one, other) : compareText(one, other)
}

function kindOf(piece: string | undefined): number {
  if (piece === undefined) return 1
  if (piece === '~') return 0
  if (piece === '^') return 2
  return isDigits(piece) ? 4 : 3
}
