import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import { isCertificate, trustOf } from './host-fields.ts'
import { defaultHost, type HostTrust, type RegistryHost } from './registry-host.ts'

/**
 * What docker makes of the directory of a registry: `*.crt` are authorities, `NAME.cert` with `NAME.key` says who we are.
 * https://docs.docker.com/engine/security/certificates/ Undefined when it has none of them.
 */
export async function readCertificateDirectory(directory: string, registry: string): Promise<RegistryHost | undefined> {
  const names = (await readdir(directory)).sort()
  const named = (ending: string): readonly string[] => names.filter((name) => name.endsWith(ending))
  const lone = named('.key').find((name) => !names.includes(name.replace(/key$/, 'cert')))
  if (lone !== undefined)
    throw new SlipwayError(
      'config-invalid',
      `${join(directory, lone)} has no certificate ${lone.replace(/key$/, 'cert')} beside it`,
    )
  const authorities = await Promise.all(named('.crt').map((name) => readCertificate(join(directory, name))))
  const identities: HostTrust['identities'][number][] = []
  for (const name of named('.cert')) {
    const certificate = await readCertificate(join(directory, name))
    identities.push({ certificate, key: await readWhole(join(directory, name.replace(/cert$/, 'key'))) })
  }
  const trust = trustOf({ authorities, identities, skipVerify: false })
  if (trust === undefined) return undefined
  // Certificates are of no use for plain HTTP, not even on this machine.
  const host = defaultHost(registry)
  return { ...host, api: host.api.replace(/^http:/, 'https:'), trust }
}

async function readCertificate(path: string): Promise<string> {
  const pem = await readWhole(path)
  if (!isCertificate(pem)) throw new SlipwayError('config-invalid', `${path} holds no certificate`)
  return pem
}

async function readWhole(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new SlipwayError('config-invalid', `${path} cannot be read (${(cause as { code?: string }).code})`, { cause })
  }
}
