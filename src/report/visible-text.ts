// Cc: C0, DEL and C1. Cs: bytes that were not UTF-8 (see core/path-bytes). The rest are marks that change the direction
// of text or hide in it.
const hidden = /[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/** The text with everything that could steer a terminal or mislead a reader spelled out: `\x1b`, `\u202e`, `\xff`. */
export function visibleText(text: string): string {
  return text.replace(hidden, spelled)
}

/** As `visibleText`, but line feeds stay: for messages of several lines. */
export function visibleLines(text: string): string {
  return text.replace(hidden, (character) => (character === '\n' ? '\n' : spelled(character)))
}

function spelled(character: string): string {
  const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
  const short = named[character]
  if (short !== undefined) return short
  const code = character.charCodeAt(0)
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
