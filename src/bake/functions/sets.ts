import { setOf } from '../type-constraint.ts'
import { equalValues, refuse, toList, type Value } from '../value.ts'
import { type Builtin, some, taking } from './signature.ts'

const has = (list: readonly Value[], wanted: Value): boolean => list.some((value) => equalValues(value, wanted))

/** Functions of sets; lists are taken for sets. */
export const setFunctions: Readonly<Record<string, Builtin>> = {
  sethaselement: taking([2, 2], (given) => has(given.list(), given.value())),
  setintersection: taking([1, some], (given) => {
    const [first = [], ...others] = given.rest().map(toList)
    return setOf(first.filter((value) => others.every((other) => has(other, value))))
  }),
  setproduct: taking([1, some], (given) => product(given.rest().map(toList))),
  setsubtract: taking([2, 2], (given) => {
    const from = given.list()
    const cut = given.list()
    return setOf(from.filter((value) => !has(cut, value)))
  }),
  setsymmetricdifference: taking([1, some], (given) => {
    const lists = given.rest().map((list) => setOf(toList(list)))
    return setOf(lists.flat().filter((value) => lists.filter((list) => has(list, value)).length % 2 === 1))
  }),
  setunion: taking([1, some], (given) => setOf(given.rest().flatMap(toList))),
}

function product(lists: readonly (readonly Value[])[]): Value {
  const count = lists.reduce((total, list) => total * list.length, 1)
  if (count > 100_000) throw refuse(`these are ${count} combinations`)
  let rows: Value[][] = [[]]
  for (const list of lists) rows = rows.flatMap((row) => list.map((value) => [...row, value]))
  return rows
}
