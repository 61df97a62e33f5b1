// Characters that XML 1.0 has no way to write.
const unwritable = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

/** A text between tags. What XML cannot hold becomes `?`. */
export function xmlText(text: string): string {
  return text
    .replace(unwritable, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
}

/** In an attribute, blanks of other kinds are plain blanks unless they are spelled out. */
function attributeText(text: string): string {
  return xmlText(text).replaceAll('\t', '&#9;').replaceAll('\n', '&#10;').replaceAll('\r', '&#13;')
}

/** An opening tag with its attributes, or with `empty` a whole element. */
export function xmlTag(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  { empty = false }: { readonly empty?: boolean } = {},
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeText(String(value))}"`)
  return `<${name}${written.join('')}${empty ? '/' : ''}>`
}
