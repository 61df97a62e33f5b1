import { isForBuilding } from '../../bases/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { listed } from '../queries/listed.ts'
import { keptBuildTools, startsProgram } from '../queries/shipped-tools.ts'
import { buildsOf } from '../queries/stage-roles.ts'
import { actionsIn, type StepAction } from '../queries/steps.ts'

/** One stage that builds and is shipped. */
export const singleStageBuild: Pitfall = {
  id: 'single-stage-build',
  summary: 'A file that compiles, bundles or needs build tools has a stage for that and another one that is shipped.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'size', 'security', 'production'],
  peers: {},
  find: ({ stages, final, ...facts }: Facts) => {
    if (stages.length !== 1) return []
    const first = whatIsBuilt(final, { stages, final, ...facts })
    if (first === undefined) return []
    return [
      {
        at: first.step.at,
        message: `the only stage ${first.what} (line ${first.step.line}), and is shipped with all that it takes`,
        hint: 'build in a first stage (FROM … AS build), and COPY --from=build the result into a second one on a small base',
        related: [{ note: 'the stage begins here', at: final.at }],
      },
    ]
  },
}

interface Built {
  readonly step: StageModel['steps'][number]
  readonly what: string
}

function whatIsBuilt(stage: StageModel, facts: Facts): Built | undefined {
  const tools = keptBuildTools(stage.steps)
  const [compiled] = buildsOf(stage).filter((build) => leavesSomething(build, stage))
  if (compiled !== undefined) {
    const { tool, script } = compiled.action
    return { step: compiled.step, what: `builds with ${script === undefined ? tool : `${tool} run ${script}`}` }
  }
  const compiledByName = actionsIn(stage.steps, 'install').find(({ action }) =>
    compilesPackages(action.manager, action.what),
  )
  if (compiledByName !== undefined && stage.base.runtime?.kind === 'sdk' && !startsProgram(facts, kits))
    return {
      step: compiledByName.step,
      what: `builds ${listed(compiledByName.action.packages.map(({ name }) => name))} with ${compiledByName.action.manager}`,
    }
  const [kept] = tools
  if (kept === undefined) return undefined
  const names = kept.packages.map(({ name }) => name)
  if (startsProgram(facts, new Set(names)) || !usesTools(stage)) return undefined
  return { step: kept.install.step, what: `installs ${listed(names)} for packages that are built` }
}

/** The tools of the build stay: it is not one RUN that installs, builds and removes them. */
function leavesSomething({ step }: StepAction<'build'>, stage: StageModel): boolean {
  const actions = step.command?.actions ?? []
  const cleans = actions.some(({ kind }) => kind === 'uninstall')
  return !cleans || isForBuilding(stage.base) || keptBuildTools(stage.steps).length > 0
}

/** `go install NAME@VERSION`, `cargo install NAME`: the program is built here. */
function compilesPackages(manager: string, what: string): boolean {
  return what === 'named' && (manager === 'go' || manager === 'cargo')
}

const kits: ReadonlySet<string> = new Set(['go', 'cargo'])

/** Packages of a language are installed: what headers and compilers are for. */
function usesTools(stage: StageModel): boolean {
  return actionsIn(stage.steps, 'install').some(({ action }) => languageManagers.has(action.manager))
}

const languageManagers = new Set([
  'npm',
  'yarn',
  'pnpm',
  'bun',
  'pip',
  'uv',
  'poetry',
  'pipenv',
  'pdm',
  'gem',
  'bundler',
  'composer',
  'mix',
  'cargo',
  'go',
])
