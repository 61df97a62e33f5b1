import { fault } from './cursor.ts'
import type { Expression } from './syntax.ts'
import {
  compareText,
  distinct,
  isList,
  isMap,
  mapOf,
  nameOf,
  refuse,
  toBool,
  toNumber,
  toText,
  type Value,
} from './value.ts'

/** What values a variable may have. */
export type Type =
  | { readonly kind: 'any' | 'string' | 'number' | 'bool' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly of: Type }
  | { readonly kind: 'tuple'; readonly items: readonly Type[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Type> }

/** Reads a type: `string`, `list(number)`, `object({a = string})`. Throws `config-invalid` with the place. */
export function parseType(expression: Expression): Type {
  if (expression.kind === 'name') {
    const { name } = expression
    if (name === 'any' || name === 'string' || name === 'number' || name === 'bool') return { kind: name }
    if (name === 'list' || name === 'set' || name === 'map') return { kind: name, of: { kind: 'any' } }
  }
  if (expression.kind === 'call') {
    const [argument, more] = expression.arguments
    const { name } = expression
    if (argument !== undefined && more === undefined) {
      if (name === 'list' || name === 'set' || name === 'map') return { kind: name, of: parseType(argument) }
      if (name === 'tuple' && argument.kind === 'tuple') return { kind: 'tuple', items: argument.items.map(parseType) }
      if (name === 'object' && argument.kind === 'object')
        return {
          kind: 'object',
          members: new Map(argument.items.map(({ key, value }) => [keyOf(key), parseType(value)] as const)),
        }
    }
  }
  throw fault(
    'this is no type',
    expression.at,
    'types are string, number, bool, any, list(…), set(…), map(…), tuple([…]) and object({…})',
  )
}

/** The value as one of the type. Throws `config-invalid` without a place. */
export function convertTo(value: Value, type: Type): Value {
  if (value === null) return null
  switch (type.kind) {
    case 'any':
      return value
    case 'string':
      return toText(value)
    case 'number':
      return toNumber(value)
    case 'bool':
      return toBool(value)
    case 'list':
      return itemsOf(value, type).map((item) => convertTo(item, type.of))
    case 'set':
      return setOf(itemsOf(value, type).map((item) => convertTo(item, type.of)))
    case 'tuple':
      return tupleOf(itemsOf(value, type), type.items)
    case 'map':
      if (!isMap(value)) throw refuse(`a map is needed, not ${nameOf(value)}`)
      return mapOf([...value].map(([key, item]) => [key, convertTo(item, type.of)] as const))
    case 'object':
      return objectOf(value, type.members)
  }
}

/** Sets have each value once, in order. */
export function setOf(values: readonly Value[]): readonly Value[] {
  return [...distinct(values)].sort(compareValues)
}

/** As it is written. */
export function typeName(type: Type): string {
  if (type.kind === 'tuple') return `tuple([${type.items.map(typeName).join(', ')}])`
  if (type.kind === 'object')
    return `object({${[...type.members].map(([name, member]) => `${name} = ${typeName(member)}`).join(', ')}})`
  return 'of' in type ? `${type.kind}(${typeName(type.of)})` : type.kind
}

function compareValues(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return typeof a === 'string' && typeof b === 'string' ? compareText(a, b) : 0
}

function itemsOf(value: Value, type: Type): readonly Value[] {
  if (!isList(value)) throw refuse(`a ${type.kind} is needed, not ${nameOf(value)}`)
  return value
}

function tupleOf(items: readonly Value[], types: readonly Type[]): Value {
  if (items.length !== types.length) throw refuse(`a tuple of ${types.length} is needed, not of ${items.length}`)
  return types.map((type, index) => convertTo(items[index] ?? null, type))
}

function objectOf(value: Value, members: ReadonlyMap<string, Type>): Value {
  if (!isMap(value)) throw refuse(`an object is needed, not ${nameOf(value)}`)
  return mapOf(
    [...members].map(([name, type]) => {
      const member = value.get(name)
      if (member === undefined) throw refuse(`the object needs ${name}`)
      return [name, convertTo(member, type)] as const
    }),
  )
}

function keyOf(key: Expression): string {
  const part = key.kind === 'template' ? key.parts[0] : undefined
  if (part?.kind !== 'text') throw fault('the name of a member is needed', key.at)
  return part.text
}
