import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { builtStages, credentialArguments, type CredentialPair } from '../queries/credential-pairs.ts'
import { argumentFix } from '../repairs/mount-secret.ts'

/** Arguments stand in the history of an image and of its cache. */
export const secretInArg: Pitfall = {
  id: 'secret-in-arg',
  summary:
    'Credentials reach a build as secret mounts, not as arguments: arguments are kept in the history and in caches',
  severity: 'error',
  level: 'static',
  profiles: ['decision', 'security', 'production'],
  peers: { hadolint: ['DL3064'], trivy: ['DS-0031'], dockle: ['CIS-DI-0010'], buildkit: ['SecretsUsedInArgOrEnv'] },
  find: (facts) =>
    builtStages(facts).flatMap((stage) => credentialArguments(facts, stage).map((pair) => toHit(facts, pair))),
}

function toHit(facts: Facts, { pair: { name }, what, at, step }: CredentialPair): PitfallHit {
  const fix = argumentFix(facts, step, name)
  const kept = facts.final.chain.includes(step.stage)
    ? 'the history of the image'
    : `the build cache of stage \`${step.stage.label}\`, and wherever that is exported`
  const holds = what === 'its name says so' ? 'a credential' : what
  const mount = `--mount=type=secret,id=${name.toLowerCase()},env=${name},required=true`
  return {
    at,
    message: `ARG \`${name}\` carries ${holds}: its value stays in ${kept}`,
    hint: `take the ARG away, write \`RUN ${mount} …\` and build with \`--secret id=${name.toLowerCase()},env=${name}\``,
    evidence: { name },
    ...(fix === undefined ? {} : { fixes: [fix] }),
  }
}
