import type { Followed } from '../closure.ts'

/** When a file is read: by the start, in a function or under a condition, within `try`. */
export type When = 'start' | 'later' | 'guarded'

/** The files that a program reads, as a follower tells them. Where one stands twice, the stronger counts. */
export function reachedOf(
  files: Iterable<readonly [path: string, when: When]>,
): Pick<Followed, 'reached' | 'uncertain'> {
  const uncertain = new Map<string, 'later' | 'guarded'>()
  const certain = new Set<string>()
  for (const [path, when] of files) {
    if (when === 'start') certain.add(path)
    else if (uncertain.get(path) !== 'later') uncertain.set(path, when)
  }
  for (const path of certain) uncertain.delete(path)
  return { reached: [...certain, ...uncertain.keys()], uncertain }
}
