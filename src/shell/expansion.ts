import type { Span } from '../core/index.ts'
import { expandBraces } from './braces.ts'
import type { ShellWord } from './command.ts'
import { applyOperation } from './parameter.ts'
import type { WordNode, WordPiece } from './syntax-tree.ts'

/** A text that is being read, and where its characters stand in the Dockerfile. */
export interface TextPlace {
  readonly text: string
  readonly toSourceOffset: (offset: number) => number
}

/** What words may depend on. */
export interface Scope {
  readonly variables: ReadonlyMap<string, string>
  readonly cwd: string | undefined
}

/** The range of the source that a range of the text comes from. */
export function sourceSpan(place: TextPlace, at: Span): Span {
  const start = place.toSourceOffset(at.start)
  return { start, end: at.end > at.start ? place.toSourceOffset(at.end - 1) + 1 : start }
}

/** The words that a word becomes: a variable or braces can make several of one, or none. */
export function expandWord(word: WordNode, place: TextPlace, scope: Scope): readonly ShellWord[] {
  const text = place.text.slice(word.at.start, word.at.end)
  const span = sourceSpan(place, word.at)
  const fields = alternatives(word.pieces).flatMap((pieces) => fieldsOf(pieces, place, scope))
  return fields.map((value) => (value === undefined ? { text, span } : { text, value, span }))
}

/** The value of a word that is never split: of an assignment, of a redirection. */
export function expandWhole(word: WordNode, place: TextPlace, scope: Scope): string | undefined {
  let value = ''
  for (const [index, piece] of word.pieces.entries()) {
    const part = valueOf(piece, place, { scope, first: index === 0 })
    if (part === undefined) return undefined
    value += part
  }
  return value
}

/** The word as one ShellWord. */
export function wholeWord(word: WordNode, place: TextPlace, scope: Scope): ShellWord {
  const value = expandWhole(word, place, scope)
  const text = place.text.slice(word.at.start, word.at.end)
  const span = sourceSpan(place, word.at)
  return value === undefined ? { text, span } : { text, value, span }
}

/** The value of a variable; without HOME in the environment, a step runs as root. */
export function variableValue(name: string, scope: Scope): string | undefined {
  const known = scope.variables.get(name)
  if (known !== undefined) return known
  if (name === 'HOME') return '/root'
  return name === 'PWD' ? scope.cwd : undefined
}

/** Braces are expanded before everything else. */
function alternatives(pieces: readonly WordPiece[]): readonly (readonly WordPiece[])[] {
  const index = pieces.findIndex((piece) => piece.kind === 'braces')
  const piece = pieces[index]
  if (piece?.kind !== 'braces') return [pieces]
  const texts = expandBraces(piece.text)
  const before = pieces.slice(0, index)
  const after = alternatives(pieces.slice(index + 1))
  if (texts === undefined || texts.length * after.length > 1024) {
    const unknown: WordPiece = { kind: 'unknown', at: piece.at, names: [] }
    return after.map((rest) => [...before, unknown, ...rest])
  }
  const parts = texts.map((value): WordPiece => ({ kind: 'text', at: piece.at, value, quoted: false }))
  return parts.flatMap((part) => after.map((rest) => [...before, part, ...rest]))
}

/** Splits at the blanks that unquoted variables bring. */
function fieldsOf(pieces: readonly WordPiece[], place: TextPlace, scope: Scope): readonly (string | undefined)[] {
  const fields: (string | undefined)[] = []
  let current: { value: string | undefined } | undefined
  const add = (part: string | undefined) => {
    const before = current === undefined ? '' : current.value
    current = { value: part === undefined || before === undefined ? undefined : before + part }
  }
  const close = () => {
    if (current !== undefined) fields.push(current.value)
    current = undefined
  }
  for (const [index, piece] of pieces.entries()) {
    const value = valueOf(piece, place, { scope, first: index === 0 })
    if (value === undefined || piece.kind !== 'variable' || piece.quoted) {
      add(value)
      continue
    }
    const parts = value.split(/[ \t\n]+/)
    for (const [place, part] of parts.entries()) {
      if (place > 0) close()
      if (part !== '') add(part)
    }
  }
  close()
  return fields
}

function valueOf(
  piece: WordPiece,
  place: TextPlace,
  { scope, first }: { readonly scope: Scope; readonly first: boolean },
): string | undefined {
  switch (piece.kind) {
    case 'text':
      return first && !piece.quoted ? withHome(piece, place, scope) : piece.value
    case 'variable': {
      const value = variableValue(piece.name, scope)
      const { operation } = piece
      if (operation === undefined) return value
      const part = (word: WordNode | undefined) => (word === undefined ? undefined : expandWhole(word, place, scope))
      return applyOperation(value, {
        operator: operation.operator,
        operand: part(operation.operand),
        replacement: part(operation.replacement),
      })
    }
    case 'braces':
      return piece.text
    default:
      return undefined
  }
}

/** `~` and `~/x`; the homes of others (`~app`) are not known. */
function withHome(piece: WordPiece & { kind: 'text' }, place: TextPlace, scope: Scope): string | undefined {
  if (place.text[piece.at.start] !== '~' || !piece.value.startsWith('~')) return piece.value
  if (piece.value !== '~' && !piece.value.startsWith('~/')) return undefined
  const home = variableValue('HOME', scope)
  return home === undefined ? undefined : home + piece.value.slice(1)
}
