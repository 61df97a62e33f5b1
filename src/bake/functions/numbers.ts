import { binary } from '../operators.ts'
import { equalValues, finite, refuse, toNumber } from '../value.ts'
import { type Builtin, some, taking } from './signature.ts'

const operator = (sign: string): Builtin => taking([2, 2], (given) => binary(sign, given.number(), given.number()))

/** Numbers, and what operators do, under a name. */
export const numberFunctions: Readonly<Record<string, Builtin>> = {
  absolute: taking([1, 1], (given) => Math.abs(given.number())),
  add: operator('+'),
  subtract: operator('-'),
  multiply: operator('*'),
  divide: operator('/'),
  modulo: operator('%'),
  greaterthan: operator('>'),
  greaterthanorequalto: operator('>='),
  lessthan: operator('<'),
  lessthanorequalto: operator('<='),
  and: taking([2, 2], (given) => [given.bool(), given.bool()].every(Boolean)),
  or: taking([2, 2], (given) => [given.bool(), given.bool()].some(Boolean)),
  not: taking([1, 1], (given) => !given.bool()),
  equal: taking([2, 2], (given) => equalValues(given.value(), given.value())),
  notequal: taking([2, 2], (given) => !equalValues(given.value(), given.value())),
  negate: taking([1, 1], (given) => -given.number()),
  ceil: taking([1, 1], (given) => Math.ceil(given.number())),
  floor: taking([1, 1], (given) => Math.floor(given.number())),
  int: taking([1, 1], (given) => Math.trunc(given.number())),
  signum: taking([1, 1], (given) => Math.sign(given.number())),
  log: taking([2, 2], (given) => logarithm(given.number(), given.number())),
  pow: taking([2, 2], (given) => finite(given.number() ** given.number())),
  max: taking([1, some], (given) => Math.max(...given.rest().map(toNumber))),
  min: taking([1, some], (given) => Math.min(...given.rest().map(toNumber))),
  parseint: taking([2, 2], (given) => parseInteger(given.text(), given.integer())),
}

function logarithm(value: number, base: number): number {
  if (base === 10) return finite(Math.log10(value))
  return finite(base === 2 ? Math.log2(value) : Math.log(value) / Math.log(base))
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyz'

function parseInteger(text: string, base: number): number {
  if (base < 2 || base > 36) throw refuse('the base is 2 to 36')
  const body = text.replace(/^[+-]/, '').toLowerCase()
  const allowed = digits.slice(0, base)
  if (body === '' || [...body].some((letter) => !allowed.includes(letter)))
    throw refuse(`${JSON.stringify(text)} is no number to the base ${base}`)
  return Number.parseInt(text, base)
}
