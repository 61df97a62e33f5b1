import {
  type ArithmeticExpression,
  type Assignment,
  type AssignmentPrefix,
  type Command,
  type CommandArgument,
  type CommandExpansionPart,
  type CompoundList,
  forEachChild,
  type ParameterExpansionPart,
  type ParsedScript,
  parse,
  type ProcessSubstitutionPart,
  type Redirection,
  type Statement,
  type SyntaxNode as UnbashNode,
  type Word,
  type WordPart,
} from 'unbash'
import type {
  ArgumentNode,
  AssignmentNode,
  CommandSyntax,
  RedirectNode,
  SyntaxNode,
  SyntaxTree,
  WordNode,
  WordPiece,
} from './syntax-tree.ts'

/** What the reading of one text carries along. */
interface Reading {
  readonly text: string
  broken: boolean
}

type Range = { readonly pos: number; readonly end: number }

/** Reads a text of sh or bash. Faulty texts give what could be understood. This is the only file that knows the library. */
export function readTree(text: string): SyntaxTree {
  const script = parse(text)
  const reading: Reading = { text, broken: false }
  const root = ofScript(script, reading)
  return { root, broken: reading.broken }
}

function ofScript(script: ParsedScript, reading: Reading): SyntaxNode {
  if ((script.errors?.length ?? 0) > 0) reading.broken = true
  return ofStatements(script.commands, reading)
}

function ofStatements(statements: readonly Statement[], reading: Reading): SyntaxNode {
  return { kind: 'sequence', nodes: statements.map((statement) => ofNode(statement.command, reading)) }
}

const ofList = (list: CompoundList, reading: Reading): SyntaxNode => ofStatements(list.commands, reading)

type AnyCommand = Statement['command'] | CompoundList

function ofNode(node: AnyCommand, reading: Reading): SyntaxNode {
  const list = (part: CompoundList) => ofList(part, reading)
  switch (node.type) {
    case 'Command':
      return ofCommand(node, reading)
    case 'AndOr':
      return { kind: 'chain', nodes: node.commands.map((part) => ofNode(part, reading)), operators: node.operators }
    case 'Pipeline':
      return {
        kind: 'pipeline',
        nodes: node.commands.map((part) => ofNode(part, reading)),
        negated: node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1,
        timed: node.prefixes.some((prefix) => prefix.type === 'Time'),
      }
    case 'CompoundList':
      return list(node)
    case 'Redirected':
      return {
        kind: 'redirected',
        at: span(node),
        node: ofNode(node.command, reading),
        redirects: node.redirects.map((redirect) => ofRedirect(redirect, reading)),
      }
    case 'Function':
      return { kind: 'function', name: node.name.text, body: ofNode(node.body, reading) }
    case 'Coproc':
      return { kind: 'group', body: ofNode(node.body, reading), isolated: true }
    case 'Subshell':
      return { kind: 'group', body: list(node.body), isolated: true }
    case 'BraceGroup':
      return { kind: 'group', body: list(node.body), isolated: false }
    default:
      return ofCompound(node, reading)
  }
}

type Compound = Exclude<
  AnyCommand,
  {
    type:
      | 'Command'
      | 'AndOr'
      | 'Pipeline'
      | 'CompoundList'
      | 'Redirected'
      | 'Function'
      | 'Coproc'
      | 'Subshell'
      | 'BraceGroup'
  }
>

function ofCompound(node: Compound, reading: Reading): SyntaxNode {
  const list = (part: CompoundList) => ofList(part, reading)
  const words = (parts: readonly Word[] | undefined) => (parts ?? []).map((word) => ofWord(word, reading))
  switch (node.type) {
    case 'If': {
      const others = node.elif.flatMap((part) => [list(part.clause), list(part.then)])
      const last = node.else === undefined ? [] : [list(node.else)]
      return {
        kind: 'branch',
        words: [],
        first: list(node.clause),
        alternatives: [list(node.then), ...others, ...last],
      }
    }
    case 'Case':
      return { kind: 'branch', words: words([node.word]), alternatives: node.items.map((item) => list(item.body)) }
    case 'For':
    case 'Select':
      return { kind: 'loop', variable: node.name.text, words: words(node.wordlist), body: list(node.body) }
    case 'While':
      return { kind: 'loop', words: [], test: list(node.clause), body: list(node.body) }
    case 'ArithmeticFor':
      return { kind: 'loop', words: [], body: list(node.body) }
    case 'TestCommand':
      return { kind: 'test', words: wordsBelow(node.expression).map((word) => ofWord(word, reading)), names: [] }
    case 'ArithmeticCommand': {
      const names = namesIn(node.expression).map((name) => ({ name, at: span(node) }))
      return { kind: 'test', words: [], names }
    }
  }
}

function ofCommand(node: Command, reading: Reading): CommandSyntax {
  const assignments = node.prefix.filter((part): part is AssignmentPrefix => part.type === 'Assignment')
  const name: ArgumentNode[] = node.name === undefined ? [] : [{ kind: 'word', word: ofWord(node.name, reading) }]
  return {
    kind: 'command',
    at: span(node),
    assignments: assignments.map((assignment) => ofAssignment(assignment, reading)),
    words: [...name, ...node.args.map((argument) => ofArgument(argument, reading))],
    redirects: node.redirects.map((redirect) => ofRedirect(redirect, reading)),
  }
}

function ofArgument(argument: CommandArgument, reading: Reading): ArgumentNode {
  if (argument.type === 'Word') return { kind: 'word', word: ofWord(argument, reading) }
  const assignment = ofAssignment(argument, reading)
  const at = span(argument)
  const head = reading.text.slice(at.start, assignment.value?.at.start ?? at.end)
  const front: WordPiece = {
    kind: 'text',
    at: { start: at.start, end: at.start + head.length },
    value: head,
    quoted: true,
  }
  return { kind: 'assignment', assignment, word: { at, pieces: [front, ...(assignment.value?.pieces ?? [])] } }
}

function ofAssignment(node: Assignment, reading: Reading): AssignmentNode {
  const at = span(node)
  if (node.value.type === 'ArrayValue')
    return { at, name: node.name, others: node.value.elements.map((word) => ofWord(word, reading)) }
  const value = ofWord(node.value, reading)
  if (node.append === true || node.index !== undefined) return { at, name: node.name, others: [value] }
  return { at, name: node.name, value, others: [] }
}

function ofRedirect(node: Redirection, reading: Reading): RedirectNode {
  const at = span(node)
  const number = node.descriptor?.type === 'FileDescriptor' ? String(node.descriptor.value) : ''
  const operator = number + node.operator
  if (node.type !== 'HereDoc') {
    const empty: WordNode = { at: { start: at.end, end: at.end }, pieces: [] }
    return { at, operator, target: node.target === undefined ? empty : ofWord(node.target, reading) }
  }
  const { delimiter, body } = node
  if (node.closing === undefined) reading.broken = true
  const name = delimiter === undefined ? { start: at.end, end: at.end } : span(delimiter)
  const literal = delimiter?.quoted === true
  const plain: WordPiece = { kind: 'text', at: span(body), value: body.text, quoted: true }
  const pieces =
    literal || body.parts === undefined ? [plain] : body.parts.flatMap((part) => ofPart(part, reading, true))
  const target: WordPiece = { kind: 'text', at: name, value: delimiter?.value ?? '', quoted: true }
  return { at, operator, target: { at: name, pieces: [target] }, body: { word: { at: span(body), pieces }, literal } }
}

function ofWord(word: Word, reading: Reading): WordNode {
  const { parts } = word
  const plain: WordPiece = { kind: 'text', at: span(word), value: word.value, quoted: false }
  return {
    at: span(word),
    pieces: parts === undefined ? [plain] : parts.flatMap((part) => ofPart(part, reading, false)),
  }
}

function ofPart(part: WordPart, reading: Reading, quoted: boolean): readonly WordPiece[] {
  const at = span(part)
  switch (part.type) {
    case 'Literal':
    case 'Glob':
      return [{ kind: 'text', at, value: part.value, quoted }]
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ kind: 'text', at, value: part.value, quoted: true }]
    case 'DoubleQuoted':
    case 'LocaleString':
      if (part.parts.length === 0) return [{ kind: 'text', at, value: '', quoted: true }]
      return part.parts.flatMap((child) => ofPart(child, reading, true))
    case 'SimpleExpansion':
      return [{ kind: 'variable', at, name: part.text.slice(1), quoted }]
    case 'ParameterExpansion':
      return [ofParameter(part, reading, quoted)]
    case 'CommandExpansion':
    case 'ProcessSubstitution':
      return [ofSubstitution(part, reading, quoted)]
    case 'ArithmeticExpansion':
      return [{ kind: 'unknown', at, names: namesIn(part.expression) }]
    case 'ExtendedGlob':
      return [{ kind: 'text', at, value: part.text, quoted }]
    case 'BraceExpansion':
      return [{ kind: 'braces', at, text: part.text }]
  }
}

function ofParameter(part: ParameterExpansionPart, reading: Reading, quoted: boolean): WordPiece {
  const base = { kind: 'variable', at: span(part), name: part.parameter, quoted } as const
  const { operation } = part
  if (part.prefix !== undefined || part.index !== undefined) return { ...base, operation: { operator: 'other' } }
  if (operation === undefined) return base
  if (operation.type === 'Default' || operation.type === 'Remove')
    return { ...base, operation: { operator: operation.operator, operand: ofWord(operation.operand, reading) } }
  if (operation.type !== 'Replace') return { ...base, operation: { operator: 'other' } }
  const operand = ofWord(operation.pattern, reading)
  return {
    ...base,
    operation: { operator: operation.operator, operand, replacement: ofWord(operation.replacement, reading) },
  }
}

/** Backticks with escapes in them have offsets of their own, which lead nowhere: their commands are left out. */
function ofSubstitution(
  part: CommandExpansionPart | ProcessSubstitutionPart,
  reading: Reading,
  quoted: boolean,
): WordPiece {
  const { script } = part
  const at = span(part)
  if (script === undefined || script.source !== undefined) return { kind: 'unknown', at, names: [] }
  return { kind: 'substitution', at, quoted, body: ofScript(script, reading) }
}

function wordsBelow(node: UnbashNode): readonly Word[] {
  if (node.type === 'Word') return [node]
  const words: Word[] = []
  forEachChild(node, (child) => words.push(...wordsBelow(child)))
  return words
}

function namesIn(expression: ArithmeticExpression | undefined): readonly string[] {
  if (expression === undefined) return []
  if (expression.type === 'ArithmeticWord')
    return expression.value.match(/(?<![0-9A-Za-z_])[A-Za-z_][0-9A-Za-z_]*/g) ?? []
  if (expression.type === 'ArithmeticCommandExpansion') return []
  const names: string[] = []
  forEachChild(expression, (child) => names.push(...namesIn(child as ArithmeticExpression)))
  return names
}

function span(node: Range): { readonly start: number; readonly end: number } {
  return { start: node.pos, end: node.end }
}
