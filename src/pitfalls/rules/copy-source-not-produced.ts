import { posix } from 'node:path'
import { type Fix, nearest } from '../../core/index.ts'
import { replaceWord } from '../../editing/index.ts'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { resultsOf } from '../queries/build-results.ts'
import { copiesFromStages, type FinalCopy } from '../queries/final-copies.ts'
import { listed } from '../queries/listed.ts'
import { mayExist } from '../queries/production.ts'
import { actionsIn, reachableSteps } from '../queries/steps.ts'

/** COPY --from takes a path that nothing in the stage makes. */
export const copySourceNotProduced: Pitfall = {
  id: 'copy-source-not-produced',
  summary:
    'COPY --from takes paths that the stage makes; another output directory or another name fails at the end of a long build.',
  severity: 'error',
  level: 'context',
  profiles: ['production'],
  peers: {},
  find: (facts) => {
    if (facts.project === undefined || facts.project.truncated) return []
    return copiesFromStages(reachableSteps(facts.stages))
      .filter(({ step, source }) => !isInComment(step, source))
      .flatMap((copy) => hitsOf(copy, facts))
  },
}

/** Words around a `#` in the line, of which the one before it was to be the destination: copy-several-needs-slash tells that. */
function isInComment({ transfer }: StepModel, source: FinalCopy['source']): boolean {
  const sources = transfer?.sources ?? []
  const mark = sources.findIndex(({ word }) => word.text.startsWith('#'))
  const at = sources.indexOf(source)
  return mark > 0 && (at >= mark || (mark > 1 && at === mark - 1))
}

function hitsOf(copy: FinalCopy, facts: Facts): readonly PitfallHit[] {
  const { stage, path, step, source } = copy
  if (stage === undefined || stage.index >= step.stage.index || path.includes('$')) return []
  // Of a pattern, the directory that it looks into must be there.
  const wanted = source.hasWildcard && /[*?[]/.test(path) ? posix.dirname(path.replace(/[*?[].*$/, 'x')) : path
  if (wanted === '/' || mayExist(facts, stage, wanted)) return []
  const made = madeBy(facts, stage)
  const others = facts.stages.filter(
    (other) => other !== stage && other.index < step.stage.index && madeBy(facts, other).includes(wanted),
  )
  return [
    {
      at: step.at,
      message: `nothing in the stage "${stage.label}" makes ${path}${made.length === 0 ? '' : `: it makes ${listed(made)}`}`,
      hint: hintFor(wanted, { made, others }),
      related: [{ note: `"${stage.label}" begins here`, at: stage.at }],
      evidence: { path, stage: stage.label },
      fixes: meantFix(copy, { wanted, made, others }),
    },
  ]
}

/** What the builds of a stage are known to make. */
function madeBy(facts: Facts, stage: StageModel): readonly string[] {
  return [
    ...new Set(actionsIn(stage.history, 'build').flatMap(({ action }) => resultsOf(facts, stage, action)?.paths ?? [])),
  ]
}

/** The one path of the stage that is nearly what is written, or the only one that it makes, or the one stage that makes it; a build has to confirm it. */
function meantFix(
  { step, source }: FinalCopy,
  {
    wanted,
    made,
    others,
  }: { readonly wanted: string; readonly made: readonly string[]; readonly others: readonly StageModel[] },
): readonly Fix[] {
  const more = { claims: [], safety: 'proof' } as const
  const [other, ...rest] = others
  const { fromWord } = step.transfer ?? {}
  if (step.trigger || source.hasWildcard) return []
  if (other !== undefined)
    return rest.length > 0 || other.name === undefined || fromWord === undefined
      ? []
      : [{ title: `copy it from ${other.name}`, edits: replaceWord(fromWord, other.name), ...more }]
  const [only, ...further] = made
  const [close = further.length === 0 ? only : undefined, ...closer] = nearest(wanted, made)
  if (close === undefined || closer.length > 0 || !/^[\w./-]+$/.test(source.word.text)) return []
  const slash = source.word.text.endsWith('/') ? '/' : ''
  return [{ title: `copy ${close}`, edits: replaceWord(source.word, close + slash), ...more }]
}

function hintFor(
  path: string,
  { made, others }: { readonly made: readonly string[]; readonly others: readonly StageModel[] },
): string {
  const [other] = others
  if (other !== undefined) return `the stage "${other.label}" makes it`
  const [close] = nearest(path, made)
  const [only] = made
  if (close !== undefined) return `did you mean ${close}?`
  return only === undefined
    ? 'build it in that stage, or copy from the stage that does'
    : `copy ${only}, or let the build write to ${path}`
}
