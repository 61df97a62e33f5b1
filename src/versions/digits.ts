/** Digits of any length as numbers, leading zeros aside: dates and commit counts in versions can exceed 2^53. */
export function compareDigits(left: string, right: string): number {
  const [a, b] = [left.replace(/^0+/, ''), right.replace(/^0+/, '')]
  return a.length - b.length || compareText(a, b)
}

/** By code units: versions are ASCII. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function isDigits(text: string): boolean {
  return /^[0-9]+$/.test(text)
}
