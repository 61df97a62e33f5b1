import type { Pitfall } from '../pitfall.ts'
import { actionsIn, placeOf } from '../queries/steps.ts'

/** The newest pip of the day. */
export const pipUpgradePip: Pitfall = {
  id: 'pip-upgrade-pip',
  summary:
    'pip is the one of the base image, or a version that is written down: the newest one differs from build to build.',
  severity: 'info',
  level: 'static',
  profiles: [],
  optIn: true,
  peers: {},
  find: ({ stages }) =>
    actionsIn(
      stages.flatMap(({ steps }) => steps),
      'install',
    ).flatMap(({ step, action }) => {
      const { args } = action.command
      if (step.trigger || action.manager !== 'pip' || !args.some((arg) => /^-\w*U|^--upgrade$/.test(arg))) return []
      const names = action.packages
        .filter(({ name, version }) => tools.has(name) && version?.exact !== true)
        .map(({ name }) => name)
      if (names.length === 0) return []
      return [
        {
          at: placeOf(step, action),
          message: `${names.join(', ')} becomes whatever is newest on the day of the build, and the one of ${step.stage.base.written} stays in the layer below`,
          hint: `leave it out, or write ${names.map((name) => `${name}==<version>`).join(' ')}`,
          evidence: { packages: names.join(' ') },
        },
      ]
    }),
}

const tools = new Set(['pip', 'setuptools', 'wheel'])
