import type { Pitfall } from '../pitfall.ts'
import { type FinalCopy, finalCopies } from '../queries/final-copies.ts'
import { isSystemTree, isWorkTree } from '../queries/work-trees.ts'

/** COPY --from=build / or /usr or /app: everything that is there, not what was made. */
export const copyWholeStage: Pitfall = {
  id: 'copy-whole-stage',
  summary:
    'COPY --from takes what the stage has made, not its root, a directory of the system or all that it worked in.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'size', 'security', 'production'],
  peers: { hadolint: ['DL3067'] },
  find: (facts) =>
    finalCopies(facts).flatMap((copy) => {
      const what = whatIsTaken(copy)
      if (what === undefined) return []
      const { step, path } = copy
      const { destination } = step.transfer ?? { destination: '/' }
      return [
        {
          at: step.at,
          message: `COPY takes ${path} of ${nameOf(copy)}, which is ${what}`,
          hint: 'copy the files and directories that the program needs by name; let the build write them to a directory of their own',
          evidence: { path },
          costs: { line: step.line, paths: [`${destination.replace(/\/$/, '')}/**`] },
        },
      ]
    }),
}

function whatIsTaken({ path, stage, image, source, step }: FinalCopy): string | undefined {
  // What is not whole (`/usr/lib/*.so`) has been chosen.
  if (source.hasWildcard && !source.path.endsWith('/*')) return undefined
  // Made of nothing, a root holds only what was put there; images for this use hold a few files.
  if (path === '/') return (stage?.base ?? image)?.distribution === undefined ? undefined : 'its whole file system'
  if (isSystemTree(path)) return 'a directory of the system: all programs and libraries of its base come along'
  if (stage === undefined || stage.base.workdir === path) return undefined
  if (!isWorkTree(stage, path)) return undefined
  return step.transfer?.exclude.length
    ? 'nearly all that the stage worked in'
    : 'all that the stage worked in: sources, manifests, tools and packages for development'
}

function nameOf({ stage, image }: FinalCopy): string {
  return stage === undefined ? (image?.written ?? 'an image') : `stage "${stage.label}"`
}
