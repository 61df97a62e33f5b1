import { posix } from 'node:path'
import type { StageModel } from '../facts.ts'
import { broughtBy, isWithin, withoutSlash } from './origins.ts'
import { isUnknown } from './overlaps.ts'

/** A path of a stage from which files come. */
export interface TracedPath {
  readonly stage: StageModel
  readonly path: string
}

/** Where the files at a path of a stage come from: itself, what `cp` and `mv` took there, and what COPY --from brought. */
export function tracedPaths(stage: StageModel, path: string, found: TracedPath[] = []): readonly TracedPath[] {
  const start = withoutSlash(path)
  if (found.length > 60 || found.some((one) => one.stage === stage && one.path === start)) return found
  found.push({ stage, path: start })
  for (const { command, kind } of stage.history) {
    if (kind !== 'RUN') continue
    for (const action of command?.actions ?? []) {
      if (action.kind !== 'copy' && action.kind !== 'move' && action.kind !== 'link') continue
      for (const source of movedFrom(action, start)) tracedPaths(stage, source, found)
    }
  }
  for (const { source } of broughtBy(stage, start))
    if (source?.from.kind === 'stage') tracedPaths(source.from.stage, source.path, found)
  return found
}

function movedFrom(
  { sources, destination }: { readonly sources: readonly string[]; readonly destination: string },
  path: string,
): readonly string[] {
  if (isUnknown(destination)) return []
  const target = withoutSlash(destination)
  return sources.flatMap((source) => {
    const named = posix.join(target, posix.basename(source))
    if (!source.startsWith('/')) return []
    if (isWithin(target, path) || isWithin(named, path) || path === target) return [source]
    if (isWithin(path, named)) return [posix.join(source, posix.relative(named, path)), source]
    if (!isWithin(path, target)) return []
    // A wildcard may bring anything into the directory; a file of another name does not become this one.
    return /[*?]/.test(source) ? [posix.dirname(source)] : []
  })
}
