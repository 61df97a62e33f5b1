import { createHash } from 'node:crypto'
import { parseCsv } from '../csv.ts'
import { mapOf, ofJson, refuse, toJson, type Value } from '../value.ts'
import { type Builtin, taking } from './signature.ts'

const hash = (algorithm: string): Builtin =>
  taking([1, 1], (given) => createHash(algorithm).update(given.text()).digest('hex'))

/** JSON, CSV, base64, hashes. */
export const encodingFunctions: Readonly<Record<string, Builtin>> = {
  base64decode: taking([1, 1], (given) => decoded(given.text())),
  base64encode: taking([1, 1], (given) => Buffer.from(given.text()).toString('base64')),
  csvdecode: taking([1, 1], (given) => rowsOf(given.text())),
  jsondecode: taking([1, 1], (given) => parsed(given.text())),
  jsonencode: taking([1, 1], (given) => toJson(given.value())),
  md5: hash('md5'),
  sha1: hash('sha1'),
  sha256: hash('sha256'),
  sha512: hash('sha512'),
  urlencode: taking([1, 1], (given) => escaped(given.text())),
}

function decoded(text: string): Value {
  if (!/^[\w+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw refuse('this is no base64')
  return Buffer.from(text, 'base64').toString()
}

function parsed(text: string): Value {
  try {
    return ofJson(JSON.parse(text))
  } catch {
    throw refuse('this is no JSON')
  }
}

/** Go leaves letters, digits, `-`, `_`, `.` and `~`, and writes a blank as `+`. */
function escaped(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

/** One object for each line after the first, which has the names. */
function rowsOf(text: string): Value {
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line !== '')
  const names = parseCsv(head)
  return lines.map((line) => {
    const fields = parseCsv(line)
    if (fields.length !== names.length) throw refuse('the lines have different numbers of fields')
    return mapOf(names.map((name, index) => [name, fields[index] ?? ''] as const))
  })
}
