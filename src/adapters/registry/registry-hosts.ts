import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import { decodeBuildkitToml } from './buildkitd-toml.ts'
import { readCertificateDirectory } from './certificate-directory.ts'
import { decodeHostsToml } from './hosts-toml.ts'
import { defaultHost, type HostTrust, type RegistryHost } from './registry-host.ts'
import { readTomlFile } from './toml-file.ts'

export interface HostFacts {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** A directory like containerd's `certs.d` or a file like `buildkitd.toml`, and nothing else is read. */
  readonly config?: string
  /** Where the machine's own configuration lies; `/etc` when absent. */
  readonly etc?: string
  /** Registries of which nothing is verified; `all` for every one. */
  readonly insecure?: readonly string[] | 'all'
}

/** Which servers answer for a registry, mirrors first, the registry itself last; never empty. Rejects with `config-invalid`. */
export type FindHosts = (registry: string) => Promise<readonly RegistryHost[]>

/** Reads configuration when a registry is first asked for, and only what speaks of it. */
export function findHostsBy(facts: HostFacts): FindHosts {
  const known = new Map<string, Promise<readonly RegistryHost[]>>()
  return (registry) => {
    const found = known.get(registry) ?? hostsOf(facts, registry)
    known.set(registry, found)
    return found
  }
}

async function hostsOf(facts: HostFacts, registry: string): Promise<readonly RegistryHost[]> {
  const hosts = (await configuredHosts(facts, registry)) ?? [defaultHost(registry)]
  const isInsecure = facts.insecure === 'all' || facts.insecure?.includes(registry) === true
  return isInsecure ? hosts.map(unverified) : hosts
}

const unverifiedTrust: HostTrust = { authorities: [], identities: [], skipVerify: true }

/** The same host without verification: HTTPS with whoever answers, else plain HTTP, as docker and BuildKit try them. */
export function unverified(host: RegistryHost): RegistryHost {
  const { api, trust } = host
  if (!api.startsWith('https:')) return host
  return {
    ...host,
    trust: trust === undefined ? unverifiedTrust : { ...trust, skipVerify: true },
    plainApi: api.replace(/^https:/, 'http:'),
  }
}

interface Place {
  readonly kind: 'directory' | 'file'
  readonly path: string
}

/** The first place that speaks of the registry decides; `_default` counts when none does. */
async function configuredHosts(facts: HostFacts, registry: string): Promise<readonly RegistryHost[] | undefined> {
  const places = await placesOf(facts)
  for (const { kind, path } of places) {
    const hosts =
      kind === 'file' ? await fromFile(path, registry) : await fromDirectory(path, registry, directoryNames(registry))
    if (hosts !== undefined) return hosts
  }
  for (const { kind, path } of places) {
    const hosts = kind === 'directory' ? await fromDirectory(path, registry, ['_default']) : undefined
    if (hosts !== undefined) return hosts
  }
  return undefined
}

async function placesOf({ env, home, config, etc = '/etc' }: HostFacts): Promise<readonly Place[]> {
  const chosen = config ?? env['SLIPWAY_REGISTRY_CONFIG']
  if (chosen !== undefined && chosen !== '') return [await chosenPlace(chosen)]
  const own = env['XDG_CONFIG_HOME']
  const user = own === undefined || own === '' ? join(home, '.config') : own
  return [
    { kind: 'directory', path: join(user, 'slipway/certs.d') },
    { kind: 'file', path: join(user, 'slipway/registries.toml') },
    { kind: 'directory', path: join(user, 'docker/certs.d') },
    { kind: 'file', path: join(user, 'buildkit/buildkitd.toml') },
    { kind: 'directory', path: join(etc, 'slipway/certs.d') },
    { kind: 'file', path: join(etc, 'slipway/registries.toml') },
    { kind: 'directory', path: join(etc, 'containerd/certs.d') },
    { kind: 'directory', path: join(etc, 'docker/certs.d') },
    { kind: 'file', path: join(etc, 'buildkit/buildkitd.toml') },
  ]
}

async function chosenPlace(path: string): Promise<Place> {
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined) return { kind: found.isDirectory() ? 'directory' : 'file', path }
  throw new SlipwayError('config-invalid', `there is no registry configuration ${path}`, {
    hint: '--registry-config and SLIPWAY_REGISTRY_CONFIG name a directory like certs.d or a file like buildkitd.toml',
  })
}

async function fromFile(path: string, registry: string): Promise<readonly RegistryHost[] | undefined> {
  const file = await readTomlFile(path)
  return file === undefined ? undefined : decodeBuildkitToml(file, registry)
}

/** containerd cannot have colons in names everywhere, so it also looks for `host_port_`. */
function directoryNames(registry: string): readonly string[] {
  const colon = registry.lastIndexOf(':')
  return colon < 0 ? [registry] : [`${registry.slice(0, colon)}_${registry.slice(colon + 1)}_`, registry]
}

async function fromDirectory(
  root: string,
  registry: string,
  names: readonly string[],
): Promise<readonly RegistryHost[] | undefined> {
  for (const name of names) {
    const directory = join(root, name)
    const found = await stat(directory).catch(() => undefined)
    if (found?.isDirectory() !== true) continue
    const file = await readTomlFile(join(directory, 'hosts.toml'))
    if (file !== undefined) return decodeHostsToml(file, registry)
    const host = await readCertificateDirectory(directory, registry)
    if (host !== undefined) return [host]
  }
  return undefined
}
