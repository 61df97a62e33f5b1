import {
  finite,
  isList,
  isMap,
  refuse,
  toBool,
  toList,
  toMap,
  toNumber,
  toText,
  type Value,
  type ValueMap,
} from '../value.ts'

/** What functions may know besides their arguments. */
export interface FunctionWorld {
  readonly now: number
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Computes a value; throws `config-invalid` without a place. */
export type Builtin = (values: readonly Value[], world: FunctionWorld) => Value

/** Reads the arguments of a call in turn. */
export interface Arguments {
  readonly value: () => Value
  readonly text: () => string
  readonly number: () => number
  readonly integer: () => number
  readonly bool: () => boolean
  readonly list: () => readonly Value[]
  readonly texts: () => readonly string[]
  readonly map: () => ValueMap
  /** All that are left. */
  readonly rest: () => readonly Value[]
}

/** A function of `least` to `most` arguments. */
export function taking(
  [least, most]: readonly [number, number],
  compute: (given: Arguments, world: FunctionWorld) => Value,
): Builtin {
  return (values, world) => {
    if (values.length < least || values.length > most) throw refuse(`${countOf(least, most)}, not ${values.length}`)
    return compute(argumentsOf(values), world)
  }
}

export const some = Number.POSITIVE_INFINITY

function countOf(least: number, most: number): string {
  if (least === most) return `it takes ${least} ${least === 1 ? 'argument' : 'arguments'}`
  return most === some ? `it takes ${least} arguments or more` : `it takes ${least} to ${most} arguments`
}

function argumentsOf(values: readonly Value[]): Arguments {
  let at = 0
  const read = <T>(convert: (value: Value) => T): T => {
    at += 1
    try {
      return convert(values[at - 1] ?? null)
    } catch (error) {
      throw refuse(`argument ${at}: ${(error as Error).message}`)
    }
  }
  return {
    value: () => read((value) => value),
    text: () => read(toText),
    number: () => read(toNumber),
    integer: () => read(toInteger),
    bool: () => read(toBool),
    list: () => read(toList),
    texts: () => read((value) => toList(value).map(toText)),
    map: () => read(toMap),
    rest: () => {
      const rest = values.slice(at)
      at = values.length
      return rest
    },
  }
}

function toInteger(value: Value): number {
  const number = toNumber(value)
  if (!Number.isInteger(number)) throw refuse('a whole number is needed')
  return finite(number)
}

/** How many elements or members there are. */
export function lengthOf(value: Value): number {
  if (isList(value)) return value.length
  if (isMap(value)) return value.size
  throw refuse('a list or an object is needed')
}
