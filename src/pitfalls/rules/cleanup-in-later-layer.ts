import type { Fix } from '../../core/index.ts'
import type { Action } from '../../shell/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { copiedEarlier } from '../queries/earlier-copies.ts'
import { madePaths } from '../queries/made-paths.ts'
import { covers, isUnknown, overlaps } from '../queries/overlaps.ts'
import { aptArchives, cacheOf, isDeletedBy, isMounted, shownFor } from '../queries/package-residue.ts'
import { joinRuns } from '../repairs/run-edits.ts'
import { actionsIn, runSteps } from '../queries/steps.ts'

/** A RUN deletes what an earlier layer holds. */
export const cleanupInLaterLayer: Pitfall = {
  id: 'cleanup-in-later-layer',
  summary: 'What a step does not need is deleted by the same RUN: a later layer hides files and frees nothing.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'size', 'production'],
  peers: {},
  find,
}

/** Something that goes, and the step whose layer keeps it. */
interface Removal {
  readonly what: string
  readonly from: StepModel
  readonly action: Action
  readonly path?: string
}

function find({ final, project, file }: Facts): readonly PitfallHit[] {
  return runSteps(final.history).flatMap((step) => {
    const earlier = final.history.slice(0, final.history.indexOf(step))
    const removals = step.command.actions.flatMap((action) => [
      ...deletions(step, action, { earlier, project }),
      ...cleanings(step, action, earlier),
      ...uninstalls(step, action, earlier),
    ])
    const [first] = removals
    if (first === undefined) return []
    const things = [...new Map(removals.map((one) => [one.what, one])).values()]
    const named = things.slice(0, 4).map(({ what, from }) => `${what} (line ${from.line})`)
    const rest = things.length > 4 ? ` and ${things.length - 4} more` : ''
    return [
      {
        at: shownFor(step, first.action),
        message: `this RUN removes what an earlier layer holds: ${named.join(', ')}${rest}; the bytes stay in the image`,
        hint: `remove it in the RUN that makes it (line ${first.from.line}), or leave it in a stage that is not shipped`,
        related: [{ note: 'it is made here', at: first.from.at }],
        evidence: { line: first.from.line },
        fixes: fixesFor(file, step, removals),
        ...costsOf(step, removals),
      },
    ]
  })
}

/** What the line that has written most of it keeps; of packages nobody knows the files. */
function costsOf(step: StepModel, removals: readonly Removal[]): Pick<PitfallHit, 'costs'> {
  const known = removals.find(({ path }) => path !== undefined)
  if (known === undefined) return {}
  const { line } = known.from
  const paths = removals.flatMap(({ from, path }) => (from.line === line && path !== undefined ? path : []))
  return { costs: { line, paths: paths.flatMap((path) => [path, `${path}/**`]), hiddenBy: step.line } }
}

interface Earlier {
  readonly earlier: readonly StepModel[]
  readonly project: Facts['project']
}

function deletions(step: StepModel, action: Action, { earlier, project }: Earlier): readonly Removal[] {
  if (action.kind !== 'delete') return []
  return action.paths.flatMap((path): readonly Removal[] => {
    if (!path.startsWith('/') || isUnknown(path) || isMounted(step, path)) return []
    const own = madeHere(step, action)
    const made = own.some((one) => overlaps(path, one)) ? undefined : madeEarlier(earlier, path)
    const isOwn = own.some((one) => covers(one, path))
    const from = made ?? (isOwn ? undefined : copiedEarlier(path, { step, earlier, project }))
    return from === undefined ? [] : [{ what: path, from, action, path: path.replace(/\/\*+$/, '') }]
  })
}

/** What the RUN itself has made before. */
function madeHere(step: StepModel, deletion: Action): readonly string[] {
  const actions = step.command?.actions ?? []
  const before = actions.slice(0, actions.indexOf(deletion))
  return before.flatMap((one) => (one.kind === 'make-directory' ? one.paths : madePaths(step, one)))
}

/** The last RUN before whose layer has it; a RUN that deletes it itself keeps nothing of it. */
function madeEarlier(earlier: readonly StepModel[], path: string): StepModel | undefined {
  return runSteps(earlier).findLast((step) => {
    const { actions } = step.command
    return actions.some((action, index) => {
      const after = actions.slice(index + 1)
      const isKept = (made: string): boolean =>
        !isMounted(step, made) && !isDeletedBy(after, path) && !isEmptied(after, { step, action, made })
      return madePaths(step, action).some((made) => overlaps(path, made) && isKept(made))
    })
  })
}

/** The cache is emptied again; what was installed from it stays. */
function isEmptied(
  after: readonly Action[],
  { step, action, made }: { readonly step: StepModel; readonly action: Action; readonly made: string },
): boolean {
  if (!('manager' in action)) return false
  const isCache = made === aptArchives || made === cacheOf(step, action)
  return isCache && after.some((one) => one.kind === 'clean-cache' && one.manager === action.manager)
}

/** `npm cache clean` and its like, where an earlier RUN has filled the cache. */
function cleanings(step: StepModel, action: Action, earlier: readonly StepModel[]): readonly Removal[] {
  if (action.kind !== 'clean-cache') return []
  const { manager } = action
  const isOwn = actionsIn([step], 'install', 'upgrade').some((one) => one.action.manager === manager)
  const cache = manager === 'apt' ? '/var/cache/apt' : cacheOf(step, action)
  if (isOwn || (cache !== undefined && isMounted(step, cache))) return []
  const filled = actionsIn(earlier, 'install').findLast((one) => {
    if (one.action.manager !== manager || one.action.noCache) return false
    const actions: readonly Action[] = one.step.command?.actions ?? []
    const after = actions.slice(actions.indexOf(one.action) + 1)
    const path = manager === 'apt' ? '/var/cache/apt' : cacheOf(one.step, one.action)
    if (path !== undefined && (isMounted(one.step, path) || isDeletedBy(after, path))) return false
    return !after.some((other) => other.kind === 'clean-cache' && other.manager === manager)
  })
  if (filled === undefined) return []
  return [
    { what: `the cache of ${manager}`, from: filled.step, action, ...(cache === undefined ? {} : { path: cache }) },
  ]
}

/** Packages that an earlier RUN has installed. */
function uninstalls(step: StepModel, action: Action, earlier: readonly StepModel[]): readonly Removal[] {
  if (action.kind === 'prune-dev') return prunings(step, action, earlier)
  if (action.kind !== 'uninstall') return []
  const own = new Set(actionsIn([step], 'install').flatMap((one) => namesOf(one.action)))
  return action.packages.flatMap(({ name }): readonly Removal[] => {
    if (own.has(name)) return []
    const from = actionsIn(earlier, 'install').findLast(
      (one) => one.action.manager === action.manager && namesOf(one.action).includes(name),
    )
    return from === undefined ? [] : [{ what: `the package ${name}`, from: from.step, action }]
  })
}

function prunings(
  step: StepModel,
  action: Extract<Action, { readonly kind: 'prune-dev' }>,
  earlier: readonly StepModel[],
): readonly Removal[] {
  const isOther = (one: { readonly manager: string; readonly production: boolean }): boolean =>
    one.manager === action.manager && !one.production
  if (actionsIn([step], 'install').some((one) => isOther(one.action))) return []
  const from = actionsIn(earlier, 'install').findLast((one) => one.action.what === 'manifest' && isOther(one.action))
  return from === undefined ? [] : [{ what: 'packages for development', from: from.step, action }]
}

function namesOf({ packages, virtual }: Extract<Action, { readonly kind: 'install' }>): readonly string[] {
  return [...packages.map(({ name }) => name), ...(virtual === undefined ? [] : [virtual])]
}

/** RUNs that follow one another become one, from the one that makes the files. */
function fixesFor(file: Facts['file'], step: StepModel, removals: readonly Removal[]): readonly Fix[] {
  const indexes = removals.map(({ from }) => (from.stage === step.stage ? from.index : -1))
  const start = Math.min(...indexes)
  if (start < 0) return []
  const edits = joinRuns(file, step.stage.steps.slice(start, step.index + 1))
  const lines = `${step.stage.steps[start]?.line ?? 0} to ${step.line}`
  return edits === undefined
    ? []
    : [{ title: `write the RUNs of lines ${lines} as one`, edits, claims: ['smaller'], safety: 'safe' }]
}
