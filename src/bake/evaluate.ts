import { didYouMean, type Location, SlipwayError } from '../core/index.ts'
import { fault } from './cursor.ts'
import { binary, unary } from './operators.ts'
import type { Expression, ForLoop, TemplatePart } from './syntax.ts'
import { convertTo, parseType } from './type-constraint.ts'
import { isList, isMap, mapOf, nameOf, toBool, toNumber, toText, type Value } from './value.ts'

/** What names mean where an expression is evaluated. */
export interface Scope {
  /** The value of a variable; throws when it cannot be computed. Undefined when there is none. */
  readonly variable: (name: string, at: Location) => Value | undefined
  /** An attribute of a block, or all of them: `target.app.args`. Undefined when blocks of the type cannot be asked. */
  readonly block: (type: string, path: readonly string[], at: Location) => Value | undefined
  /** Calls a function; undefined when there is none. */
  readonly call: (name: string, values: readonly Value[], at: Location) => Value | undefined
  /** For hints. */
  readonly names: () => { readonly variables: readonly string[]; readonly functions: readonly string[] }
  /** What may still be done: a file of a few lines can ask for more than any machine can do. */
  readonly budget: { steps: number; characters: number }
}

export function evaluate(expression: Expression, scope: Scope): Value {
  spend(expression, scope)
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'parentheses':
      return evaluate(expression.inner, scope)
    case 'template':
      return evaluateTemplate(expression.parts, expression.at, scope)
    case 'tuple':
      return expression.items.map((item) => evaluate(item, scope))
    case 'object':
      return mapOf(
        expression.items.map(({ key, value }) => [textOf(key, scope, 'a key'), evaluate(value, scope)] as const),
      )
    case 'name':
      return variableOf(expression.name, expression.at, scope)
    case 'member':
    case 'index':
      return blockValue(expression, scope) ?? taken(expression, scope)
    case 'splat':
      return evaluateSplat(expression, scope)
    case 'call':
      return evaluateCall(expression, scope)
    case 'unary':
      return at(expression.at, () => unary(expression.operator, evaluate(expression.operand, scope)))
    case 'binary':
      return evaluateBinary(expression, scope)
    case 'conditional':
      return evaluateConditional(expression, scope)
    case 'for':
      return evaluateFor(expression, scope)
  }
}

/** The same scope with more variables. */
export function withVariables(scope: Scope, values: ReadonlyMap<string, Value>): Scope {
  return { ...scope, variable: (name, place) => (values.has(name) ? values.get(name) : scope.variable(name, place)) }
}

/** The text of an expression, for a purpose that is named in the error. */
export function textOf(expression: Expression, scope: Scope, purpose: string): string {
  const value = evaluate(expression, scope)
  if (value === null || isList(value) || isMap(value))
    throw fault(`${purpose} is ${nameOf(value)}, and must be a string`, expression.at)
  return toText(value)
}

/** Gives an error a place, when it has none. */
export function at<T>(place: Location, compute: () => T): T {
  try {
    return compute()
  } catch (error) {
    throw error instanceof SlipwayError ? error.locatedAt([place]) : error
  }
}

type Of<K extends Expression['kind']> = Extract<Expression, { readonly kind: K }>

function spend({ at: place }: Expression, { budget }: Scope): void {
  budget.steps -= 1
  if (budget.steps < 0) throw fault('this takes more than a million steps', place)
}

/** A template that is nothing but one value is that value, of whatever kind. */
function evaluateTemplate(parts: readonly TemplatePart[], place: Location, scope: Scope): Value {
  const [only, second] = parts
  if (only?.kind === 'value' && second === undefined) return evaluate(only.value, scope)
  return templateText(parts, place, scope)
}

function templateText(parts: readonly TemplatePart[], place: Location, scope: Scope): string {
  let text = ''
  for (const part of parts) text += partText(part, place, scope)
  scope.budget.characters -= text.length
  if (scope.budget.characters < 0) throw fault('this makes more than 64 MiB of text', place)
  return text
}

function partText(part: TemplatePart, place: Location, scope: Scope): string {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'value':
      return textOf(part.value, scope, 'what is put into the text')
    case 'if':
      return templateText(conditionOf(part.condition, scope) ? part.yes : part.no, place, scope)
    case 'loop':
      return loopScopes(part, part.at, scope)
        .map(({ inner }) => templateText(part.parts, part.at, inner))
        .join('')
  }
}

function variableOf(name: string, place: Location, scope: Scope): Value {
  const value = scope.variable(name, place)
  if (value !== undefined) return value
  throw fault(`there is no variable ${name}`, place, didYouMean(name, scope.names().variables))
}

/** `target.app.args`, when that is what is written. */
function blockValue(expression: Of<'member' | 'index'>, scope: Scope): Value | undefined {
  const path: string[] = []
  let inner: Expression = expression
  while (inner.kind === 'member' || inner.kind === 'index') {
    if (inner.kind === 'index' && inner.index.kind !== 'template') return undefined
    path.unshift(inner.kind === 'member' ? inner.name : toText(evaluate(inner.index, scope)))
    inner = inner.of
  }
  // What stands deeper is taken out of the attribute.
  return inner.kind === 'name' && path.length <= 2 ? scope.block(inner.name, path, expression.at) : undefined
}

function taken(expression: Of<'member' | 'index'>, scope: Scope): Value {
  const from = evaluate(expression.of, scope)
  const key = expression.kind === 'member' ? expression.name : evaluate(expression.index, scope)
  return at(expression.at, () => elementOf(from, key, expression.at))
}

function elementOf(from: Value, key: Value, place: Location): Value {
  if (isMap(from)) {
    const name = toText(key)
    const found = from.get(name)
    if (found === undefined) throw fault(`the object has no ${name}`, place, didYouMean(name, from.keys()))
    return found
  }
  if (!isList(from)) throw fault(`${nameOf(from)} has no elements`, place)
  const index = toNumber(key)
  const found = from[index]
  if (found === undefined) throw fault(`the list has ${from.length} elements, and none at ${index}`, place)
  return found
}

function evaluateSplat(expression: Of<'splat'>, scope: Scope): Value {
  const of = evaluate(expression.of, scope)
  const items = of === null ? [] : isList(of) ? of : [of]
  return items.map((item) => evaluate(expression.each, withVariables(scope, new Map([[expression.item, item]]))))
}

function evaluateCall(expression: Of<'call'>, scope: Scope): Value {
  const { name, nameAt, arguments: given, spread } = expression
  if (name === 'try' || name === 'can') return evaluateTry(expression, scope)
  if (name === 'convert') {
    const [value, type] = given
    if (value === undefined || type === undefined || given.length > 2)
      throw fault('convert takes a value and a type', expression.at)
    return at(expression.at, () => convertTo(evaluate(value, scope), parseType(type)))
  }
  const values = given.flatMap((one, index): readonly Value[] => {
    const value = evaluate(one, scope)
    if (!spread || index < given.length - 1) return [value]
    if (!isList(value)) throw fault(`before ... stands a list, not ${nameOf(value)}`, one.at)
    return value
  })
  const result = at(expression.at, () => scope.call(name, values, expression.at))
  if (result === undefined)
    throw fault(`there is no function ${name}`, nameAt, didYouMean(name, scope.names().functions))
  return result
}

function evaluateTry({ name, arguments: given, at: place }: Of<'call'>, scope: Scope): Value {
  let last: SlipwayError | undefined
  for (const one of given) {
    try {
      const value = evaluate(one, scope)
      return name === 'can' ? true : value
    } catch (error) {
      if (!(error instanceof SlipwayError) || scope.budget.steps < 0) throw error
      last = error
    }
  }
  if (name === 'can' && last !== undefined) return false
  throw fault(
    last === undefined ? `${name} needs an argument` : `nothing that try was given works: ${last.message}`,
    place,
  )
}

function evaluateBinary({ operator, left, right, at: place }: Of<'binary'>, scope: Scope): Value {
  const first = evaluate(left, scope)
  if (operator === '&&' && !at(left.at, () => toBool(first))) return false
  if (operator === '||' && at(left.at, () => toBool(first))) return true
  const second = evaluate(right, scope)
  return at(place, () => binary(operator, first, second))
}

function conditionOf(condition: Expression, scope: Scope): boolean {
  const value = evaluate(condition, scope)
  return at(condition.at, () => toBool(value))
}

/** Both results have one type: a number beside a string is a string. */
function evaluateConditional({ condition, yes, no }: Of<'conditional'>, scope: Scope): Value {
  const isTrue = conditionOf(condition, scope)
  const value = evaluate(isTrue ? yes : no, scope)
  if (typeof value !== 'number' && typeof value !== 'boolean') return value
  try {
    return typeof evaluate(isTrue ? no : yes, scope) === 'string' ? toText(value) : value
  } catch {
    return value
  }
}

function evaluateFor(expression: Of<'for'>, scope: Scope): Value {
  const { key, value, filter, grouped } = expression
  const scopes = loopScopes(expression, expression.at, scope).filter(
    ({ inner }) => filter === undefined || conditionOf(filter, inner),
  )
  if (key === undefined) return scopes.map(({ inner }) => evaluate(value, inner))
  const made = new Map<string, Value[]>()
  for (const { inner } of scopes) {
    const name = textOf(key, inner, 'a key')
    const before = made.get(name)
    if (before !== undefined && !grouped)
      throw fault(`the key ${name} is made twice`, key.at, 'write ... after the value for a list of both')
    made.set(name, [...(before ?? []), evaluate(value, inner)])
  }
  return mapOf([...made].map(([name, values]) => [name, grouped ? values : (values[0] ?? null)] as const))
}

function loopScopes(
  { keyName, valueName, collection }: ForLoop,
  place: Location,
  scope: Scope,
): readonly { readonly inner: Scope }[] {
  const over = evaluate(collection, scope)
  if (!isList(over) && !isMap(over))
    throw fault(`for goes through lists and objects, not ${nameOf(over)}`, collection.at)
  scope.budget.steps -= isList(over) ? over.length : over.size
  if (scope.budget.steps < 0) throw fault('this takes more than a million steps', place)
  const entries: readonly (readonly [Value, Value])[] = isList(over) ? [...over.entries()] : [...over]
  return entries.map(([key, value]) => {
    const names = new Map<string, Value>(keyName === undefined ? [] : [[keyName, key]])
    return { inner: withVariables(scope, names.set(valueName, value)) }
  })
}
