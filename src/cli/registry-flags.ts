import path from 'node:path'
import type { SessionRegistry } from '../app/index.ts'
import type { CommandContext } from './command.ts'
import type { FlagSpec, ParsedInput } from './flags.ts'

/** Flags of every command that may talk to a registry. */
export const registryFlags: readonly FlagSpec[] = [
  {
    name: 'registry-config',
    kind: 'string',
    value: 'DIRECTORY|FILE',
    summary: 'Mirrors and certificates of registries: like certs.d of containerd or docker, or like buildkitd.toml',
    env: ['SLIPWAY_REGISTRY_CONFIG'],
  },
  {
    name: 'tls-verify',
    kind: 'bool',
    summary: 'Verify registries; with =false take any certificate, and plain HTTP where there is no TLS',
    default: 'true',
  },
]

/** Where the logins are. */
export const authfileFlag: FlagSpec = {
  name: 'authfile',
  kind: 'string',
  value: 'FILE',
  summary: 'Where logins are kept, in place of the configuration of docker',
  env: ['REGISTRY_AUTH_FILE'],
  completes: 'file',
}

/** What those flags say about how registries are reached. */
export function registryOptions(
  { cwd }: Pick<CommandContext, 'cwd'>,
  { flags, command }: ParsedInput,
): SessionRegistry {
  const has = (name: string): boolean => command.flags.some((flag) => flag.name === name)
  const config = has('registry-config') ? flags.text('registry-config') : undefined
  return {
    ...(config === undefined || config === '' ? {} : { config: path.resolve(cwd, config) }),
    ...(has('tls-verify') && !flags.bool('tls-verify') ? { insecure: 'all' as const } : {}),
  }
}
