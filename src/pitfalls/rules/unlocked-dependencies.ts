import type { Facts, StageModel, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { dependencyInstalls } from '../queries/dependency-installs.ts'
import { type Unlocked, unlockedManifest, unpinnedNames, upgrades } from '../queries/unlocked-reasons.ts'
import { runSteps } from '../queries/steps.ts'
import { frozenInstallFix } from '../repairs/frozen-install.ts'

/** Which versions an image has is decided when it is built. */
export const unlockedDependencies: Pitfall = {
  id: 'unlocked-dependencies',
  summary:
    'Versions of packages come from a lock file, or are named exactly: the same source makes the same image tomorrow.',
  severity: 'warning',
  level: 'context',
  profiles: ['decision', 'security', 'speed', 'production'],
  peers: { hadolint: ['DL3013', 'DL3016', 'DL3028', 'DL3062'] },
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  return facts.stages.filter(({ reachable }) => reachable).flatMap((stage) => inStage(facts, stage))
}

function inStage(facts: Facts, stage: StageModel): readonly PitfallHit[] {
  const told = new Set<string>()
  return runSteps(stage.steps).flatMap((step) => {
    const reasons = reasonsFor(facts, step).filter(({ why }) => {
      // A second build without the same lock file says nothing new.
      if (told.has(why)) return false
      told.add(why)
      return true
    })
    const [first] = reasons
    if (first === undefined) return []
    return [
      {
        at: step.at,
        message: `versions are chosen when the image is built: ${reasons.map(({ why }) => why).join('; ')}`,
        hint: first.instead,
        fixes: step.trigger
          ? []
          : reasons.flatMap(({ install }) => (install && frozenInstallFix(facts, install)) ?? []),
      },
    ]
  })
}

function reasonsFor(facts: Facts, step: StepModel): readonly Unlocked[] {
  const actions = (step.command?.actions ?? []).filter(({ command }) => isSure(command.conditions))
  const manifests = dependencyInstalls([step]).filter(({ action }) => isSure(action.command.conditions))
  return [
    ...manifests.flatMap((install) => unlockedManifest(facts, install) ?? []),
    ...actions.flatMap((action) =>
      action.kind === 'install' ? (unpinnedNames(action) ?? []) : (upgrades(action) ?? []),
    ),
  ]
}

/** A branch may be the one that is not taken. */
function isSure(conditions: readonly string[]): boolean {
  return !conditions.some((one) => one === 'branch' || one === 'or' || one === 'function')
}
