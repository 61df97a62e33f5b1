import { parseCsv } from './csv.ts'
import type { Entry } from './draft.ts'
import { isList, isMap, nameOf, refuse, toText, type Value } from './value.ts'

/** What a string or an object of `secret`, `ssh`, `cache-from`, … says. An empty string says nothing. */
export function entriesOf(attribute: string, value: Value): readonly Entry[] {
  if (value === null || value === '') return []
  if (isMap(value)) return [completed(attribute, ofObject(value))]
  if (isList(value)) throw refuse(`a string or an object is needed, not ${nameOf(value)}`)
  return [completed(attribute, ofText(attribute, toText(value)))]
}

/** Each once: secrets and SSH agents by their id, attestations by their type, others when all of it is the same. */
export function withoutDoubles(attribute: string, entries: readonly Entry[]): readonly Entry[] {
  const known = new Map<string, Entry>()
  for (const entry of entries) {
    const key =
      attribute === 'secret' || attribute === 'ssh' ? entry['id'] : attribute === 'attest' ? entry['type'] : undefined
    known.set(typeof key === 'string' ? key : JSON.stringify(Object.entries(entry).sort()), entry)
  }
  return [...known.values()]
}

function ofObject(value: ReadonlyMap<string, Value>): Entry {
  return Object.fromEntries(
    [...value].flatMap(([key, member]) =>
      member === null ? [] : [[key, isList(member) ? member.map(toText) : toText(member)] as const],
    ),
  )
}

function ofText(attribute: string, text: string): Entry {
  if (attribute === 'ssh') {
    const equals = text.indexOf('=')
    return equals < 0 ? { id: text } : { id: text.slice(0, equals), paths: text.slice(equals + 1).split(',') }
  }
  const fields = parseCsv(text)
  const [only = ''] = fields
  if (fields.length === 1 && !only.includes('=')) {
    if (attribute.startsWith('cache-')) return { type: 'registry', ref: only }
    if (attribute === 'output') return only === '-' ? { type: 'tar', dest: only } : { type: 'local', dest: only }
  }
  const pairs = fields.map((field) => {
    const equals = field.indexOf('=')
    if (equals < 0) throw refuse(`${JSON.stringify(field)} is no key=value`)
    return [field.slice(0, equals).trim().toLowerCase(), field.slice(equals + 1)] as const
  })
  return Object.fromEntries(pairs)
}

function completed(attribute: string, entry: Entry): Entry {
  if (attribute === 'secret') return secretOf(entry)
  if (
    (attribute.startsWith('cache-') || attribute === 'output' || attribute === 'attest') &&
    entry['type'] === undefined
  )
    throw refuse(`a type is missing in ${attribute}`)
  return entry
}

/** `source` is `src`; of the type `env` it names a variable. */
function secretOf({ type, source, src = source, env, ...rest }: Entry): Entry {
  if (type === 'env' && env === undefined && src !== undefined) return { ...rest, env: src }
  return { ...rest, ...(src === undefined ? {} : { src }), ...(env === undefined ? {} : { env }) }
}
