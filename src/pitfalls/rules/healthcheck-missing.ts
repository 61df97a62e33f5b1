import type { Facts } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { finalIsSideStage } from '../queries/stage-roles.ts'

/** A service without HEALTHCHECK. */
export const healthcheckMissing: Pitfall = {
  id: 'healthcheck-missing',
  summary: 'An image of a service says how to tell that it works: a process that hangs looks alive.',
  severity: 'info',
  level: 'static',
  profiles: ['production'],
  peers: { hadolint: ['DL3057'], trivy: ['DS-0026'], dockle: ['CIS-DI-0006'] },
  find: (facts) => {
    const { final } = facts
    const { entrypoint, cmd, healthcheck } = final.end
    const exposes = final.history.filter(({ kind }) => kind === 'EXPOSE')
    const starts = entrypoint !== undefined || cmd !== undefined || final.base.startsService === true
    const [first] = exposes
    if (first === undefined || !starts || healthcheck !== undefined || finalIsSideStage(facts)) return []
    if (final.history.some(({ kind }) => kind === 'HEALTHCHECK') || isCheckedElsewhere(facts)) return []
    return [
      {
        at: final.at,
        message: `the image is a service (EXPOSE ${first.instruction.rest.text.trim()}, line ${first.line}) and has no HEALTHCHECK`,
        hint: 'HEALTHCHECK CMD ["program", "argument"], with a program that the image has; or a check in the compose file or the cluster',
        related: [{ note: 'the port', at: first.at }],
      },
    ]
  },
}

/** The compose file checks the services that are built from here. */
function isCheckedElsewhere({ project }: Facts): boolean {
  const built = (project?.composeFiles ?? []).flatMap(({ services }) =>
    services.filter(({ build }) => build !== undefined),
  )
  return built.length > 0 && built.every(({ hasHealthcheck }) => hasHealthcheck)
}
