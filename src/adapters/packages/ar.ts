import { SlipwayError } from '../../core/index.ts'

export interface ArMember {
  readonly name: string
  readonly data: Uint8Array
}

const magic = '!<arch>\n'

/**
 * The members of an ar archive in the common format that deb(5) uses, in order. `data` are views of `bytes`.
 * Throws `bad-archive` when the magic, a header or a length is wrong.
 */
export function readAr(bytes: Uint8Array, name: string): readonly ArMember[] {
  const text = (start: number, end: number): string => Buffer.from(bytes.subarray(start, end)).toString('latin1')
  if (text(0, magic.length) !== magic) throw new SlipwayError('bad-archive', `${name} is not an ar archive`)
  const members: ArMember[] = []
  let at = magic.length
  while (at < bytes.length) {
    const size = Number(text(at + 48, at + 58).trim())
    const start = at + 60
    if (text(at + 58, start) !== '`\n' || !Number.isInteger(size) || start + size > bytes.length) {
      throw new SlipwayError('bad-archive', `${name} is cut off or damaged at byte ${at}`)
    }
    members.push({
      name: text(at, at + 16)
        .trim()
        .replace(/\/$/, ''),
      data: bytes.subarray(start, start + size),
    })
    // Members start at even offsets.
    at = start + size + (size % 2)
  }
  return members
}
