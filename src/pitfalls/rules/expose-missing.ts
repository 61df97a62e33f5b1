import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { exposedPorts, startPorts, variablePorts } from '../queries/served-ports.ts'
import { finalIsSideStage } from '../queries/stage-roles.ts'

/** The port that is served is nowhere told. */
export const exposeMissing: Pitfall = {
  id: 'expose-missing',
  summary: 'EXPOSE tells which port an image serves: people, `docker run -P` and proxies read it there.',
  severity: 'info',
  level: 'static',
  profiles: [],
  optIn: true,
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  const { final } = facts
  // An image that nobody knows, or that starts a server, may expose ports itself.
  if (finalIsSideStage(facts) || !(final.base.known || final.base.isEmpty) || final.base.startsService === true)
    return []
  if (final.end.entrypoint === undefined && final.end.cmd === undefined) return []
  const exposed = exposedPorts(facts)
  if (exposed === undefined) return []
  const named = startPorts(facts)
  // Another port that is exposed is the one to repair: see expose-unused.
  if (named.length > 0 && exposed.length > 0) return []
  const served = named.length > 0 ? named : variablePorts(facts)
  const isTold = served.some(({ port }) => exposed.some(({ start, end }) => start <= port && port <= end))
  return isTold
    ? []
    : served.slice(0, 1).map(({ port, step, words }) => ({
        at: step.at,
        message: `\`${words}\` makes the image serve port ${port}, and no EXPOSE names it`,
        hint: `write EXPOSE ${port} into the last stage`,
        evidence: { port },
      }))
}
