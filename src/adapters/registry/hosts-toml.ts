import { defaultHost, type HostCapability, type HostTrust, type RegistryHost, serverOf } from './registry-host.ts'
import { badAddress, certificateAt, type Fields, fieldsOf, isTable, trustOf } from './host-fields.ts'
import type { TomlFile } from './toml-file.ts'

/**
 * The hosts of a registry by a `hosts.toml`, mirrors in the order of the file and the server last:
 * https://github.com/containerd/containerd/blob/main/docs/hosts.md. Keys that are not known are left to containerd.
 */
export async function decodeHostsToml(file: TomlFile, registry: string): Promise<readonly RegistryHost[]> {
  const root = fieldsOf(file, file.root, [])
  const mirrors: RegistryHost[] = []
  for (const [address, table] of Object.entries(root.table('host'))) {
    if (!isTable(table)) throw file.bad(['host', address], `host."${address}" must be a table`)
    const fields = fieldsOf(file, table, ['host', address])
    mirrors.push({
      ...(await hostAt(address, fields, () => file.bad(['host', address], badAddress(address)))),
      mirrorOf: registry,
    })
  }
  const server = root.text('server')
  const own = defaultHost(registry)
  const origin = await hostAt(server ?? own.api, root, () => root.bad('server', badAddress(server ?? '')))
  const isItself = new URL(origin.api).host === new URL(own.api).host
  return [...mirrors, isItself ? origin : { ...origin, mirrorOf: registry }]
}

async function hostAt(address: string, fields: Fields, bad: () => Error): Promise<RegistryHost> {
  const api = apiAt(address, fields.flag('override_path'))
  if (api === undefined) throw bad()
  const trust = trustOf(await trustIn(fields))
  return {
    api,
    capabilities: capabilitiesIn(fields),
    headers: headersIn(fields),
    ...(trust === undefined ? {} : { trust }),
  }
}

/** `/v2` comes after the path of the address, unless that is the root of the API already. */
function apiAt(address: string, isWhole: boolean): string | undefined {
  const text = /^https?:\/\//.test(address) ? address : `https://${address}`
  if (address === '' || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.host === 'docker.io') url.host = serverOf('docker.io')
  const path = url.pathname.replace(/\/+$/, '')
  const root = url.origin + path
  return isWhole || path.endsWith('/v2') ? root : `${root}/v2`
}

function capabilitiesIn(fields: Fields): readonly HostCapability[] {
  const named = fields.texts('capabilities').map((name) => name.toLowerCase())
  const known: readonly HostCapability[] = ['pull', 'resolve', 'push']
  const unknown = named.find((name) => !(known as readonly string[]).includes(name))
  if (unknown !== undefined)
    throw fields.bad('capabilities', `there is no capability ${unknown}, only pull, resolve and push`)
  return named.length === 0 ? known : known.filter((name) => named.includes(name))
}

function headersIn(fields: Fields): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(fields.table('header'))) {
    const values = [value].flat()
    if (!values.every((part) => typeof part === 'string') || !/^[\w!#$%&'*+.^`|~-]+$/.test(name))
      throw fields.bad('header', `the header ${name} must be a string or a list of strings`)
    headers[name.toLowerCase()] = values.join(', ')
  }
  return headers
}

async function trustIn(fields: Fields): Promise<HostTrust> {
  const authorities: string[] = []
  for (const path of fields.texts('ca')) authorities.push(await certificateAt(fields, 'ca', path))
  const identities: HostTrust['identities'][number][] = []
  for (const [certificate, key] of pairsIn(fields)) {
    identities.push({
      certificate: await certificateAt(fields, 'client', certificate),
      key: await fields.read('client', key === '' ? certificate : key),
    })
  }
  return { authorities, identities, skipVerify: fields.flag('skip_verify') }
}

/** A file with both, several of them, or pairs of certificate and key. */
function pairsIn(fields: Fields): readonly (readonly [string, string])[] {
  const listed = [fields.raw('client') ?? []].flat(1) as readonly unknown[]
  return listed.map((entry): readonly [string, string] => {
    if (typeof entry === 'string') return [entry, '']
    const [certificate, key] = Array.isArray(entry) && entry.length === 2 ? (entry as readonly unknown[]) : []
    if (typeof certificate === 'string' && typeof key === 'string') return [certificate, key]
    throw fields.bad('client', 'client must be a file, a list of files, or a list of pairs of certificate and key')
  })
}
