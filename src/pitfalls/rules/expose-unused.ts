import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { exposedPorts, startPorts } from '../queries/served-ports.ts'
import { finalIsSideStage } from '../queries/stage-roles.ts'

/** EXPOSE tells of a port that nobody serves. */
export const exposeUnused: Pitfall = {
  id: 'expose-unused',
  summary: 'EXPOSE names the port that the start command names: who publishes another one reaches nothing.',
  severity: 'info',
  level: 'static',
  profiles: [],
  optIn: true,
  peers: {},
  find,
}

function find(facts: Facts): readonly PitfallHit[] {
  if (finalIsSideStage(facts)) return []
  const served = startPorts(facts)
  const exposed = exposedPorts(facts) ?? []
  const [first] = served
  // One that fits is enough: others may be for metrics.
  const fits = exposed.some(({ start, end }) => served.some(({ port }) => start <= port && port <= end))
  if (first === undefined || fits) return []
  return [...new Set(exposed.map(({ step }) => step))].map((step) => {
    const ports = exposed.filter((one) => one.step === step)
    const text = ports.map(({ start, end }) => (start === end ? `${start}` : `${start}-${end}`)).join(' and ')
    return {
      at: step.at,
      message: `EXPOSE names ${text}, and \`${first.words}\` (line ${first.step.line}) serves ${first.port}`,
      hint: `write EXPOSE ${first.port}`,
      related: [{ note: 'the port that is served', at: first.step.at }],
      evidence: { port: first.port, exposed: text },
    }
  })
}
