import { didYouMean, type Json } from '../core/index.ts'
import { printed, templateFunctions, truthy } from './go-template-functions.ts'
import { templateError } from './go-template-lexer.ts'
import { type Body, type Operand, parseTemplate, type Pipeline, type TemplateNode } from './go-template-parser.ts'

/** What is known about the shape of the value. */
export interface TemplateOptions {
  /** Members that hold free keys: a key that is not there is `<no value>` instead of an error. */
  readonly maps?: readonly string[]
  /** Members that may be absent (docker leaves empty ones out): they read as nothing. */
  readonly optional?: readonly string[]
  /** What Go prints for members that hold nothing: `[]` for a list, `map[]` for a map. Others print as `<no value>`. */
  readonly empty?: Readonly<Record<string, string>>
}

/**
 * Renders the subset of Go templates that `--format` needs: fields, variables, pipes, `if`, `with`, `range`, `json`,
 * `index`, `join`, `len`, comparisons and the functions of docker (https://docs.docker.com/engine/cli/formatting/).
 * Throws `usage` with a sentence for templates that cannot be read or do not fit the value.
 */
export function renderTemplate(template: string, value: Json, options: TemplateOptions = {}): string {
  const scope: Scope = { dot: value, variables: new Map([['$', { value }]]), options }
  return renderBody(parseTemplate(template), scope).text
}

interface Scope {
  readonly dot: Json
  readonly variables: ReadonlyMap<string, { value: Json }>
  readonly options: TemplateOptions
}

type BlockNode = Extract<TemplateNode, { readonly body: Body }>

interface Rendered {
  readonly text: string
  readonly leave?: 'break' | 'continue'
}

function renderBody(body: Body, outer: Scope): Rendered {
  let scope = outer
  let text = ''
  for (const node of body) {
    if (node.kind === 'text') {
      text += node.text
    } else if (node.kind === 'print') {
      const result = evaluate(node.pipeline, scope)
      scope = result.scope
      if (node.pipeline.declares.length === 0)
        text += result.value === null ? emptyText(node.pipeline, scope.options) : printed(result.value)
    } else if ('body' in node) {
      const inner = renderBlock(node, scope)
      text += inner.text
      if (inner.leave !== undefined) return { text, leave: inner.leave }
    } else {
      return { text, leave: node.kind }
    }
  }
  return { text }
}

function emptyText({ commands }: Pipeline, { empty = {} }: TemplateOptions): string {
  const [operand, ...others] = commands[0] ?? []
  const field = operand !== undefined && 'fields' in operand && others.length === 0 ? operand.fields.at(-1) : undefined
  const known = commands.length === 1 && field !== undefined && Object.hasOwn(empty, field)
  return known ? (empty[field] ?? '') : printed(null)
}

function renderBlock(node: BlockNode, scope: Scope): Rendered {
  if (node.kind === 'range') return renderRange(node, scope)
  const { value, scope: inner } = evaluate(node.pipeline, scope)
  if (!truthy(value)) return renderBody(node.otherwise, inner)
  return renderBody(node.body, node.kind === 'with' ? { ...inner, dot: value } : inner)
}

function renderRange(node: BlockNode, scope: Scope): Rendered {
  const value = commandsValue(node.pipeline, scope)
  const entries = entriesOf(value)
  if (entries.length === 0) return { text: renderBody(node.otherwise, scope).text }
  let text = ''
  for (const [key, item] of entries) {
    const [first, second] = node.pipeline.declares
    const variables = new Map(scope.variables)
    if (second !== undefined) variables.set(first ?? '', { value: key }).set(second, { value: item })
    else if (first !== undefined) variables.set(first, { value: item })
    const turn = renderBody(node.body, { ...scope, variables, dot: item })
    text += turn.text
    if (turn.leave === 'break') break
  }
  return { text }
}

function entriesOf(value: Json): readonly (readonly [Json, Json])[] {
  if (value === null) return []
  if (Array.isArray(value)) return value.map((item: Json, at: number) => [at, item] as const)
  if (typeof value === 'object') {
    const record = value as { readonly [key: string]: Json | undefined }
    return Object.keys(record)
      .sort()
      .map((key) => [key, record[key] ?? null] as const)
  }
  throw templateError(`range cannot go over ${typeof value} ${printed(value)}`)
}

function evaluate(pipeline: Pipeline, scope: Scope): { readonly value: Json; readonly scope: Scope } {
  const value = commandsValue(pipeline, scope)
  const [name] = pipeline.declares
  if (name === undefined) return { value, scope }
  if (pipeline.assigns) {
    const known = scope.variables.get(name)
    if (known === undefined) throw templateError(`${name} is not declared; use := the first time`)
    known.value = value
    return { value, scope }
  }
  return { value, scope: { ...scope, variables: new Map(scope.variables).set(name, { value }) } }
}

function commandsValue(pipeline: Pipeline, scope: Scope): Json {
  let piped: readonly Json[] = []
  for (const command of pipeline.commands) piped = [commandValue(command, piped, scope)]
  return piped[0] ?? null
}

function commandValue(command: readonly Operand[], piped: readonly Json[], scope: Scope): Json {
  const [head, ...operands] = command
  if (head === undefined) return null
  if (head.kind !== 'call') {
    if (operands.length > 0 || piped.length > 0)
      throw templateError('only functions take arguments', 'write the function first: {{json .Config}}')
    return operandValue(head, scope)
  }
  if (head.name === 'and' || head.name === 'or') return shortCircuit(head.name, operands, { piped, scope })
  const call = templateFunctions.get(head.name)
  if (call === undefined)
    throw templateError(`there is no function ${head.name}`, didYouMean(head.name, templateFunctions.keys()))
  const values = [...operands.map((operand) => operandValue(operand, scope)), ...piped]
  if (values.length === 0 && head.name !== 'print' && head.name !== 'println')
    throw templateError(`${head.name} needs an argument`)
  return call(values)
}

function shortCircuit(
  name: 'and' | 'or',
  operands: readonly Operand[],
  given: { readonly piped: readonly Json[]; readonly scope: Scope },
): Json {
  let value: Json = null
  for (const operand of operands) {
    value = operandValue(operand, given.scope)
    if (truthy(value) === (name === 'or')) return value
  }
  return given.piped[0] ?? value
}

function operandValue(operand: Operand, scope: Scope): Json {
  switch (operand.kind) {
    case 'literal':
      return operand.value
    case 'call':
      return commandValue([operand], [], scope)
    case 'dot':
      return fieldsOf(scope.dot, operand.fields, scope.options)
    case 'variable': {
      const known = scope.variables.get(operand.name)
      if (known === undefined)
        throw templateError(`${operand.name} is not declared`, didYouMean(operand.name, scope.variables.keys()))
      return fieldsOf(known.value, operand.fields, scope.options)
    }
    case 'group':
      return fieldsOf(commandsValue(operand.pipeline, scope), operand.fields, scope.options)
  }
}

function fieldsOf(start: Json, fields: readonly string[], options: TemplateOptions): Json {
  let value = start
  let free = false
  for (const name of fields) {
    value = fieldOf(value, name, { options, free })
    free = options.maps?.includes(name) === true
  }
  return value
}

function fieldOf(value: Json, name: string, how: { readonly options: TemplateOptions; readonly free: boolean }): Json {
  if (value === null) return null
  if (typeof value !== 'object' || Array.isArray(value)) throw templateError(`${printed(value)} has no field ${name}`)
  const record = value as { readonly [key: string]: Json | undefined }
  if (Object.hasOwn(record, name)) return record[name] ?? null
  if (how.free || how.options.optional?.includes(name) === true) return null
  const names = Object.keys(record)
  throw templateError(`there is no field .${name}`, didYouMean(name, names) ?? `there are ${names.sort().join(', ')}`)
}
