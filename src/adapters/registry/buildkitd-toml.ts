import { badAddress, certificateAt, fieldsOf, isTable, trustOf } from './host-fields.ts'
import { defaultHost, type HostTrust, type RegistryHost } from './registry-host.ts'
import type { TomlFile, TomlTable } from './toml-file.ts'

/**
 * The hosts of a registry by a `buildkitd.toml`: its mirrors, then itself; undefined when the file says nothing about it.
 * https://docs.docker.com/build/buildkit/toml-configuration/
 */
export async function decodeBuildkitToml(
  file: TomlFile,
  registry: string,
): Promise<readonly RegistryHost[] | undefined> {
  const tables = registryTables(file)
  const own = tables[registry]
  if (own === undefined) return undefined
  const fields = fieldsOf(file, own, ['registry', registry])
  const mirrors: RegistryHost[] = []
  for (const mirror of fields.texts('mirrors')) {
    const [, scheme, server = '', path = ''] = /^(https?:\/\/)?([^/]+)(.*)$/.exec(mirror) ?? []
    if (!URL.canParse(`https://${server}`)) throw fields.bad('mirrors', badAddress(mirror))
    const host = await buildkitHost(file, server, tables[server] ?? {})
    const api = (scheme === undefined ? host.api : `${scheme}${server}/v2`) + path.replace(/\/+$/, '')
    mirrors.push({ ...host, api, capabilities: ['pull', 'resolve'], mirrorOf: registry })
  }
  return [...mirrors, await buildkitHost(file, registry, own)]
}

/** The tables of `[registry."NAME"]` in a buildkitd.toml. */
function registryTables(file: TomlFile): Readonly<Record<string, TomlTable>> {
  const tables = fieldsOf(file, file.root, []).table('registry')
  for (const [name, table] of Object.entries(tables))
    if (!isTable(table)) throw file.bad(['registry', name], `registry."${name}" must be a table`)
  return tables as Readonly<Record<string, TomlTable>>
}

async function buildkitHost(file: TomlFile, name: string, table: TomlTable): Promise<RegistryHost> {
  const fields = fieldsOf(file, table, ['registry', name])
  const authorities: string[] = []
  for (const path of fields.texts('ca')) authorities.push(await certificateAt(fields, 'ca', path))
  const identities: HostTrust['identities'][number][] = []
  for (const pair of [fields.raw('keypair') ?? []].flat(1) as readonly unknown[]) {
    const { cert, key } = (isTable(pair) ? pair : {}) as TomlTable
    if (typeof cert !== 'string' || typeof key !== 'string')
      throw fields.bad('keypair', 'a keypair must have key and cert')
    identities.push({
      certificate: await certificateAt(fields, 'keypair', cert),
      key: await fields.read('keypair', key),
    })
  }
  const skipVerify = fields.flag('insecure')
  const trust = trustOf({ authorities, identities, skipVerify })
  const host = defaultHost(name)
  const plain = host.api.replace(/^https:/, 'http:')
  const secured = host.api.replace(/^http:/, 'https:')
  if (fields.flag('http')) return { ...host, api: plain }
  if (trust === undefined) return host
  return { ...host, api: secured, trust, ...(skipVerify ? { plainApi: plain } : {}) }
}
