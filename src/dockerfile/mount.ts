import { didYouMean } from '../core/index.ts'
import { csvFields } from './csv.ts'
import {
  type CacheSharing,
  checkMount,
  type MountOptions,
  type MountType,
  type OptionFailure,
} from './mount-options.ts'
import { parseBoolean, parseId, parseMode, parseRamSize } from './option-values.ts'

export type { OptionFailure } from './mount-options.ts'

/** A mount, or what is wrong with its options. */
export type MountResult = { readonly mount: MountOptions } | OptionFailure

/** Puts variables into one option's value. */
export type Expand = (value: string) => { readonly value: string } | { readonly error: string }

type Draft = { -readonly [Key in keyof MountOptions]?: MountOptions[Key] }
type Setter = (draft: Draft, value: string, key: string) => string | OptionFailure | undefined

const types: readonly string[] = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'] satisfies MountType[]
const sharings: readonly string[] = ['shared', 'private', 'locked'] satisfies CacheSharing[]

const setters: Readonly<Record<string, Setter>> = {
  type: setType,
  from: (draft, value) => void (draft.from = value),
  source: (draft, value) => void (draft.source = value),
  target: (draft, value) => void (draft.target = value),
  id: (draft, value) => void (draft.id = value),
  env: (draft, value) => void (draft.env = value),
  readonly: (draft, value, key) => setReadOnly(draft, parseBoolean(value), [key, value]),
  readwrite: (draft, value, key) => setReadOnly(draft, negate(parseBoolean(value)), [key, value]),
  required: setRequired,
  sharing: setSharing,
  size: setSize,
  mode: (draft, value) => setNumber(draft, 'mode', [value, parseMode(value)]),
  uid: (draft, value) => setNumber(draft, 'uid', [value, parseId(value)]),
  gid: (draft, value) => setNumber(draft, 'gid', [value, parseId(value)]),
}

const aliases: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
  rw: 'readwrite',
}

/** What an option takes and which types have it: for values that cannot be read, and for the wrong type. */
const uses: Readonly<Record<string, string>> = {
  type: 'the types are bind, cache, tmpfs, secret and ssh',
  readonly: 'write ro, ro=true or ro=false',
  readwrite: 'write rw, rw=true or rw=false',
  required: 'secret and ssh mounts have it, behind their type=: required, required=true or required=false',
  sharing: 'a cache is shared, private or locked',
  size: 'tmpfs mounts have it, behind their type=: a number of bytes, or a size such as 64m',
  mode: 'give octal digits, such as 0755',
  uid: 'give a number: names are not looked up',
  gid: 'give a number: names are not looked up',
}

/**
 * Reads the value of `RUN --mount`. Options are taken in order, so `type` must stand before an option that only some
 * types have. `expand` is applied to every value; `from` must not hold a variable.
 */
export function parseMount(value: string, expand?: Expand): MountResult {
  const fault = mountSyntaxFault(value)
  if (fault !== undefined) return fault
  const csv = csvFields(value)
  if ('error' in csv) return csv
  const draft: Draft = {}
  for (const field of csv.fields) {
    const failure = readField(draft, field, expand)
    if (failure !== undefined) return failure
  }
  const type = draft.type ?? 'bind'
  const writable = type === 'cache' || type === 'tmpfs'
  const mount: MountOptions = {
    ...draft,
    type,
    readOnly: draft.readOnly ?? !writable,
    required: draft.required ?? false,
  }
  return checkMount(mount) ?? { mount }
}

/** What is wrong with a mount whatever its variables stand for. */
export function mountSyntaxFault(value: string): OptionFailure | undefined {
  const csv = csvFields(value)
  if ('error' in csv)
    return {
      error: `failed to parse csv mounts: ${csv.error}`,
      hint: 'options are separated by commas; one with a comma in its value is quoted as a whole: "source=a,b"',
    }
  const from = csv.fields.find((field) => /^from=.*\$./i.test(field))
  if (from === undefined) return undefined
  return {
    error: "'from' doesn't support variable expansion, define alias stage instead",
    hint: 'FROM takes variables: name a stage there and mount from that name',
  }
}

/** `RUN --device`: a CDI device name and whether the step needs it. */
export interface DeviceOptions {
  readonly name: string
  readonly required: boolean
}

/** Reads the value of `RUN --device`: `[name=]NAME[,required[=BOOL]]`. */
export function parseDevice(value: string): { readonly device: DeviceOptions } | OptionFailure {
  const csv = csvFields(value)
  if ('error' in csv) return { error: `failed to parse csv devices: ${csv.error}` }
  let name = ''
  let required = false
  for (const field of csv.fields) {
    const { key, value: text } = splitField(field)
    if (key === 'required') {
      const on = text === undefined ? true : parseBoolean(text)
      if (on === undefined) return { error: `invalid value for required: ${text}` }
      required = on
    } else if (key === 'name' && text !== undefined) {
      if (name !== '') return { error: `device name already set to ${name}` }
      name = text
    } else if (name === '') name = field
    else if (text === undefined) return { error: `invalid field '${field}' must be a key=value pair` }
    else return withHint(`unexpected key '${key}' in '${field}'`, key, ['name', 'required'])
  }
  return { device: { name, required } }
}

function readField(draft: Draft, field: string, expand: Expand | undefined): OptionFailure | undefined {
  const { key, value } = splitField(field)
  const option = aliases[key] ?? key
  if (value === undefined) return readBareField(draft, option, { key, field })
  const expanded = expand?.(value) ?? { value }
  if ('error' in expanded) return expanded
  const setter = Object.hasOwn(setters, option) ? setters[option] : undefined
  if (setter === undefined) {
    const names = [...Object.keys(setters), ...Object.keys(aliases)]
    return withHint(`unexpected key '${key}' in '${field}'`, key, names)
  }
  return withUse(setter(draft, expanded.value, key), option)
}

function readBareField(
  draft: Draft,
  option: string,
  { key, field }: { key: string; field: string },
): OptionFailure | undefined {
  if (option === 'readonly' || option === 'readwrite') draft.readOnly = option === 'readonly'
  else if (option === 'required') return withUse(setRequired(draft, 'true', key), option)
  else return { error: `invalid field '${field}' must be a key=value pair`, hint: `write ${field}=VALUE` }
  return undefined
}

function withUse(failure: string | OptionFailure | undefined, option: string): OptionFailure | undefined {
  if (failure === undefined) return undefined
  const hint = uses[option]
  return { ...(hint === undefined ? {} : { hint }), ...(typeof failure === 'string' ? { error: failure } : failure) }
}

function setType(draft: Draft, value: string): OptionFailure | undefined {
  const type = value.toLowerCase()
  if (!types.includes(type)) return withHint(`unsupported mount type ${JSON.stringify(value)}`, value, types)
  draft.type = type as MountType
  return undefined
}

function setSharing(draft: Draft, value: string): OptionFailure | undefined {
  const sharing = value.toLowerCase()
  if (!sharings.includes(sharing))
    return withHint(`unsupported sharing value ${JSON.stringify(value)}`, value, sharings)
  draft.sharing = sharing as CacheSharing
  return undefined
}

function setReadOnly(draft: Draft, on: boolean | undefined, [key, value]: [string, string]): string | undefined {
  if (on === undefined) return `invalid value for ${key}: ${value}`
  draft.readOnly = on
  return undefined
}

function setRequired(draft: Draft, value: string, key: string): string | undefined {
  const type = draft.type ?? 'bind'
  if (type !== 'secret' && type !== 'ssh') return `unexpected key '${key}' for mount type '${type}'`
  const required = parseBoolean(value)
  if (required === undefined) return `invalid value for ${key}: ${value}`
  draft.required = required
  return undefined
}

function setSize(draft: Draft, value: string, key: string): string | undefined {
  const type = draft.type ?? 'bind'
  if (type !== 'tmpfs') return `unexpected key '${key}' for mount type '${type}'`
  const size = parseRamSize(value)
  if (size === undefined) return `invalid value for ${key}: ${value}`
  draft.size = size
  return undefined
}

function setNumber(
  draft: Draft,
  key: 'mode' | 'uid' | 'gid',
  [value, number]: [string, number | undefined],
): string | undefined {
  if (number === undefined) return `invalid value ${value} for ${key}`
  draft[key] = number
  return undefined
}

function negate(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value
}

function splitField(field: string): { key: string; value: string | undefined } {
  const equals = field.indexOf('=')
  if (equals < 0) return { key: field.toLowerCase(), value: undefined }
  return { key: field.slice(0, equals).toLowerCase(), value: field.slice(equals + 1) }
}

function withHint(error: string, word: string, candidates: readonly string[]): OptionFailure {
  const hint = didYouMean(word, candidates)
  return { error, ...(hint === undefined ? {} : { hint }) }
}
