import {
  distinct,
  equalValues,
  isList,
  isMap,
  mapOf,
  refuse,
  toList,
  toMap,
  toNumber,
  toText,
  type Value,
} from '../value.ts'
import { lengthOf, type Builtin, some, taking } from './signature.ts'

/** Functions of lists and objects. */
export const collectionFunctions: Readonly<Record<string, Builtin>> = {
  chunklist: taking([2, 2], (given) => chunks(given.list(), given.integer())),
  coalesce: taking([1, some], (given) => firstOf(given.rest(), (value) => value !== null)),
  coalescelist: taking([1, some], (given) => firstOf(given.rest(), (value) => isList(value) && value.length > 0)),
  compact: taking([1, 1], (given) => given.list().filter((value) => value !== null && value !== '')),
  concat: taking([1, some], (given) => given.rest().flatMap(toList)),
  contains: taking([2, 2], (given) => {
    const list = given.list()
    const wanted = given.value()
    return list.some((value) => equalValues(value, wanted))
  }),
  distinct: taking([1, 1], (given) => distinct(given.list())),
  element: taking([2, 2], (given) => elementAt(given.list(), given.integer())),
  flatten: taking([1, 1], (given) => flattened(given.list(), 0)),
  hasindex: taking([2, 2], (given) => hasIndex(given.value(), given.value())),
  index: taking([2, 2], (given) => indexed(given.value(), given.value())),
  indexof: taking([2, 2], (given) => {
    const list = given.list()
    const wanted = given.value()
    const found = list.findIndex((value) => equalValues(value, wanted))
    if (found < 0) throw refuse('the list has no such element')
    return found
  }),
  keys: taking([1, 1], (given) => [...given.map().keys()]),
  length: taking([1, 1], (given) => lengthOf(given.value())),
  lookup: taking([2, 3], (given) => lookUp(given.rest())),
  merge: taking([0, some], (given) => mapOf(given.rest().flatMap((one) => (one === null ? [] : [...toMap(one)])))),
  range: taking([1, 3], (given) => range(given.rest().map(toNumber))),
  reverselist: taking([1, 1], (given) => [...given.list()].reverse()),
  slice: taking([3, 3], (given) => part(given.list(), given.integer(), given.integer())),
  values: taking([1, 1], (given) => [...given.map().values()]),
  zipmap: taking([2, 2], (given) => zipped(given.texts(), given.list())),
}

function firstOf(values: readonly Value[], isWanted: (value: Value) => boolean): Value {
  const found = values.find(isWanted)
  if (found === undefined) throw refuse('all arguments are empty')
  return found
}

function chunks(list: readonly Value[], size: number): Value {
  if (size < 0) throw refuse('the size is negative')
  if (size === 0) return [list]
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  )
}

/** Counts on from the beginning after the end. */
function elementAt(list: readonly Value[], index: number): Value {
  if (list.length === 0) throw refuse('the list is empty')
  if (index < 0) throw refuse('the index is negative')
  return list[index % list.length] ?? null
}

function flattened(list: readonly Value[], depth: number): readonly Value[] {
  if (depth > 100) throw refuse('the lists are nested too deep')
  return list.flatMap((value) => (isList(value) ? flattened(value, depth + 1) : [value]))
}

function hasIndex(of: Value, key: Value): boolean {
  if (isMap(of)) return typeof key === 'string' && of.has(key)
  if (!isList(of)) throw refuse('a list or an object is needed')
  return typeof key === 'number' && Number.isInteger(key) && key >= 0 && key < of.length
}

function indexed(of: Value, key: Value): Value {
  const found = isMap(of) ? of.get(toText(key)) : toList(of)[toNumber(key)]
  if (found === undefined) throw refuse('there is no such element')
  return found
}

function lookUp([of, key, standard]: readonly Value[]): Value {
  const name = toText(key ?? null)
  const found = toMap(of ?? null).get(name) ?? standard
  if (found === undefined) throw refuse(`there is no ${name}`)
  return found
}

/** Up to 1024 numbers: end; start and end; start, end and step. */
function range(numbers: readonly number[]): readonly Value[] {
  const [first = 0, second, third] = numbers
  const [start, end] = second === undefined ? [0, first] : [first, second]
  const step = third ?? (end < start ? -1 : 1)
  if (step === 0 || (end < start !== step < 0 && end !== start)) throw refuse('the step leads away from the end')
  const count = Math.max(0, Math.ceil((end - start) / step))
  if (count > 1024) throw refuse('these are more than 1024 numbers')
  return Array.from({ length: count }, (_, index) => start + index * step)
}

function part(list: readonly Value[], start: number, end: number): Value {
  if (start < 0 || end > list.length || start > end) throw refuse(`the list has ${list.length} elements`)
  return list.slice(start, end)
}

function zipped(keys: readonly string[], values: readonly Value[]): Value {
  if (keys.length !== values.length) throw refuse('both lists have to be of the same length')
  return mapOf(keys.map((key, index) => [key, values[index] ?? null] as const))
}
