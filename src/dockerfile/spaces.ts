/** White space in the sense of Unicode, as Go's `unicode.IsSpace` has it: with U+0085, without U+FEFF. */
const spaces = '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const one = new RegExp(`^[${spaces}]$`)
const leading = new RegExp(`^[${spaces}]+`)

export function isSpace(character: string): boolean {
  return character <= ' ' ? /[\t-\r ]/.test(character) : character >= '\u0085' && one.test(character)
}

/** How many white space characters the text begins with. */
export function leadingSpaces(text: string): number {
  return leading.exec(text)?.[0].length ?? 0
}

/** The length of the text without the white space at its end. */
export function trimmedLength(text: string): number {
  let end = text.length
  while (end > 0 && isSpace(text.charAt(end - 1))) end -= 1
  return end
}
