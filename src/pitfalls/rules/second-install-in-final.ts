import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { stagesUsedBy } from '../queries/stage-roles.ts'
import { actionsIn, type StepAction } from '../queries/steps.ts'

/** The last stage installs again what a stage before it has installed. */
export const secondInstallInFinal: Pitfall = {
  id: 'second-install-in-final',
  summary:
    'The final stage copies the packages from a stage that installs them; a second installation brings its cache and its tools.',
  severity: 'info',
  level: 'static',
  profiles: ['decision', 'speed', 'size'],
  optIn: true,
  peers: {},
  find: ({ final }: Facts) => {
    const others = [...stagesUsedBy(final)].filter((stage) => !final.chain.includes(stage))
    return actionsIn(final.history, 'install')
      .filter(({ action }) => isOfManifest(action))
      .flatMap((second) => {
        const first = firstOf(others, second)
        if (first === undefined) return []
        return [
          {
            at: second.step.at,
            message: `${second.action.manager} installs packages here that "${first.step.stage.label}" has installed as well (line ${first.step.line})`,
            hint: 'install for production in a stage of its own (FROM … AS deps), and copy the packages from there',
            related: [{ note: 'installed here first', at: first.step.at }],
          },
        ]
      })
  },
}

function firstOf(stages: readonly StageModel[], second: StepAction<'install'>): StepAction<'install'> | undefined {
  return stages
    .flatMap(({ steps }) => actionsIn(steps, 'install'))
    .find(({ action }) => isOfManifest(action) && action.manager === second.action.manager)
}

function isOfManifest({ what, scope }: StepAction<'install'>['action']): boolean {
  return what === 'manifest' && scope !== 'system'
}
