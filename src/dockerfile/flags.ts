import { didYouMean } from '../core/index.ts'
import type { Flag, Instruction, LogicalText } from './ast.ts'
import { sliceText } from './logical-text.ts'

type FlagKind = 'boolean' | 'value' | 'list'

const transfer = { chown: 'value', chmod: 'value', link: 'boolean', exclude: 'list' } as const

/** The flags that each instruction knows. */
const known: Readonly<Record<string, Readonly<Record<string, FlagKind>>>> = {
  FROM: { platform: 'value' },
  COPY: { from: 'value', parents: 'boolean', ...transfer },
  ADD: { checksum: 'value', 'keep-git-dir': 'boolean', unpack: 'boolean', ...transfer },
  RUN: { mount: 'list', network: 'value', security: 'value', device: 'list' },
  HEALTHCHECK: {
    interval: 'value',
    timeout: 'value',
    'start-period': 'value',
    'start-interval': 'value',
    retries: 'value',
  },
}

export interface FlagFault {
  readonly message: string
  readonly hint?: string
}

/** Reads the flags at the start of an instruction's text; `next` is where the arguments begin. */
export function readFlags(rest: LogicalText, escape: string): { flags: readonly Flag[]; next: number } {
  const flags: Flag[] = []
  const { text } = rest
  let at = 0
  for (;;) {
    while (isBlank(text.charAt(at))) at += 1
    if (!text.startsWith('--', at)) return { flags, next: at }
    const { end, decoded } = readFlagWord(text, at, escape)
    if (decoded === '--') return { flags, next: end }
    flags.push(toFlag(rest, { start: at, end }, decoded))
    at = end
  }
}

/** What is wrong with a flag of an instruction: unknown, given twice, without its value, not a boolean. */
export function flagFault(keyword: string, flag: Flag, earlier: readonly Flag[]): FlagFault | undefined {
  const kinds = known[keyword] ?? {}
  const kind = Object.hasOwn(kinds, flag.key) ? kinds[flag.key] : undefined
  if (kind === undefined) {
    const dashed = Object.keys(kinds).map((name) => `--${name}`)
    const none = `${keyword} has no flags; write -- before an argument that begins with --`
    const hint = dashed.length === 0 ? none : didYouMean(`--${flag.key}`, dashed)
    return { message: `unknown flag: --${flag.key}`, hint: hint ?? `${keyword} has ${dashed.join(', ')}` }
  }
  if (kind !== 'list' && earlier.some((other) => other.key === flag.key))
    return { message: `duplicate flag specified: --${flag.key}`, hint: 'keep one of them' }
  if (kind === 'boolean') return booleanFault(flag)
  return flag.content === undefined ? missingValue(flag) : undefined
}

/** The last flag of that name, quotes and escapes taken out; undefined when it is absent or has no `=`. */
export function flagValue(instruction: Instruction, name: string): string | undefined {
  return flagsNamed(instruction, name).at(-1)?.content
}

/** The names of the flags that an instruction knows; none for a keyword without flags. */
export function flagNames(keyword: string): readonly string[] {
  return Object.keys(Object.hasOwn(known, keyword) ? (known[keyword] ?? {}) : {})
}

/** All flags of that name, in order. */
export function flagsNamed(instruction: Instruction, name: string): readonly Flag[] {
  return instruction.flags.filter((flag) => flag.key === name)
}

/** A boolean flag: undefined when absent, else whether it is on (`--link`, `--link=true`, `--link=false`). */
export function flagOn(instruction: Instruction, name: string): boolean | undefined {
  const flag = flagsNamed(instruction, name).at(-1)
  return flag === undefined ? undefined : flag.content?.toLowerCase() !== 'false'
}

function booleanFault(flag: Flag): FlagFault | undefined {
  const hint = `write --${flag.key}, --${flag.key}=true or --${flag.key}=false`
  if (flag.content === '') return { message: `missing a value on flag: --${flag.key}`, hint }
  if (flag.content === undefined || /^(?:true|false)$/i.test(flag.content)) return undefined
  return { message: `expecting boolean value for flag --${flag.key}, not: ${flag.content}`, hint }
}

function missingValue({ key }: Flag): FlagFault {
  const hint = `the value stands behind =, without a blank: --${key}=value`
  return { message: `missing a value on flag: --${key}`, hint }
}

function readFlagWord(text: string, start: number, escape: string): { end: number; decoded: string } {
  let at = start
  let quote = ''
  let decoded = ''
  while (at < text.length) {
    const character = text.charAt(at)
    if (quote === '' && isBlank(character)) break
    if (character === escape) {
      decoded += text.charAt(at + 1)
      at += 2
      continue
    }
    if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character === quote) quote = ''
    else decoded += character
    at += 1
  }
  return { end: Math.min(at, text.length), decoded }
}

/** Only ASCII blanks part flags: a no-break space before `--` makes it an argument. */
function isBlank(character: string): boolean {
  return character !== '' && '\t\n\v\f\r '.includes(character)
}

function toFlag(rest: LogicalText, range: { start: number; end: number }, decoded: string): Flag {
  const { start, end } = range
  const equals = rest.text.slice(start, end).indexOf('=')
  const split = decoded.indexOf('=')
  const word = sliceText(rest, start, end)
  if (equals < 0) return { span: word.span, name: sliceText(rest, start + 2, end), key: decoded.slice(2) }
  return {
    span: word.span,
    name: sliceText(rest, start + 2, start + equals),
    value: sliceText(rest, start + equals + 1, end),
    key: decoded.slice(2, split),
    content: decoded.slice(split + 1),
  }
}
