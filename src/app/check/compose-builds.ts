import { type Location, SlipwayError, type Source } from '../../core/index.ts'
import { type Document, isMap, isScalar, parseDocument, type Scalar } from 'yaml'
import { isElsewhere, type NamedBuild, type NamedBuilds } from './named-build.ts'

/** The builds of a compose file. What names an image or a repository is left out, with a note. Throws `config-invalid`. */
export function composeBuilds(source: Source): NamedBuilds {
  const document = parseDocument(source.text, { merge: true })
  const [problem] = document.errors
  if (problem !== undefined)
    throw new SlipwayError('config-invalid', `${source.path}: ${problem.message.split('\n')[0]}`, {
      at: [{ source, span: { start: problem.pos[0], end: problem.pos[1] } }],
    })
  const builds: NamedBuild[] = []
  const notes: string[] = []
  for (const [name, value] of Object.entries(asRecord(asRecord(document.toJS())['services']))) {
    const build = asRecord(value)['build']
    if (build === undefined || build === null) continue
    const read = readBuild(build)
    const at = placeOf(document, source, ['services', name])
    const inline = inlineOf(document, source, name)
    if (isElsewhere(read.context)) notes.push(`${source.path}: ${name} is not checked: its context is ${read.context}`)
    else builds.push({ name, at, ...read, ...(inline === undefined ? {} : { inline }) })
  }
  return { builds, notes }
}

function readBuild(build: unknown): Omit<NamedBuild, 'name' | 'at'> {
  const record = typeof build === 'string' ? { context: build } : asRecord(build)
  const text = (name: string): string | undefined => {
    const value = record[name]
    return typeof value === 'string' ? withDefaults(value) : undefined
  }
  const dockerfile = text('dockerfile')
  const target = text('target')
  return {
    context: text('context') ?? '.',
    args: argsOf(record['args']),
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(target === undefined || target === '' ? {} : { target }),
  }
}

/** A list of `NAME=value` or an object; a name without a value takes that of the environment, which nobody knows. */
function argsOf(args: unknown): Readonly<Record<string, string>> {
  const pairs: readonly (readonly [string, unknown])[] = Array.isArray(args)
    ? args.filter((one): one is string => typeof one === 'string' && one.includes('=')).map((one) => pairOf(one))
    : Object.entries(asRecord(args))
  return Object.fromEntries(
    pairs.flatMap(([name, value]) =>
      value === null || typeof value === 'object' ? [] : [[name, withDefaults(String(value))] as const],
    ),
  )
}

function pairOf(text: string): readonly [string, string] {
  const equals = text.indexOf('=')
  return [text.slice(0, equals), text.slice(equals + 1)]
}

/** The Dockerfile that stands in the file. */
function inlineOf(document: Document, source: Source, name: string): NamedBuild['inline'] {
  const node = document.getIn(['services', name, 'build', 'dockerfile_inline'], true)
  if (!isScalar(node) || typeof node.value !== 'string') return undefined
  const raw = { text: node.value, offsets: offsetsOf(node, node.value, source.text) }
  const { text, offsets } = substituted(raw)
  return { text, embedded: { name, host: source, offsets } }
}

interface Mapped {
  readonly text: string
  /** For each code unit, and for the end, the offset in the file. */
  readonly offsets: readonly number[]
}

/** Of `|` each line stands as it is, further in; of other forms all is taken to stand at the beginning. */
function offsetsOf({ type, range }: Scalar, value: string, text: string): readonly number[] {
  const [start, end] = range ?? [0, 0]
  const offsets = Array.from({ length: value.length + 1 }, () => start)
  if (type !== 'BLOCK_LITERAL') return offsets
  let line = text.indexOf('\n', start) + 1
  const depth = indentationOf(text.slice(line, end), value)
  let at = 0
  for (const row of value.split('\n')) {
    const lineEnd = text.indexOf('\n', line) < 0 ? text.length : text.indexOf('\n', line)
    for (let column = 0; column <= row.length; column += 1)
      offsets[at + column] = Math.min(line + depth + column, lineEnd)
    at += row.length + 1
    line = lineEnd + 1
  }
  return offsets
}

/** How far in the block is: by its first line that is not blank. */
function indentationOf(block: string, value: string): number {
  const written = block.split('\n').find((line) => line.trim() !== '') ?? ''
  const read = value.split('\n').find((line) => line.trim() !== '') ?? ''
  return Math.max(0, written.trimEnd().length - read.trimEnd().length)
}

// `$$` is a dollar; of `${NAME:-text}` the text is taken.
const variable = /\$\$|\$\{\w+(?::?-([^}]*))?[^}]*\}|\$\w+/g

/** Variables take their defaults: nobody knows the environment in which the file is used. */
function withDefaults(text: string): string {
  return text.replace(variable, (found: string, value: string | undefined) => (found === '$$' ? '$' : (value ?? '')))
}

function substituted({ text, offsets }: Mapped): Mapped {
  let made = ''
  const places: number[] = []
  let at = 0
  for (const found of text.matchAll(variable)) {
    const put = found[0] === '$$' ? '$' : (found[1] ?? '')
    made += text.slice(at, found.index) + put
    places.push(...offsets.slice(at, found.index), ...Array.from(put, () => offsets[found.index] ?? 0))
    at = found.index + found[0].length
  }
  return { text: made + text.slice(at), offsets: [...places, ...offsets.slice(at)] }
}

function placeOf(document: Document, source: Source, keys: readonly string[]): Location {
  const parent = document.getIn(keys.slice(0, -1), true)
  const key = isMap(parent)
    ? parent.items.map((item) => item.key).find((node) => isScalar(node) && node.value === keys.at(-1))
    : undefined
  const range = isScalar(key) ? key.range : undefined
  return { source, span: { start: range?.[0] ?? 0, end: range?.[1] ?? 0 } }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}
