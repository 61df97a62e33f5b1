import { didYouMean, SlipwayError } from '../core/index.ts'
import { flagValues } from './flag-values.ts'
import type { CommandSpec, FlagSpec, ParsedInput } from './flags.ts'

export interface Grammar {
  readonly commands: readonly CommandSpec[]
  readonly globalFlags: readonly FlagSpec[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** `help` is accepted everywhere and belongs to no command. */
const helpFlag: FlagSpec = { name: 'help', short: 'h', kind: 'bool', summary: 'Show how the command is used' }
const versionFlag: FlagSpec = { name: 'version', short: 'v', kind: 'bool', summary: 'Show the version' }

/**
 * Reads a command line by the rules of pflag, which docker follows: `--b=false`, `-t=x`, `-tx`, `-qt x`, repeated flags,
 * flags after arguments, `--`, global flags before or after the command. Throws `usage` with the nearest name for unknown
 * words, `unsupported` for flags of docker that cannot be honoured.
 */
export function parseArgv(argv: readonly string[], grammar: Grammar): ParsedInput {
  const leading = readWords(argv, {
    specs: [...grammar.globalFlags, helpFlag, versionFlag],
    stopAtFirst: true,
    command: undefined,
  })
  const [word, ...rest] = leading.words
  const command = commandFor(word, leading.raw, grammar)
  const specs = [...command.flags, ...grammar.globalFlags, helpFlag]
  const body = readWords(rest, { specs, stopAtFirst: command.stopsAtFirstArgument === true, command })
  const raw = mergeRaw(leading.raw, body.raw)
  const flags = flagValues(specs, raw, grammar.env)
  const help = flags.bool('help')
  const warnings = answerStatus(command.flags, body.raw)
  if (!help) checkCount(command, body.words)
  return { command, args: body.words, behindDashes: body.behind ?? [], flags, written: raw, help, warnings }
}

function commandFor(
  word: string | undefined,
  raw: ReadonlyMap<string, readonly string[]>,
  grammar: Grammar,
): CommandSpec {
  const wanted = word ?? (raw.has('version') ? 'version' : 'help')
  const found = grammar.commands.find(
    (command) => command.name === wanted || command.aliases?.includes(wanted) === true,
  )
  if (found !== undefined) return found
  const names = grammar.commands.flatMap((command) => [command.name, ...(command.aliases ?? [])])
  throw new SlipwayError('usage', `there is no command ${JSON.stringify(wanted)}`, {
    hint: didYouMean(wanted, names) ?? '`slipway help` lists all commands',
  })
}

interface Reading {
  readonly specs: readonly FlagSpec[]
  readonly stopAtFirst: boolean
  readonly command: CommandSpec | undefined
}

interface Words {
  readonly words: readonly string[]
  readonly raw: ReadonlyMap<string, readonly string[]>
  /** What stands behind `--`, where that is something else. */
  readonly behind?: readonly string[]
}

function readWords(argv: readonly string[], reading: Reading): Words {
  const words: string[] = []
  const raw = new Map<string, readonly string[]>()
  const add = (spec: FlagSpec, value: string) => raw.set(spec.name, [...(raw.get(spec.name) ?? []), value])
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? ''
    if (word === '--') {
      const behind = argv.slice(at + 1)
      return reading.command?.behindDashes === undefined
        ? { words: [...words, ...behind], raw }
        : { words, raw, behind }
    }
    if (word === '-' || !word.startsWith('-')) {
      if (reading.stopAtFirst) return { words: [...words, ...argv.slice(at)], raw }
      words.push(word)
    } else {
      const next = argv[at + 1]
      const used = word.startsWith('--')
        ? readLong(word, next, { reading, add })
        : readShort(word, next, { reading, add })
      at += used
    }
  }
  return { words, raw }
}

interface Sink {
  readonly reading: Reading
  readonly add: (spec: FlagSpec, value: string) => void
}

/** Returns how many of the following words were used: 0 or 1. */
function readLong(word: string, next: string | undefined, sink: Sink): number {
  const equals = word.indexOf('=')
  const name = word.slice(2, equals < 0 ? undefined : equals)
  const spec = sink.reading.specs.find((candidate) => candidate.name === name)
  if (spec === undefined) throw unknownFlag(`--${name}`, name, sink.reading)
  const implied = spec.kind === 'bool' ? 'true' : spec.takes?.test(next ?? '') === true ? undefined : spec.implied
  const value = equals >= 0 ? word.slice(equals + 1) : (implied ?? next)
  if (value === undefined) throw missingValue(`--${name}`, spec, sink.reading)
  sink.add(spec, value)
  return equals >= 0 || implied !== undefined ? 0 : 1
}

function readShort(word: string, next: string | undefined, sink: Sink): number {
  for (let at = 1; at < word.length; at += 1) {
    const letter = word[at] ?? ''
    const spec = sink.reading.specs.find((candidate) => candidate.short === letter)
    if (spec === undefined) throw unknownFlag(`-${letter}${word.length > 2 ? ` in ${word}` : ''}`, letter, sink.reading)
    const rest = word.slice(at + 1)
    if (spec.kind === 'bool' && !rest.startsWith('=')) {
      sink.add(spec, 'true')
      continue
    }
    const value = rest.startsWith('=') ? rest.slice(1) : rest === '' ? next : rest
    if (value === undefined) throw missingValue(`-${letter}`, spec, sink.reading)
    sink.add(spec, value)
    return rest === '' ? 1 : 0
  }
  return 0
}

function unknownFlag(shown: string, name: string, reading: Reading): SlipwayError {
  const names = reading.specs.filter((spec) => spec.hidden !== true).map((spec) => `--${spec.name}`)
  const nearest = name.length > 1 ? didYouMean(`--${name}`, names) : undefined
  return new SlipwayError('usage', `there is no flag ${shown}${ofCommand(reading)}`, {
    hint: nearest ?? helpHint(reading),
  })
}

function missingValue(shown: string, spec: FlagSpec, reading: Reading): SlipwayError {
  return new SlipwayError('usage', `${shown} needs a value${ofCommand(reading)}: ${spec.value ?? 'VALUE'}`, {
    hint: helpHint(reading),
  })
}

function ofCommand(reading: Reading): string {
  return reading.command === undefined ? '' : ` for slipway ${reading.command.name}`
}

function helpHint(reading: Reading): string {
  return reading.command === undefined
    ? '`slipway help` lists all flags'
    : `\`slipway ${reading.command.name} --help\` lists all flags`
}

function mergeRaw(first: Words['raw'], second: Words['raw']): Words['raw'] {
  const merged = new Map(first)
  for (const [name, values] of second) merged.set(name, [...(merged.get(name) ?? []), ...values])
  return merged
}

function answerStatus(specs: readonly FlagSpec[], raw: Words['raw']): readonly string[] {
  const warnings: string[] = []
  for (const spec of specs) {
    const values = raw.get(spec.name)
    if (spec.status === undefined || values === undefined) continue
    if (values.every((value) => spec.status?.unless?.includes(value) === true)) continue
    if (spec.status.kind === 'unsupported')
      throw new SlipwayError('unsupported', `--${spec.name} is not supported: ${spec.status.why}`)
    warnings.push(`--${spec.name} is ignored: ${spec.status.why}`)
  }
  return warnings
}

function checkCount(command: CommandSpec, words: readonly string[]): void {
  const least = command.args.filter((arg) => arg.optional !== true).length
  const most = command.args.some((arg) => arg.many === true) ? Number.POSITIVE_INFINITY : command.args.length
  if (words.length >= least && words.length <= most) return
  const missing = command.args[words.length]
  const problem =
    words.length < least ? `needs ${missing?.name ?? 'an argument'}` : `has no use for ${JSON.stringify(words[most])}`
  throw new SlipwayError('usage', `slipway ${command.name} ${problem}`, { hint: `usage: ${usageLine(command)}` })
}

/** `slipway tag [OPTIONS] SOURCE TARGET` */
export function usageLine(command: CommandSpec): string {
  const args = command.args.map((arg) => {
    const name = arg.many === true ? `${arg.name}...` : arg.name
    return arg.optional === true ? `[${name}]` : name
  })
  const behind = command.behindDashes === undefined ? [] : [`[-- ${command.behindDashes}]`]
  return ['slipway', command.name, ...(command.flags.length > 0 ? ['[OPTIONS]'] : []), ...args, ...behind].join(' ')
}
