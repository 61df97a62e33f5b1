import { type Location, SlipwayError } from '../core/index.ts'
import { fault } from './cursor.ts'
import { attributeOf, type Definition } from './definition.ts'
import { at, evaluate, type Scope, withVariables } from './evaluate.ts'
import { callBuiltin, functionNames } from './functions/functions.ts'
import { fromEnvironment } from './override.ts'
import type { Block, Expression } from './syntax.ts'
import { convertTo, parseType, type Type } from './type-constraint.ts'
import { isList, isMap, nameOf, ofJson, refuse, toBool, type Value } from './value.ts'

/** What is known outside of the files. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Milliseconds since 1970, for `timestamp`. */
  readonly now: number
  /** `BAKE_LOCAL_PLATFORM`: `linux/amd64` when nothing is said. */
  readonly platform?: string
}

/** What blocks give to those who ask for an attribute of them. */
export type AskBlock = (type: string, path: readonly string[], place: Location) => Value | undefined

/** Names of the files: variables and functions are computed when they are asked for, and once. */
export function openScope(definition: Definition, surroundings: Surroundings, block: AskBlock): Scope {
  const builtins = new Map<string, Value>([
    ['BAKE_CMD_CONTEXT', 'cwd://'],
    ['BAKE_LOCAL_PLATFORM', surroundings.platform ?? 'linux/amd64'],
  ])
  const values = new Map<string, Value>(builtins)
  const open = new Set<string>()
  const openCalls = new Set<string>()
  const scope: Scope = {
    budget: { steps: 1_000_000, characters: 64 * 1024 * 1024 },
    block,
    names: () => ({
      variables: [...definition.variables.keys(), ...definition.attributes.keys(), ...builtins.keys()],
      functions: [...definition.functions.keys(), ...functionNames],
    }),
    variable: (name, place) => {
      const known = values.get(name)
      if (known !== undefined) return known
      if (open.has(name)) throw fault(`the variable ${name} is made of itself`, place)
      open.add(name)
      try {
        const value = globalValue(name, { definition, surroundings, scope })
        if (value !== undefined) values.set(name, value)
        return value
      } finally {
        open.delete(name)
      }
    },
    call: (name, given, place) => {
      const own = definition.functions.get(name)
      if (own === undefined) return callBuiltin(name, given, surroundings)
      if (openCalls.has(name)) throw fault(`the function ${name} calls itself`, place)
      openCalls.add(name)
      try {
        return callOwn(own, given, { scope, place })
      } finally {
        openCalls.delete(name)
      }
    },
  }
  return scope
}

/** Throws what the variables themselves say against their values. */
export function validateVariables({ variables }: Definition, scope: Scope): void {
  for (const [name, block] of variables) {
    const label = block.labels[0]?.at ?? block.typeAt
    scope.variable(name, label)
    for (const rule of block.body.blocks.filter(({ type }) => type === 'validation')) {
      const condition = attributeOf(rule, 'condition')
      const message = attributeOf(rule, 'error_message')
      if (condition === undefined || message === undefined)
        throw fault('a validation needs condition and error_message', rule.typeAt)
      const holds = at(condition.value.at, () => toBool(evaluate(condition.value, scope)))
      if (holds) continue
      const text = evaluate(message.value, scope)
      throw fault(`${name}: ${typeof text === 'string' ? text : 'its validation fails'}`, condition.value.at)
    }
  }
}

interface Globals {
  readonly definition: Definition
  readonly surroundings: Surroundings
  readonly scope: Scope
}

function globalValue(name: string, { definition, surroundings, scope }: Globals): Value | undefined {
  const attribute = definition.attributes.get(name)
  const block = definition.variables.get(name)
  if (block === undefined) return attribute === undefined ? undefined : evaluate(attribute.value, scope)
  const written = typeOf(attributeOf(block, 'type')?.value)
  const standard = attribute ?? attributeOf(block, 'default')
  const place = block.labels[0]?.at ?? block.typeAt
  const usual = standard === undefined ? undefined : evaluate(standard.value, scope)
  const value =
    usual === undefined || written === undefined
      ? usual
      : at(standard?.value.at ?? place, () => convertTo(usual, written))
  const given = overrideOf(name, { definition, environment: surroundings.environment, typed: written !== undefined })
  if (given === undefined) return value === undefined ? (written === undefined ? '' : null) : value
  return at(place, () => {
    try {
      return given.json ? fromJson(given.text, written) : fromEnvironment(given.text, written ?? typeLike(value))
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error
      throw refuse(`${given.name} of the environment: ${error.message}`)
    }
  })
}

/** `type = null` and no type are the same. */
function typeOf(type: Expression | undefined): Type | undefined {
  return type === undefined || (type.kind === 'literal' && type.value === null) ? undefined : parseType(type)
}

/** Without a type the default says which it is. */
function typeLike(value: Value | undefined): Type {
  if (value === undefined || value === null) return { kind: 'string' }
  if (isList(value) || isMap(value))
    throw refuse(`the default is ${nameOf(value)}: only a variable with a type can be set to something else`)
  return { kind: typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'bool' : 'string' }
}

/** What the environment says: `NAME`, or `NAME_JSON` when that is no variable itself. */
function overrideOf(
  name: string,
  {
    definition,
    environment,
    typed,
  }: {
    readonly definition: Definition
    readonly environment: Surroundings['environment']
    readonly typed: boolean
  },
): { readonly name: string; readonly text: string; readonly json: boolean } | undefined {
  const jsonName = `${name}_JSON`
  const plain = environment[name]
  const json = definition.variables.has(jsonName) ? undefined : environment[jsonName]
  if (json !== undefined && (typed || plain === undefined)) return { name: jsonName, text: json, json: typed }
  return plain === undefined ? undefined : { name, text: plain, json: false }
}

function fromJson(text: string, type: Type | undefined): Value {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw refuse('the value is no JSON')
  }
  return convertTo(ofJson(parsed), type ?? { kind: 'any' })
}

function callOwn(
  block: Block,
  given: readonly Value[],
  { scope, place }: { readonly scope: Scope; readonly place: Location },
): Value {
  const name = block.labels[0]?.text ?? ''
  const result = attributeOf(block, 'result')
  const list = attributeOf(block, 'params')
  if (result === undefined || list?.value.kind !== 'tuple')
    throw fault(`the function ${name} needs params and result`, block.labels[0]?.at ?? block.typeAt)
  const params = list.value.items.map(parameterName)
  const rest = attributeOf(block, 'variadic_params')
  const missing = given.length < params.length
  if (missing || (rest === undefined && given.length > params.length))
    throw fault(
      `${name} takes ${params.length} ${rest === undefined ? 'arguments' : 'arguments or more'}, not ${given.length}`,
      place,
    )
  const values = new Map<string, Value>(params.map((param, index) => [param, given[index] ?? null]))
  if (rest !== undefined) values.set(parameterName(rest.value), given.slice(params.length))
  return evaluate(result.value, withVariables(scope, values))
}

function parameterName(expression: Expression): string {
  if (expression.kind !== 'name') throw fault('a parameter is a name', expression.at)
  return expression.name
}
