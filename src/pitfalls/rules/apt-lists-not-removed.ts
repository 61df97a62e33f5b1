import type { Fix } from '../../core/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { actionsAfter, aptLists, isDeletedBy, isMounted, shownFor } from '../queries/package-residue.ts'
import { appendFix, editableRun, withoutRun } from '../repairs/run-edits.ts'
import { covers } from '../queries/overlaps.ts'
import { actionsIn, runSteps, type StepAction } from '../queries/steps.ts'

/** A layer of the final image keeps the index of apt. */
export const aptListsNotRemoved: Pitfall = {
  id: 'apt-lists-not-removed',
  summary: 'The RUN that refreshes the index of apt removes it again: it is 20 to 50 MB, and old the next day.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'size', 'production'],
  peers: { hadolint: ['DL3009'], dockle: ['DKL-DI-0005'] },
  find,
}

function find({ final, file }: Facts): readonly PitfallHit[] {
  const seen = new Set<StepModel>()
  return actionsIn(final.history, 'refresh-index')
    .filter(({ action }) => action.manager === 'apt')
    .filter(keepsLists)
    .flatMap(({ step, action }) => {
      // One layer holds one index, however often it is refreshed.
      if (seen.has(step)) return []
      seen.add(step)
      const later = removedLater(final.history, step)
      return [
        {
          at: shownFor(step, action),
          message: `the index of apt (${aptLists}) stays in the layer of this RUN${later === undefined ? '' : `; line ${later.line} removes it in a layer of its own, which frees nothing`}`,
          hint: `end this RUN with && rm -rf ${aptLists}/*`,
          evidence: { path: aptLists },
          costs: { line: step.line, paths: [`${aptLists}/**`] },
          fixes: fixFor(file, { step, action }, { later, history: final.history }),
        },
      ]
    })
}

function keepsLists({ step, action }: StepAction<'refresh-index'>): boolean {
  if (isMounted(step, aptLists)) return false
  const after = actionsAfter(step, action)
  return !isDeletedBy(after, aptLists) && !after.some(removesLists)
}

/** apt 2.9 and later: `apt-get distclean`. */
function removesLists({ command: { program, args } }: StepAction['action']): boolean {
  return /^apt(?:-get)?$/.test(program) && args.some((arg) => arg === 'distclean' || arg === 'dist-clean')
}

function removedLater(steps: readonly StepModel[], from: StepModel): StepModel | undefined {
  const later = runSteps(steps.slice(steps.indexOf(from) + 1))
  const found = later.find((step) => isDeletedBy(step.command.actions, aptLists))
  // It removes what it has fetched itself.
  return found !== undefined && actionsIn([found], 'refresh-index').length > 0 ? undefined : found
}

/** Not while a RUN below still installs from the index; a RUN that only removed it goes as well. */
function fixFor(
  file: Facts['file'],
  { step, action }: StepAction<'refresh-index'>,
  { later, history }: { readonly later: StepModel | undefined; readonly history: readonly StepModel[] },
): readonly Fix[] {
  if (needsIndex(history.slice(history.indexOf(step) + 1))) return []
  const sudo = action.command.wrappers.includes('sudo') ? 'sudo ' : ''
  const only =
    later !== undefined && later.stage === step.stage && removesNothingElse(later) ? withoutRun(file, later) : []
  return appendFix(file, step, {
    title: 'remove the index in the RUN that fetches it',
    command: `${sudo}rm -rf ${aptLists}/*`,
    claims: ['smaller'],
    also: only,
  })
}

/** A step installs before any step has refreshed the index anew. */
function needsIndex(later: readonly StepModel[]): boolean {
  const next = actionsIn(later, 'install', 'refresh-index', 'upgrade').find(({ action }) => action.manager === 'apt')
  return next !== undefined && next.action.kind !== 'refresh-index'
}

function removesNothingElse(step: StepModel): boolean {
  const commands = step.command?.script.commands ?? []
  const actions = step.command?.actions ?? []
  const [only] = actions
  return (
    editableRun(step) !== undefined &&
    commands.length === 1 &&
    actions.length === 1 &&
    only?.kind === 'delete' &&
    only.paths.every((path) => covers(aptLists, path))
  )
}
