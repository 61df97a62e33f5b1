import { didYouMean } from '../core/index.ts'
import type { Command, Instruction, InstructionKind, KeyValue, LogicalText, Word } from './ast.ts'
import type { Fault } from './fault.ts'
import { checkFlags } from './flag-checks.ts'
import { readFlags } from './flags.ts'
import { isHeredocWord } from './heredoc.ts'
import { instructionForms } from './instruction-forms.ts'
import { sliceText } from './logical-text.ts'
import { isSpace, leadingSpaces, trimmedLength } from './spaces.ts'
import { blankWords, jsonWords, quotedWords } from './words.ts'

export interface InstructionRules {
  readonly escape: '\\' | '`'
  readonly report: (fault: Fault) => void
}

export type Comments = Instruction['comments']

type Base = Omit<Extract<Instruction, { kind: 'UNKNOWN' }>, 'kind'>
type Body = Instruction extends infer Each ? (Each extends Instruction ? Omit<Each, keyof Base> : never) : never

/** What an instruction's reader sees: its arguments (flags cut off) and a way to complain. */
interface Arguments extends InstructionRules {
  readonly base: Base
  readonly keyword: string
  readonly text: LogicalText
  readonly fail: (message: string, hint?: string) => Body
  /** As `fail`, where the words cannot be told apart. */
  readonly failGarbled: (message: string, hint?: string) => Body
}

const unknown: Body = { kind: 'UNKNOWN' }

const readers: Readonly<Record<Exclude<InstructionKind, 'UNKNOWN'>, (given: Arguments) => Body>> = {
  FROM: readFrom,
  ARG: readArg,
  ENV: (given) => readPairs(given, 'ENV'),
  LABEL: (given) => readPairs(given, 'LABEL'),
  RUN: (given) => readCommand(given, 'RUN'),
  CMD: (given) => readCommand(given, 'CMD'),
  ENTRYPOINT: (given) => readCommand(given, 'ENTRYPOINT'),
  SHELL: readShell,
  HEALTHCHECK: readHealthcheck,
  COPY: (given) => readTransfer(given, 'COPY'),
  ADD: (given) => readTransfer(given, 'ADD'),
  EXPOSE: readExpose,
  VOLUME: readVolume,
  USER: (given) => readText(given, 'USER'),
  WORKDIR: (given) => readText(given, 'WORKDIR'),
  STOPSIGNAL: (given) => readText(given, 'STOPSIGNAL'),
  MAINTAINER: (given) => readText(given, 'MAINTAINER'),
  ONBUILD: readOnbuild,
}

/** The keywords of the language, upper case. */
export const keywords: readonly string[] = Object.keys(readers)

/** Reads one instruction from its joined line (heredoc bodies apart). Always gives one; faults are reported. */
export function readInstruction(line: LogicalText, comments: Comments, rules: InstructionRules): Instruction {
  const lead = leadingSpaces(line.text)
  const end = Math.max(lead, trimmedLength(line.text))
  const blank = /[\t\v\f\r ]+/g
  blank.lastIndex = lead
  const gap = blank.exec(line.text.slice(0, end))
  const keyword = sliceText(line, lead, gap?.index ?? end)
  const rest = sliceText(line, gap === null ? end : gap.index + gap[0].length, end)
  const { flags, next } = readFlags(rest, rules.escape)
  const span = { start: keyword.span.start, end: Math.max(keyword.span.end, rest.span.end) }
  const base: Base = { span, keyword, rest, flags, heredocs: [], comments }
  const upper = keyword.text.toUpperCase()
  if (!isKeyword(upper)) return { ...base, ...failUnknown(keyword, rules) }
  const text = trimmed(sliceText(rest, Math.min(next, rest.text.length), rest.text.length))
  const faults: Fault[] = []
  const fail = (message: string, hint = `write ${instructionForms[upper]}`) => {
    faults.push({ span, message, hint })
    return unknown
  }
  const failGarbled = (message: string, hint = `write ${instructionForms[upper]}`) => {
    faults.push({ span, message, hint, garbled: true })
    return unknown
  }
  const instruction = {
    ...base,
    ...readers[upper]({ ...rules, base, keyword: upper, text, fail, failGarbled }),
  } as Instruction
  const flagFaults = checkFlags(upper, instruction)
  // What a wrong flag has swallowed may be all that is missing.
  for (const fault of flagFaults.length > 0 ? flagFaults : faults) rules.report(fault)
  return instruction
}

/** The instruction's keyword when it can open heredocs: RUN, COPY or ADD, plain or in ONBUILD, not in JSON form. */
export function takesHeredocs(instruction: Instruction): boolean {
  switch (instruction.kind) {
    case 'ONBUILD':
      return instruction.inner.kind !== 'ONBUILD' && takesHeredocs(instruction.inner)
    case 'RUN':
      return instruction.command.form === 'shell'
    case 'COPY':
    case 'ADD':
      return !instruction.json
    default:
      return /^(?:RUN|COPY|ADD)$/i.test(instruction.keyword.text)
  }
}

function isKeyword(text: string): text is keyof typeof readers {
  return Object.hasOwn(readers, text)
}

function failUnknown(keyword: Word, rules: InstructionRules): Body {
  const hint = didYouMean(keyword.text, keywords)
  rules.report({
    span: keyword.span,
    message: `unknown instruction: ${keyword.text}`,
    ...(hint === undefined ? {} : { hint }),
  })
  return unknown
}

function readFrom({ text, fail, report }: Arguments): Body {
  const words = blankWords(text)
  const [image, as, name] = words
  const named = words.length === 3 && as?.text.toLowerCase() === 'as'
  if (image === undefined || (words.length !== 1 && !named)) {
    const blanks = /["'{]/.test(text.text) ? 'FROM is parted at blanks even inside quotes and braces' : undefined
    return fail('FROM requires either one or three arguments', blanks)
  }
  if (as === undefined || name === undefined) return { kind: 'FROM', image }
  if (!/^[a-z][a-z0-9\-_.]*$/.test(name.text.toLowerCase())) {
    const message = `invalid name for build stage: ${JSON.stringify(name.text)}, name can't start with a number or contain symbols`
    report({ span: name.span, message, hint: 'begin with a letter; letters, digits, - _ and . may follow' })
  }
  return { kind: 'FROM', image, as: name, asKeyword: as }
}

function readArg({ text, escape, fail, report }: Arguments): Body {
  const pairs = quotedWords(text, escape).map(toPair)
  if (pairs.length === 0) return fail('ARG requires at least one argument')
  const blank = pairs.find((pair) => pair.key.text === '')
  if (blank !== undefined) report({ span: blank.span, message: 'ARG names can not be blank', hint: noName })
  return { kind: 'ARG', pairs, legacy: false }
}

const noName = 'write a name before the ='

function readPairs({ text, escape, fail, failGarbled, report }: Arguments, kind: 'ENV' | 'LABEL'): Body {
  const words = quotedWords(text, escape)
  const first = words[0]
  if (first === undefined) return fail(`${kind} requires at least one argument`)
  if (!first.text.includes('=')) {
    const pair = legacyPair(text)
    return pair === undefined ? failGarbled(`${kind} must have two arguments`) : { kind, pairs: [pair], legacy: true }
  }
  const lost = words.find((word) => !word.text.includes('='))
  if (lost !== undefined) {
    const message = `Syntax error - can't find = in ${JSON.stringify(lost.text)}. Must be of the form: name=value`
    report({ span: lost.span, message, hint: 'put a value that has blanks in quotes', garbled: true })
  }
  const pairs = words.map(toPair)
  const blank = pairs.find((pair) => pair.key.text === '')
  if (blank !== undefined) report({ span: blank.span, message: `${kind} names can not be blank`, hint: noName })
  return { kind, pairs, legacy: false }
}

function legacyPair(text: LogicalText): KeyValue | undefined {
  const gap = /[\t\v\f\r ]+/.exec(text.text)
  if (gap === null) return undefined
  return {
    span: text.span,
    key: sliceText(text, 0, gap.index),
    value: sliceText(text, gap.index + gap[0].length, text.text.length),
  }
}

function toPair(word: Word): KeyValue {
  const equals = word.text.indexOf('=')
  if (equals < 0) return { span: word.span, key: word }
  return {
    span: word.span,
    key: sliceText(word, 0, equals),
    value: sliceText(word, equals + 1, word.text.length),
  }
}

function readCommand({ text, failGarbled }: Arguments, kind: 'RUN' | 'CMD' | 'ENTRYPOINT'): Body {
  const command = toCommand(text)
  return command === undefined ? failGarbled(notStrings, allStrings) : { kind, command }
}

const notStrings = 'when using JSON array syntax, arrays must be comprised of strings only'
const allStrings = 'put every element in double quotes, numbers too: ["sleep", "1"]'

function toCommand(text: LogicalText): Command | undefined {
  const args = jsonWords(text)
  if (args === 'mixed') return undefined
  if (args === undefined) return { form: 'shell', span: text.span, script: text }
  return { form: 'exec', span: text.span, args, values: args.map((word) => word.decoded ?? '') }
}

function readShell({ text, fail, failGarbled }: Arguments): Body {
  const command = toCommand(text)
  if (command === undefined) return failGarbled(notStrings, allStrings)
  const empty = command.form === 'exec' ? command.args.length === 0 : command.script.text === ''
  if (empty) return fail('SHELL requires at least one argument')
  if (command.form === 'shell') return fail('SHELL requires the arguments to be in JSON form')
  return { kind: 'SHELL', command }
}

function readHealthcheck({ text, fail, failGarbled }: Arguments): Body {
  const type = /^[^\t-\r ]*/.exec(text.text)?.[0] ?? ''
  if (type === '') return fail('HEALTHCHECK requires at least one argument')
  const rest = trimmed(sliceText(text, type.length, text.text.length))
  if (type.toUpperCase() === 'NONE')
    return rest.text === '' ? { kind: 'HEALTHCHECK', none: true } : fail('HEALTHCHECK NONE takes no arguments')
  if (type.toUpperCase() !== 'CMD')
    return fail(
      `Unknown type ${JSON.stringify(type.toUpperCase())} in HEALTHCHECK (try CMD)`,
      `write HEALTHCHECK CMD ${text.text}`,
    )
  const command = toCommand(rest)
  if (command === undefined) return failGarbled(notStrings, allStrings)
  const empty = command.form === 'exec' ? command.args.length === 0 : command.script.text === ''
  return empty ? fail('Missing command after HEALTHCHECK CMD') : { kind: 'HEALTHCHECK', none: false, command }
}

function readTransfer({ text, fail, failGarbled, report }: Arguments, kind: 'COPY' | 'ADD'): Body {
  const json = jsonWords(text)
  if (json === 'mixed') return failGarbled(notStrings, allStrings)
  const words = json ?? blankWords(text)
  const destination = words.at(-1)
  if (destination === undefined || words.length < 2)
    return fail(`${kind} requires at least two arguments: sources, and behind them the destination`)
  if (isHeredocWord(destination.text))
    report({ span: destination.span, message: `${kind} cannot accept a heredoc as a destination` })
  return { kind, json: json !== undefined, sources: words.slice(0, -1), destination }
}

function readExpose({ text, fail }: Arguments): Body {
  const words = blankWords(text)
  return words.length === 0 ? fail('EXPOSE requires at least one argument') : { kind: 'EXPOSE', json: false, words }
}

function readVolume({ text, fail, failGarbled, report }: Arguments): Body {
  const json = jsonWords(text)
  if (json === 'mixed') return failGarbled(notStrings, allStrings)
  const words = json ?? blankWords(text)
  if (words.length === 0) return fail('VOLUME requires at least one argument')
  for (const word of words)
    if ((word.decoded ?? word.text).trim() === '')
      report({ span: word.span, message: 'VOLUME specified can not be an empty string', hint: 'write a path' })
  return { kind: 'VOLUME', json: json !== undefined, words }
}

function readText({ text, fail }: Arguments, kind: 'USER' | 'WORKDIR' | 'STOPSIGNAL' | 'MAINTAINER'): Body {
  return text.text === '' ? fail(`${kind} requires exactly one argument`) : { kind, word: text }
}

function readOnbuild({ text, base, escape, report, fail }: Arguments): Body {
  if (text.text === '') return fail('ONBUILD requires at least one argument')
  // A trigger is stored as text and understood only by the build that pulls it, apart from what its words are.
  const inner = readInstruction(text, [], {
    escape,
    report: (fault) => report(fault.garbled === true ? fault : { ...fault, late: true }),
  })
  const keyword = inner.keyword.text.toUpperCase()
  const hint =
    'triggers can be any instruction but FROM, MAINTAINER and ONBUILD, and are not handed on to grandchildren'
  if (keyword === 'ONBUILD') return fail("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", hint)
  if (keyword === 'FROM' || keyword === 'MAINTAINER')
    return fail(`${keyword} isn't allowed as an ONBUILD trigger`, hint)
  return { kind: 'ONBUILD', inner, trigger: base.rest.text }
}

function trimmed(text: LogicalText): LogicalText {
  const { text: line } = text
  let start = 0
  while (start < line.length && isSpace(line.charAt(start))) start += 1
  return sliceText(text, start, Math.max(start, trimmedLength(line)))
}
