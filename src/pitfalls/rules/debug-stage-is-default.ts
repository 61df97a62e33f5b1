import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { actionsIn } from '../queries/steps.ts'
import { isSideStage } from '../queries/stage-roles.ts'

/** The last stage, which is built when nobody names one, is not the one to release. */
export const debugStageIsDefault: Pitfall = {
  id: 'debug-stage-is-default',
  summary: 'The last stage is the one to release: a build without --target makes that one.',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'production'],
  peers: {},
  find: ({ stages }: Facts) => {
    const last = stages.at(-1)
    if (last === undefined || stages.length < 2) return []
    const why = whyNotForRelease(last, stages)
    if (why === undefined) return []
    const release = releaseAmong(stages.slice(0, -1))
    return [
      {
        at: last.at,
        message: `a build without --target makes the stage "${last.label}", which ${why}`,
        hint:
          release === undefined
            ? 'put the stage to release behind it'
            : `move "${last.label}" above "${release.label}", so that "${release.label}" is the last stage`,
        ...(release === undefined ? {} : { related: [{ note: 'the stage to release begins here', at: release.at }] }),
        evidence: { stage: last.label },
      },
    ]
  },
}

function whyNotForRelease(last: StageModel, stages: readonly StageModel[]): string | undefined {
  if (isSideStage(last)) return 'by its name is for tests, debugging or development'
  if (last.name !== undefined) return undefined
  const { cmd, entrypoint } = last.end
  const tests = actionsIn(last.steps, 'test')
  const own = last.steps.some(({ kind }) => kind === 'CMD' || kind === 'ENTRYPOINT')
  if (tests.length > 0 && !own) return `runs tests (line ${tests[0]?.step.line}) and starts nothing of its own`
  const isForTests = [entrypoint, cmd].some((step) => step?.command?.actions.some(({ kind }) => kind === 'test'))
  return own && isForTests && stages.length > 1 ? 'starts tests' : undefined
}

/** The stage that looks like the one to release: by its name, else the last one that starts something. */
function releaseAmong(stages: readonly StageModel[]): StageModel | undefined {
  const others = stages.filter((stage) => !isSideStage(stage))
  const named = others.findLast(({ name = '' }) => /^(?:prod|release|final|runtime|runner|run$)/.test(name))
  return named ?? others.findLast(({ steps }) => steps.some(({ kind }) => kind === 'CMD' || kind === 'ENTRYPOINT'))
}
