/**
 * File names are bytes; most are UTF-8. A path is a JavaScript string in which every byte that is not part of valid
 * UTF-8 appears as the lone surrogate U+DC80 + (byte - 0x80), the scheme of Python's PEP 383. Both directions are exact.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const escaped = /[\udc80-\udcff]/u

/** Decodes the bytes of a file name. Never fails, never loses a byte. */
export function pathFromBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes)
  } catch {
    return decodeEscaped(bytes)
  }
}

/** The bytes that `pathFromBytes` was given. */
export function pathToBytes(path: string): Buffer {
  if (!escaped.test(path)) return Buffer.from(path, 'utf8')
  const parts: Buffer[] = []
  let plain = ''
  for (const character of path) {
    const code = character.codePointAt(0) as number
    if (code >= 0xdc80 && code <= 0xdcff) {
      parts.push(Buffer.from(plain, 'utf8'), Buffer.from([code - 0xdc00]))
      plain = ''
    } else {
      plain += character
    }
  }
  parts.push(Buffer.from(plain, 'utf8'))
  return Buffer.concat(parts)
}

/** What to hand to `node:fs`: the string itself when it is plain UTF-8, its bytes otherwise. */
export function fsPath(path: string): string | Buffer {
  return escaped.test(path) ? pathToBytes(path) : path
}

function decodeEscaped(bytes: Uint8Array): string {
  let text = ''
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    text +=
      length === 0
        ? String.fromCharCode(0xdc00 + (bytes[at] as number))
        : strict.decode(bytes.subarray(at, at + length))
    at += Math.max(1, length)
  }
  return text
}

/** Length of the valid UTF-8 sequence at `at`, 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number
  const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0
  if (length === 0 || at + length > bytes.length) return 0
  try {
    strict.decode(bytes.subarray(at, at + length))
    return length
  } catch {
    return 0
  }
}
