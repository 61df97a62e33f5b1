import type { PipelineBuild } from '../../project/index.ts'
import type { Pitfall } from '../pitfall.ts'
import { namesCredential } from '../../project/index.ts'
import { namesIn } from '../queries/credential-pairs.ts'
import { credentialIn, isNoCredential } from '../queries/credential-values.ts'
import { outsideBuilds } from '../queries/outside-builds.ts'

/** The value is in the history of the image, in the caches and in the command line that logs show. */
export const ciSecretBuildArg: Pitfall = {
  id: 'ci-secret-build-arg',
  summary:
    'Pipelines and compose files pass credentials as secrets of the build, not as build arguments, which images and caches keep',
  severity: 'error',
  level: 'context',
  profiles: ['decision', 'security', 'production'],
  peers: {},
  find: (facts) =>
    outsideBuilds(facts).flatMap(({ args, argAt, what }) =>
      args.filter(isCredential).map(({ name, span }) => ({
        at: argAt(span),
        message: `${what} passes a credential as the build argument \`${name}\``,
        hint: `pass it as a secret: \`--secret id=${name.toLowerCase()},env=${name}\` (\`secrets:\` of an action or a compose file), and mount it in the RUN that needs it: \`--mount=type=secret,id=${name.toLowerCase()},env=${name}\``,
        evidence: { name },
      })),
    ),
}

type Argument = PipelineBuild['buildArgs'][number]

function isCredential({ name, value }: Argument): boolean {
  if (value === undefined) return namesCredential(name)
  if (credentialIn(value) !== undefined) return true
  const stored = [...value.matchAll(/\bsecrets\.([A-Za-z_]\w*)|\bsecrets\[['"]([\w-]+)['"]\]/g)].map(
    ([, dot, index]) => dot ?? index ?? '',
  )
  // Secrets of a pipeline also hold hosts and names of users, to have them in one place.
  if (stored.some((secret) => namesCredential(secret) || (!isPlain(secret) && !isPlain(name)))) return true
  if (namesIn(value).some((variable) => namesCredential(variable))) return true
  return namesCredential(name) && !isNoCredential(value)
}

function isPlain(name: string): boolean {
  return /(?:^|_)(?:url|uri|host|hostname|user|username|login|region|id|name|version|registry|domain|email|endpoint|port|project|bucket|dsn|org|organi[sz]ation|account|environment|env|public_key|site_key|stage|tag)$/i.test(
    name,
  )
}
