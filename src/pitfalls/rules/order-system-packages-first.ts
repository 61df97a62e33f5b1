import type { Facts, StageModel, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { contextUses } from '../queries/context-reach.ts'
import { commandName } from '../queries/package-residue.ts'
import { takesSource } from '../queries/source-copies.ts'
import { runSteps } from '../queries/steps.ts'

/** Packages of the distribution are installed behind the source, which changes more often. */
export const orderSystemPackagesFirst: Pitfall = {
  id: 'order-system-packages-first',
  summary:
    'Packages of the distribution are installed before the source comes in: they change seldom, and every edit of source installs them again.',
  severity: 'info',
  level: 'static',
  profiles: ['speed'],
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  const sources = new Set(
    contextUses(facts)
      .filter((use) => takesSource(facts, use))
      .map(({ step }) => step),
  )
  return facts.stages.filter(({ reachable }) => reachable).flatMap((stage) => inStage(stage, sources))
}

function inStage(stage: StageModel, sources: ReadonlySet<StepModel>): readonly PitfallHit[] {
  return runSteps(stage.steps).flatMap((step) => {
    const copy = stage.history.slice(0, stage.history.indexOf(step)).find((one) => sources.has(one))
    const manager = copy === undefined || step.trigger ? undefined : onlyInstalls(step)
    if (copy === undefined || manager === undefined) return []
    return [
      {
        at: step.at,
        message: `${commandName(manager)} runs again whenever the source of line ${copy.line} changes, which it does not need`,
        hint: `move this RUN in front of line ${copy.line}`,
        related: [{ note: 'the source', at: copy.at }],
      },
    ]
  })
}

type Manager = Parameters<typeof commandName>[0]

/** The manager of a step that does nothing but install packages by names that stand there; a step that uses files may need them. */
function onlyInstalls(step: StepModel): Manager | undefined {
  const actions = step.command?.actions ?? []
  let manager: Manager | undefined
  for (const action of actions) {
    switch (action.kind) {
      case 'install':
        if (
          action.scope !== 'system' ||
          action.what !== 'named' ||
          action.packages.some(({ word, text }) => word.value === undefined || text.includes('/'))
        )
          return undefined
        manager = action.manager
        break
      case 'refresh-index':
      case 'clean-cache':
      case 'upgrade':
      case 'delete':
        break
      default:
        if (action.command.program !== 'set') return undefined
    }
    if (
      action.command.redirects.some(({ operator }) => operator.startsWith('<')) ||
      action.command.wrappers.includes('xargs')
    )
      return undefined
  }
  return manager
}
