import { nearest } from '../core/index.ts'
import type { UnknownName } from './facts.ts'

/** The names that are not in `known`, with the nearest one that is. */
export function unknownNames(names: readonly string[], known: Iterable<string>): readonly UnknownName[] {
  const candidates = [...known]
  return names
    .filter((name) => !candidates.includes(name))
    .map((name) => {
      const [near] = nearest(name, candidates, 1)
      return near === undefined ? { name } : { name, near }
    })
}
