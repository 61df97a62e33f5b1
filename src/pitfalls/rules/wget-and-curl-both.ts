import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { actionsIn, placeOf, runSteps } from '../queries/steps.ts'

/** Two programs for one purpose. */
export const wgetAndCurlBoth: Pitfall = {
  id: 'wget-and-curl-both',
  summary: 'One program for downloads is enough for an image.',
  severity: 'info',
  level: 'static',
  profiles: [],
  optIn: true,
  peers: { hadolint: ['DL4001'], trivy: ['DS-0014'] },
  find: ({ stages }) => stages.flatMap(({ steps }) => inSteps(steps)),
}

function inSteps(steps: Facts['stages'][number]['steps']): readonly PitfallHit[] {
  const uses = runSteps(steps).flatMap((step) =>
    step.command.script.commands.flatMap((command) =>
      command.program === 'wget' || command.program === 'curl' ? [{ step, command, name: command.program }] : [],
    ),
  )
  const installs = actionsIn(steps, 'install').flatMap(({ step, action }) =>
    action.packages.flatMap(({ name }) =>
      action.scope === 'system' && (name === 'wget' || name === 'curl')
        ? [{ step, command: action.command, name }]
        : [],
    ),
  )
  const all = [...installs, ...uses].sort((a, b) => a.command.span.start - b.command.span.start)
  const [first] = all
  const other = all.find(({ name }) => name !== first?.name)
  if (first === undefined || other === undefined) return []
  return [
    {
      at: placeOf(other.step, other),
      message: `${other.name} is used beside ${first.name} (line ${first.step.line})`,
      hint: `write both with ${first.name}: curl -fsSLo FILE URL and wget -qO FILE URL do the same`,
      evidence: { first: first.name, second: other.name },
    },
  ]
}
