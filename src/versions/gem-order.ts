import { compareDigits, compareText, isDigits } from './digits.ts'

/** Compares two versions as `Gem::Version` does: negative when `a` is older. Words are older than numbers and than nothing. */
export function compareGemVersions(a: string, b: string): number {
  const [left, right] = [segmentsOf(a), segmentsOf(b)]
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [one, other] = [left[at] ?? '0', right[at] ?? '0']
    const [isOne, isOther] = [isDigits(one), isDigits(other)]
    if (isOne !== isOther) return isOne ? 1 : -1
    const order = isOne ? compareDigits(one, other) : compareText(one, other)
    if (order !== 0) return order
  }
  return 0
}

/** Runs of digits and of letters, without the zeros at the end of the release and of the rest: 1.0.rc1 is 1.rc1. */
function segmentsOf(version: string): readonly string[] {
  const segments =
    version
      .trim()
      .replaceAll('-', '.pre.')
      .match(/[0-9]+|[a-zA-Z]+/g) ?? []
  const word = segments.findIndex((segment) => !isDigits(segment))
  const release = word < 0 ? segments : segments.slice(0, word)
  return [...withoutZeros(release), ...withoutZeros(word < 0 ? [] : segments.slice(word))]
}

function withoutZeros(segments: readonly string[]): readonly string[] {
  let length = segments.length
  while (length > 0 && /^0+$/.test(segments[length - 1] ?? '')) length -= 1
  return segments.slice(0, length)
}
