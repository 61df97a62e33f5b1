import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { type Certificate, parsePem, unique } from './certificates.ts'

/** The certificate authorities that this machine trusts. Plain data: it crosses to the worker. */
export interface HostTrust {
  /** Everything the machine trusts: the system bundle and the rest. */
  readonly all: readonly Certificate[]
  /** Those that no public root program brings along: added by a company or by hand. */
  readonly own: readonly Certificate[]
}

/** Where distributions keep the bundle of trusted certificates. */
export const bundlePaths: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/ca-bundle.pem',
  '/var/lib/ca-certificates/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** Variables that name a file of trusted certificates. */
const bundleVariables = [
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'PIP_CERT',
  'AWS_CA_BUNDLE',
  'CARGO_HTTP_CAINFO',
  'NIX_SSL_CERT_FILE',
  'DENO_CERT',
]

/** Where administrators put authorities of their own, one per file. */
const anchorDirectories = [
  '/usr/local/share/ca-certificates',
  '/etc/pki/ca-trust/source/anchors',
  '/etc/pki/trust/anchors',
  '/etc/ca-certificates/trust-source/anchors',
]

/** The public roots as distributions ship them; older releases hold some that Node's list has dropped. */
const publicRootPlaces = ['/usr/share/ca-certificates/mozilla', '/usr/share/pki/ca-trust-source']

/**
 * Collects the authorities that the host trusts: the first system bundle, the administrator's anchors, and the files that
 * the usual variables of `env` name. Unreadable files count as empty. `own` are all anchors and whatever else is
 * neither in Node's copy of the public (Mozilla) roots nor in the distribution's.
 */
export async function hostTrust(options: {
  readonly env: Readonly<Record<string, string | undefined>>
}): Promise<HostTrust> {
  const system = bundlePaths.map(readCertificates).find((found) => found.length > 0) ?? []
  const anchors = anchorDirectories.flatMap((directory) => filesBelow(directory).flatMap(readCertificates))
  const named = [...new Set(bundleVariables.map((name) => options.env[name] ?? ''))]
    .filter((path) => path !== '')
    .flatMap(readCertificates)
  const all = unique([...system, ...anchors, ...named])
  const anchored = new Set(anchors.map(({ sha256 }) => sha256))
  const shipped = publicRootPlaces.flatMap((place) => filesBelow(place).flatMap(readCertificates))
  const known = new Set([...parsePem(rootCertificates.join('\n')), ...shipped].map(({ sha256 }) => sha256))
  return { all, own: all.filter(({ sha256 }) => anchored.has(sha256) || !known.has(sha256)) }
}

function readCertificates(path: string): readonly Certificate[] {
  try {
    return parsePem(readFileSync(path, 'latin1'))
  } catch {
    return []
  }
}

function filesBelow(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
  } catch {
    return []
  }
}
