import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { dependencyInstalls } from '../queries/dependency-installs.ts'
import { actionsIn } from '../queries/steps.ts'
import { moveArgumentFix } from '../repairs/move-argument.ts'
import { variablesOf } from '../queries/variable-uses.ts'
import { changesEveryBuild } from '../queries/volatile-names.ts'

/** An argument that is another one in every build is declared before what should come from the cache. */
export const volatileArgEarly: Pitfall = {
  id: 'volatile-arg-early',
  summary:
    'Arguments that change with every build (commit, build number, date) are declared behind the installation: every RUN after an ARG depends on its value.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'speed'],
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  return facts.stages
    .filter(({ reachable }) => reachable)
    .flatMap((stage) => {
      const early = stage.steps.flatMap((step) =>
        step.kind === 'ARG' && !step.trigger
          ? step.pairs
              .filter((pair) => changesEveryBuild(facts, pair))
              .flatMap(({ name }) => {
                const install = spoiledBy(step, name)
                return install === undefined ? [] : [{ step, name, install }]
              })
          : [],
      )
      const [first] = early
      if (first === undefined) return []
      const names = early.map(({ name }) => name)
      const several = names.length > 1
      return [
        {
          at: first.step.at,
          message: `${list(names)} ${several ? 'are' : 'is'} declared before the installation in line ${first.install.line}, which runs again with every new value`,
          hint: `move ARG ${names.join(' ')} behind the last RUN that does not need ${several ? 'them' : 'it'}`,
          related: [{ note: 'this comes from no cache', at: first.install.at }],
          evidence: { arguments: names.join(',') },
          fixes: moveArgumentFix(facts, stage, { names, install: first.install }),
        },
      ]
    })
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** The first installation behind an ARG that does not use it; the last build of a stage is what the argument is for. */
function spoiledBy(arg: StepModel, name: string): StepModel | undefined {
  const later = arg.stage.steps.slice(arg.index + 1)
  const packages = dependencyInstalls(later)
  const last = packages.findLast(({ isBuild }) => isBuild)?.step
  const system = actionsIn(later, 'install').filter(({ action }) => action.scope === 'system')
  const steps = new Set(
    [...packages.filter(({ step, isBuild }) => !isBuild || step !== last), ...system].map(({ step }) => step),
  )
  return later.find((step) => steps.has(step) && !variablesOf(step).some((use) => use.name === name))
}
