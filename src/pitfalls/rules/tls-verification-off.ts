import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { runCommands } from '../queries/run-commands.ts'
import { placeOf } from '../queries/steps.ts'
import { unverifiedBy, unverifiedVariable } from '../queries/unverified-tls.ts'

/** Anybody on the way may answer. */
export const tlsVerificationOff: Pitfall = {
  id: 'tls-verification-off',
  summary: 'Certificates and signatures are verified: else anybody on the way decides what becomes part of the image.',
  severity: 'warning',
  level: 'static',
  profiles: ['security', 'production'],
  peers: {},
  find: (facts) => [...fromCommands(facts), ...fromVariables(facts)],
}

const hint = 'leave it out; install ca-certificates, or bring the certificate of your authority and name it to the tool'

function fromCommands(facts: Facts): readonly PitfallHit[] {
  return runCommands(facts).flatMap(({ step, command }) => {
    const written = unverifiedBy(command)
    if (written === undefined) return []
    return [
      {
        at: placeOf(step, { command }),
        message: `${written} takes whatever the network answers`,
        hint,
        evidence: { written },
      },
    ]
  })
}

function fromVariables({ stages, final }: Facts): readonly PitfallHit[] {
  const shipped = new Set<StepModel>(final.history)
  return stages
    .flatMap(({ steps }) => steps)
    .filter(({ kind, trigger }) => (kind === 'ENV' || kind === 'ARG') && !trigger)
    .flatMap((step) =>
      step.pairs.flatMap(({ name, value }) => {
        const written = unverifiedVariable(name, value)
        if (written === undefined) return []
        const reach = step.kind === 'ENV' && shipped.has(step) ? ', in this build and in every container' : ''
        return [
          {
            at: step.at,
            message: `${written} takes whatever the network answers${reach}`,
            hint,
            evidence: { written },
          },
        ]
      }),
    )
}
