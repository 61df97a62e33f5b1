import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { actionsAfter, aptLists, isDeletedBy, isMounted, shownFor } from '../queries/package-residue.ts'
import { actionsIn, type StepAction } from '../queries/steps.ts'

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

function find({ final }: Facts): readonly PitfallHit[] {
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
  return steps
    .slice(steps.indexOf(from) + 1)
    .find(({ command }) => command !== undefined && isDeletedBy(command.actions, aptLists))
}
