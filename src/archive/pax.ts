import { badArchive } from './bad-archive.ts'

/** Key prefix of extended attributes, the form star, GNU tar and Docker agree on. */
export const xattrPrefix = 'SCHILY.xattr.'

/** Records sorted by key, each `LENGTH KEY=VALUE\n` where the length counts itself. */
export function encodePaxRecords(records: ReadonlyMap<string, Uint8Array>): Buffer {
  const keys = [...records.keys()].sort()
  return Buffer.concat(keys.flatMap((key) => encodeRecord(key, records.get(key) as Uint8Array)))
}

/** Records in the order they stand in the archive; repeated keys are kept (PAX sparse 0.0 needs them). */
export function decodePaxRecords(body: Buffer, offset: number): [key: string, value: Buffer][] {
  const records: [string, Buffer][] = []
  let at = 0
  while (at < body.length) {
    const space = body.indexOf(0x20, at)
    const digits = space < 0 ? '' : body.toString('latin1', at, space)
    const length = /^[0-9]{1,10}$/.test(digits) ? Number(digits) : 0
    const end = at + length
    const equals = body.indexOf(0x3d, space)
    const whole = length > 0 && end <= body.length && equals > space && equals < end && body[end - 1] === 0x0a
    if (!whole) throw badArchive('a PAX record is malformed', offset + at)
    records.push([body.toString('utf8', space + 1, equals), body.subarray(equals + 1, end - 1)])
    at = end
  }
  return records
}

function encodeRecord(key: string, value: Uint8Array): Uint8Array[] {
  const rest = Buffer.byteLength(key) + value.length + 3
  let length = rest + String(rest).length
  if (rest + String(length).length !== length) length = rest + String(length).length
  return [Buffer.from(`${length} ${key}=`), value, Buffer.from('\n')]
}
