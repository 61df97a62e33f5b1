import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { builtStages, type CredentialPair, credentialVariables } from '../queries/credential-pairs.ts'

/** Variables stand in the configuration of an image, for everybody who has it. */
export const secretInEnv: Pitfall = {
  id: 'secret-in-env',
  summary:
    'Credentials are given to containers when they start, not stored in ENV: everybody who has the image can read them',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'security', 'production'],
  peers: { hadolint: ['DL3064'], trivy: ['DS-0031'], dockle: ['CIS-DI-0010'], buildkit: ['SecretsUsedInArgOrEnv'] },
  find: (facts) => builtStages(facts).flatMap((stage) => credentialVariables(stage).map((pair) => toHit(facts, pair))),
}

function toHit({ final }: Facts, { pair: { name }, what, from, at, step }: CredentialPair): PitfallHit {
  const isFinal = final.chain.includes(step.stage)
  const place = isFinal ? 'the configuration of the image' : `stage \`${step.stage.label}\` and its build cache`
  const isArgument = from !== undefined && step.before.declaredArgs.has(from)
  const stores =
    from === undefined
      ? `stores ${what === 'its name says so' ? 'a credential' : what} in ${place}`
      : isArgument
        ? `copies the argument \`${from}\` into ${place}`
        : `stores \`${from}\` as it is during the build in ${place}: the credential, or nothing when it is not set`
  return {
    at,
    message: `ENV \`${name}\` ${stores}`,
    hint: isFinal
      ? `leave it out, and set \`${name}\` when a container starts (or mount a file and name it in \`${name}_FILE\`)`
      : `leave it out, and give it to the RUN that needs it: \`--mount=type=secret,id=${name.toLowerCase()},env=${name}\``,
    evidence: { name },
  }
}
