import type { Fix } from '../../core/index.ts'
import { replaceWord } from '../../editing/index.ts'
import type { BaseProfile } from '../../bases/index.ts'
import type { StageModel } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { finalIsSideStage } from '../queries/stage-roles.ts'

/** The image that the final one starts from is the large one of a family. */
export const bloatedFinalBase: Pitfall = {
  id: 'bloated-final-base',
  summary:
    'The final image starts from the smallest base that runs the program: slim, alpine or distroless where there is one.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'size', 'security', 'production'],
  peers: {},
  find: (facts) => {
    const [root] = facts.final.chain
    if (root === undefined || finalIsSideStage(facts) || !isBloated(root.base)) return []
    const { written, smaller } = root.base
    return [
      {
        at: root.at,
        message: `${written} is ${whatItIs(root.base)}, and it is shipped`,
        hint:
          smaller === undefined
            ? 'start from debian:stable-slim, alpine or a distroless image, with the packages that the program needs'
            : `start from ${smaller}, with the packages that the program needs`,
        evidence: { base: written, ...(smaller === undefined ? {} : { smaller }) },
        costs: { line: 0, paths: [] },
        fixes: smaller === undefined ? [] : inSmaller(root, smaller),
      },
    ]
  },
}

/** Kits have rules of their own: there it is the tools that are too much, not the distribution. */
function isBloated({ variant, smaller, runtime, distribution }: BaseProfile): boolean {
  if (variant !== 'full' || runtime?.kind === 'sdk') return false
  return smaller !== undefined || (runtime === undefined && distribution !== undefined)
}

/** Names with variables, and pinned ones, are not written anew: the digest is another image's. */
function inSmaller({ from }: StageModel, smaller: string): readonly Fix[] {
  if (from.kind !== 'FROM' || /[$@]/.test(from.image.text)) return []
  return [
    { title: `start from ${smaller}`, edits: replaceWord(from.image, smaller), claims: ['smaller'], safety: 'proof' },
  ]
}

function whatItIs({ runtime, hasCompiler }: BaseProfile): string {
  if (runtime === undefined) return 'a whole distribution'
  return hasCompiler === true
    ? `the full image of ${runtime.language}, with compilers and headers`
    : `the full image of ${runtime.language}`
}
