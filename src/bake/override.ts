import { parseCsv } from './csv.ts'
import { setOf, type Type, typeName } from './type-constraint.ts'
import { finite, mapOf, refuse, type Value } from './value.ts'

/** A value of the environment as one of the type: lists, sets, tuples and maps as CSV. Throws `config-invalid` without a place. */
export function fromEnvironment(text: string, type: Type): Value {
  switch (type.kind) {
    case 'any':
    case 'string':
      return text
    case 'number':
      return numberOf(text)
    case 'bool':
      return boolOf(text)
    case 'list':
      return parseCsv(text).map((field) => simple(field, type.of))
    case 'set':
      return setOf(parseCsv(text).map((field) => simple(field, type.of)))
    case 'tuple':
      return tupleOf(parseCsv(text), type.items)
    case 'map':
      return mapOf(parseCsv(text).map((field) => pairOf(field, type.of)))
    case 'object':
      throw refuse(`a value of the type ${typeName(type)} comes from the environment only as JSON`)
  }
}

/** As Go reads a bool. */
export function boolOf(text: string): boolean {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true
  if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false
  throw refuse(`${JSON.stringify(text)} is neither true nor false`)
}

function numberOf(text: string): number {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) throw refuse(`${JSON.stringify(text)} is no number`)
  return finite(Number(text))
}

function simple(field: string, type: Type): Value {
  if (type.kind !== 'string' && type.kind !== 'number' && type.kind !== 'bool')
    throw refuse(`elements of the type ${typeName(type)} come from the environment only as JSON`)
  return fromEnvironment(field, type)
}

function tupleOf(fields: readonly string[], types: readonly Type[]): Value {
  if (fields.length !== types.length) throw refuse(`${types.length} values are needed, not ${fields.length}`)
  return types.map((type, index) => simple(fields[index] ?? '', type))
}

function pairOf(field: string, type: Type): readonly [string, Value] {
  const pair = parseCsv(field, ':')
  const [key, value] = pair
  if (key === undefined || value === undefined || pair.length > 2)
    throw refuse(`${JSON.stringify(field)} is no key:value`)
  return [key, simple(value, type)]
}
