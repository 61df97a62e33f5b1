import { nearest } from '../core/index.ts'
import { baseOf, cleanPath, joinPath, parentOf } from './tree-path.ts'
import type { TreeView } from './view.ts'

/** Enough to find a misplaced file in most contexts, and a few hundredths of a second at worst. */
const visitLimit = 20_000

/**
 * Existing paths that may have been meant by one that does not exist, best first, at most three: a name of nearly the
 * same spelling at the place where the path breaks off, then the same file name in another directory, then similar
 * whole paths.
 */
export function nearPaths(view: TreeView, path: string): readonly string[] {
  const wanted = cleanPath(path)
  if (wanted === '') return []
  const respelled = respell(view, wanted)
  if (respelled.length > 0) return respelled
  const paths = listPaths(view)
  const base = baseOf(wanted)
  const sameName = paths.filter((candidate) => baseOf(candidate) === base && candidate !== wanted)
  const byLength = sameName.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  return [
    ...new Set([
      ...byLength,
      ...nearest(
        wanted,
        paths.filter((candidate) => isClose(candidate, wanted) && candidate !== wanted),
      ),
    ]),
  ].slice(0, 3)
}

/** Corrects the first element that is missing and keeps the rest, where that exists. */
function respell(view: TreeView, wanted: string): readonly string[] {
  const parts = wanted.split('/')
  const missing = parts.findIndex((_, index) => view.node(parts.slice(0, index + 1).join('/')) === undefined)
  if (missing < 0) return []
  const directory = parts.slice(0, missing).join('/')
  const rest = parts.slice(missing + 1).join('/')
  return nearest(parts[missing] as string, view.names(directory))
    .map((name) => joinPath(joinPath(directory, name), rest))
    .filter((candidate) => view.node(candidate) !== undefined)
}

function listPaths(view: TreeView): readonly string[] {
  const paths: string[] = []
  const queue = ['']
  for (let directory = queue.shift(); directory !== undefined && paths.length < visitLimit; directory = queue.shift()) {
    for (const name of view.names(directory)) {
      const path = joinPath(directory, name)
      paths.push(path)
      if (view.node(path)?.kind === 'dir') queue.push(path)
    }
  }
  return paths.slice(0, visitLimit)
}

/** Spares the edit distance for paths of very different length. */
function isClose(candidate: string, wanted: string): boolean {
  return (
    Math.abs(candidate.length - wanted.length) <= wanted.length / 3 && parentOf(candidate)[0] === parentOf(wanted)[0]
  )
}
