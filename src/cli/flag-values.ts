import { SlipwayError } from '../core/index.ts'
import type { FlagSpec, FlagValues, Pair } from './flags.ts'

/** Raw texts per flag, in the order in which they were given. */
export type RawFlags = ReadonlyMap<string, readonly string[]>

const trueWords: readonly string[] = ['1', 't', 'T', 'true', 'TRUE', 'True']
const falseWords: readonly string[] = ['0', 'f', 'F', 'false', 'FALSE', 'False']

/** Typed access to raw flags; environment variables fill in for flags that were not given. Checks every value first. */
export function flagValues(
  specs: readonly FlagSpec[],
  raw: RawFlags,
  env: Readonly<Record<string, string | undefined>>,
): FlagValues {
  const byName = new Map(specs.map((spec) => [spec.name, spec]))
  const texts = new Map(specs.map((spec) => [spec.name, raw.get(spec.name) ?? fromEnvironment(spec, env)]))
  for (const spec of specs) for (const text of texts.get(spec.name) ?? []) checkValue(spec, text)

  function wanted(name: string, kinds: readonly FlagSpec['kind'][]): readonly string[] {
    const spec = byName.get(name)
    if (spec === undefined || !kinds.includes(spec.kind))
      throw new SlipwayError('internal', `no ${kinds[0]} flag --${name} here`)
    const given = texts.get(name) ?? []
    return given.length === 0 && spec.default !== undefined ? [spec.default] : given
  }

  return {
    given: (name) => (texts.get(name) ?? []).length > 0,
    bool: (name) => isTrue(wanted(name, ['bool']).at(-1)),
    text: (name) => wanted(name, ['string']).at(-1),
    number: (name) => {
      const text = wanted(name, ['number']).at(-1)
      return text === undefined ? undefined : Number(text)
    },
    list: (name) => splitValues(byName.get(name), wanted(name, ['list'])),
    pairs: (name) => wanted(name, ['pairs']).map(toPair),
  }
}

/** `true` for the words that Go's `strconv.ParseBool` reads as true. */
function isTrue(text: string | undefined): boolean {
  return text !== undefined && trueWords.includes(text)
}

function fromEnvironment(spec: FlagSpec, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  for (const name of spec.env ?? []) {
    const value = env[name]
    if (value !== undefined && value !== '') return [value]
  }
  return []
}

function checkValue(spec: FlagSpec, text: string): void {
  const problem = problemWith(spec, text)
  if (problem !== undefined) throw new SlipwayError('usage', `--${spec.name}: ${JSON.stringify(text)} ${problem}`)
}

function problemWith(spec: FlagSpec, text: string): string | undefined {
  if (spec.kind === 'bool' && !trueWords.includes(text) && !falseWords.includes(text))
    return 'is neither true nor false'
  if (spec.kind === 'number' && !/^-?\d+(\.\d+)?$/.test(text)) return 'is not a number'
  if (spec.kind === 'pairs' && (text === '' || text.startsWith('='))) return 'has no name; write NAME=value'
  if (spec.choices !== undefined && !spec.choices.includes(text)) return `is not one of ${spec.choices.join(', ')}`
  return undefined
}

function splitValues(spec: FlagSpec | undefined, texts: readonly string[]): readonly string[] {
  if (spec?.csv !== true) return texts
  return texts.flatMap((text) => text.split(',')).filter((part) => part !== '')
}

function toPair(text: string): Pair {
  const at = text.indexOf('=')
  return at < 0 ? { name: text } : { name: text.slice(0, at), value: text.slice(at + 1) }
}
