import { compare, parse } from '@renovatebot/pep440'
import { compareNumberedVersions } from './numbered-order.ts'

/** Compares two versions in the order of PEP 440: negative when `a` is older. What is no such version is older than any. */
export function comparePythonVersions(a: string, b: string): number {
  const [left, right] = [parse(a) !== null, parse(b) !== null]
  if (left && right) return compare(a, b)
  return left === right ? compareNumberedVersions(a, b) : left ? 1 : -1
}
