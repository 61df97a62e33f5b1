import { lexTemplate, type Piece, templateError, type Token } from './go-template-lexer.ts'

/** An operand: its value, then the fields read from it. */
export type Operand =
  | { readonly kind: 'dot'; readonly fields: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly fields: readonly string[] }
  | { readonly kind: 'group'; readonly pipeline: Pipeline; readonly fields: readonly string[] }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'call'; readonly name: string }

export interface Pipeline {
  readonly declares: readonly string[]
  readonly assigns: boolean
  readonly commands: readonly (readonly Operand[])[]
}

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range'
      readonly pipeline: Pipeline
      readonly body: Body
      readonly otherwise: Body
    }
  | { readonly kind: 'break' | 'continue' }

export type Body = readonly TemplateNode[]

/** The tree of a template. Throws `usage` for what is not a template, or uses parts of the language outside the subset. */
export function parseTemplate(template: string): Body {
  const cursor: PieceCursor = { pieces: lexTemplate(template), at: 0 }
  const { body, end } = parseBody(cursor)
  if (end !== undefined) throw templateError(`{{${end}}} without a block to belong to`)
  return body
}

interface PieceCursor {
  readonly pieces: readonly Piece[]
  at: number
}

interface BlockEnd {
  readonly body: Body
  readonly end?: 'end' | 'else'
  /** What follows `else`. */
  readonly rest?: readonly Token[]
}

function parseBody(cursor: PieceCursor): BlockEnd {
  const body: TemplateNode[] = []
  for (let piece = cursor.pieces[cursor.at]; piece !== undefined; piece = cursor.pieces[cursor.at]) {
    cursor.at += 1
    if (piece.kind === 'text') {
      body.push(piece)
      continue
    }
    const [first, ...rest] = piece.tokens
    const word = first?.kind === 'word' ? first.name : ''
    if (word === 'end' || word === 'else') return { body, end: word, rest }
    body.push(parseAction(word, piece.tokens, cursor))
  }
  return { body }
}

function parseAction(word: string, tokens: readonly Token[], cursor: PieceCursor): TemplateNode {
  if (word === 'if' || word === 'with' || word === 'range') return parseBlock(word, tokens.slice(1), cursor)
  if (word === 'break' || word === 'continue') return { kind: word }
  if (word === 'define' || word === 'template' || word === 'block') {
    throw templateError(`{{${word}}} is outside the part of the template language that is supported`)
  }
  return { kind: 'print', pipeline: parsePipeline(tokens) }
}

function parseBlock(kind: 'if' | 'with' | 'range', tokens: readonly Token[], cursor: PieceCursor): TemplateNode {
  const pipeline = parsePipeline(tokens)
  const { body, end, rest = [] } = parseBody(cursor)
  if (end === undefined) throw templateError(`{{${kind}}} has no {{end}}`)
  if (end === 'end') return { kind, pipeline, body, otherwise: [] }
  const [next, ...condition] = rest
  // `else if` is an `else` whose body is the `if`; one `end` closes both.
  if (next?.kind === 'word' && (next.name === 'if' || next.name === 'with')) {
    return { kind, pipeline, body, otherwise: [parseBlock(next.name, condition, cursor)] }
  }
  const last = parseBody(cursor)
  if (last.end !== 'end') throw templateError(`{{${kind}}} has no {{end}}`)
  return { kind, pipeline, body, otherwise: last.body }
}

function parsePipeline(tokens: readonly Token[]): Pipeline {
  const cursor: TokenCursor = { tokens, at: 0 }
  const { declares, assigns } = parseDeclaration(cursor)
  const commands = parseCommands(cursor)
  if (cursor.at < tokens.length) throw templateError('unexpected ) in an action')
  return { declares, assigns, commands }
}

interface TokenCursor {
  readonly tokens: readonly Token[]
  at: number
}

function parseDeclaration(cursor: TokenCursor): { readonly declares: readonly string[]; readonly assigns: boolean } {
  const end = cursor.tokens.findIndex((token) => token.kind === 'declare' || token.kind === 'assign')
  if (end < 0) return { declares: [], assigns: false }
  const names = cursor.tokens.slice(0, end).filter((token) => token.kind !== 'comma')
  const declares = names.map((token) => {
    if (token.kind !== 'variable') throw templateError('only variables ($name) can be set')
    return token.name
  })
  cursor.at = end + 1
  return { declares, assigns: cursor.tokens[end]?.kind === 'assign' }
}

function parseCommands(cursor: TokenCursor): readonly (readonly Operand[])[] {
  const commands: Operand[][] = [[]]
  for (
    let token = cursor.tokens[cursor.at];
    token !== undefined && token.kind !== 'close';
    token = cursor.tokens[cursor.at]
  ) {
    cursor.at += 1
    if (token.kind === 'pipe') commands.push([])
    else commands.at(-1)?.push(parseOperand(token, cursor))
  }
  if (commands.some((command) => command.length === 0))
    throw templateError('an action or a part of a pipeline is empty')
  return commands
}

function parseOperand(token: Token, cursor: TokenCursor): Operand {
  switch (token.kind) {
    case 'dot':
      return { kind: 'dot', fields: [] }
    case 'field':
      return { kind: 'dot', fields: [token.name, ...chainedFields(cursor)] }
    case 'variable':
      return { kind: 'variable', name: token.name, fields: chainedFields(cursor) }
    case 'open': {
      const pipeline: Pipeline = { declares: [], assigns: false, commands: parseCommands(cursor) }
      if (cursor.tokens[cursor.at]?.kind !== 'close') throw templateError('a ( has no )')
      cursor.at += 1
      return { kind: 'group', pipeline, fields: chainedFields(cursor) }
    }
    case 'string':
    case 'number':
      return { kind: 'literal', value: token.value }
    case 'word':
      return wordOperand(token.name)
    default:
      throw templateError(`unexpected ${token.kind} in an action`)
  }
}

function wordOperand(name: string): Operand {
  if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' }
  return name === 'nil' ? { kind: 'literal', value: null } : { kind: 'call', name }
}

function chainedFields(cursor: TokenCursor): readonly string[] {
  const fields: string[] = []
  for (
    let token = cursor.tokens[cursor.at];
    token?.kind === 'field' && token.chained;
    token = cursor.tokens[cursor.at]
  ) {
    fields.push(token.name)
    cursor.at += 1
  }
  return fields
}
