import type { Span } from '../core/index.ts'
import {
  type Dockerfile,
  expandWord,
  expansionsOf,
  type Instruction,
  type LogicalText,
  type Reference,
  sliceText,
} from '../dockerfile/index.ts'

/** A part of an expanded text. */
export interface Piece {
  readonly text: string
  /** Where the same characters stand in the source: replacing them there replaces them here. */
  readonly span?: Span
  /** The ARG whose default it is. */
  readonly argument?: string
  /** Why it cannot be replaced in the source. */
  readonly fixed?: string
}

/** What variables stand for, in pieces. */
export type TracedScope = ReadonlyMap<string, readonly Piece[]>

/** The ARGs before the first FROM. `values` are all variables there are: those that no ARG gives cannot be edited. */
export function tracedScope(
  file: Dockerfile,
  {
    buildArgs,
    values,
  }: { readonly buildArgs: Readonly<Record<string, string>>; readonly values: ReadonlyMap<string, string> },
): TracedScope {
  const scope = new Map<string, readonly Piece[]>()
  for (const [name, text] of values) scope.set(name, [{ text, fixed: `${name} is set by the platform` }])
  for (const name of globalArguments(file).map(({ key }) => key.text)) scope.delete(name)
  for (const { key, value } of globalArguments(file)) {
    const name = key.text
    const given = buildArgs[name]
    if (given !== undefined) scope.set(name, [{ text: given, fixed: `${name} is set by --build-arg` }])
    else if (value !== undefined) {
      const pieces = tracePieces(value, { source: file.source.text, scope, escape: file.escape })
      scope.set(
        name,
        pieces.map((piece) => ({ ...piece, argument: piece.argument ?? name })),
      )
    } else if (values.has(name)) scope.set(name, [{ text: values.get(name) ?? '', fixed: `${name} has no default` }])
  }
  return scope
}

export interface TraceRules {
  /** The whole text of the file. */
  readonly source: string
  readonly scope: TracedScope
  readonly escape: Dockerfile['escape']
}

/** The expanded word in pieces that know where they stand. Their texts, joined, are what `expandWord` gives. */
export function tracePieces(word: LogicalText, rules: TraceRules): readonly Piece[] {
  const environment = (name: string): string | undefined => textOf(rules.scope.get(name))
  const expanded = expandWord(word.text, environment, rules.escape)
  const whole = 'error' in expanded ? '' : expanded.value
  const pieces = joined(traceRange(word, rules))
  if (pieces.map(({ text }) => text).join('') === whole) return pieces
  return [{ text: whole, fixed: `${word.text} is too involved to be edited` }]
}

/** The names of variables without a value that a text needs one of. */
export function unsetVariables(text: string, { scope, escape }: Omit<TraceRules, 'source'>): readonly string[] {
  return expansionsOf(text, escape)
    .filter(({ operator, name }) => operator === '' && !scope.has(name))
    .map(({ name }) => name)
}

function globalArguments(file: Dockerfile): Extract<Instruction, { kind: 'ARG' | 'ENV' | 'LABEL' }>['pairs'] {
  const first = file.instructions.findIndex(({ kind }) => kind === 'FROM')
  const before = first < 0 ? file.instructions : file.instructions.slice(0, first)
  return before.flatMap((instruction) => (instruction.kind === 'ARG' ? instruction.pairs : []))
}

function textOf(pieces: readonly Piece[] | undefined): string | undefined {
  return pieces?.map(({ text }) => text).join('')
}

function traceRange(word: LogicalText, rules: TraceRules): readonly Piece[] {
  const all = expansionsOf(word.text, rules.escape)
  const outer = all.filter((one) => !all.some(({ start, end }) => start < one.start && one.end < end))
  const pieces: Piece[] = []
  let at = 0
  for (const reference of outer) {
    pieces.push(...literalPieces(sliceText(word, at, reference.start), rules))
    pieces.push(...referencePieces(word, reference, rules))
    at = reference.end
  }
  pieces.push(...literalPieces(sliceText(word, at, word.text.length), rules))
  return pieces
}

function referencePieces(word: LogicalText, reference: Reference, rules: TraceRules): readonly Piece[] {
  const { name, operator, start, end } = reference
  const value = rules.scope.get(name)
  if (operator === '') return value ?? []
  if (operator === '-' || operator === ':-') {
    if (value !== undefined && (operator === '-' || textOf(value) !== '')) return value
    return traceRange(sliceText(word, start + 2 + name.length + operator.length, end - 1), rules)
  }
  const written = word.text.slice(start, end)
  const expanded = expandWord(written, (one) => textOf(rules.scope.get(one)), rules.escape)
  return [{ text: 'error' in expanded ? '' : expanded.value, fixed: `${written} changes the value of ${name}` }]
}

/** Runs of characters that stand for themselves; quotes and escape characters lie between them. */
function literalPieces(literal: LogicalText, { escape, source }: TraceRules): readonly Piece[] {
  const pieces: Piece[] = []
  const { text } = literal
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '"' || character === "'") continue
    if (character === escape) at += 1
    const { span } = sliceText(literal, at, at + 1)
    // What is not one character of the source, an escape at the end of a line for one, makes the check of the sum fail.
    pieces.push({ text: source.slice(span.start, span.end), span })
  }
  return pieces
}

/** Neighbouring characters of the source as one piece. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = []
  for (const piece of pieces) {
    const last = result.at(-1)
    if (last?.span !== undefined && piece.span?.start === last.span.end && last.argument === piece.argument) {
      const span = { start: last.span.start, end: piece.span.end }
      result[result.length - 1] = { ...last, text: last.text + piece.text, span }
    } else if (piece.text !== '') result.push(piece)
  }
  return result
}
