import { goInfoPart, holdsGoInfo } from '../inventory/index.ts'
import { packageHint } from './hints.ts'
import type { Root } from './root.ts'
import type { Walk } from './walk.ts'

type Place = Pick<Walk, 'root' | 'findings'>

/** Where the TLS libraries of Linux look for the certificates of authorities: Go's list, which holds those of OpenSSL and GnuTLS. */
const bundles: readonly string[] = [
  'etc/ssl/certs/ca-certificates.crt',
  'etc/pki/tls/certs/ca-bundle.crt',
  'etc/ssl/ca-bundle.pem',
  'etc/pki/tls/cacert.pem',
  'etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  'etc/ssl/cert.pem',
  'etc/pki/tls/cert.pem',
]

/** Certificates that belong to no authority: Debian's own key for tests. */
const notAuthorities = /snakeoil|^ssl-cert/

/** More of a program is not searched. */
const largestProgram = 1 << 28

/** Says which programs check certificates of servers where the image has no authorities to trust. */
export function checkTrust({ root, findings }: Place, env: Readonly<Record<string, string>>): void {
  const { view } = root.image
  const isThere = (path: string): boolean => (root.find(path)?.node.size ?? 0) > 0
  if (bundles.some(isThere)) return
  if (env.SSL_CERT_FILE !== undefined || env.SSL_CERT_DIR !== undefined) return
  const directory = root.find('etc/ssl/certs')?.path
  if (directory !== undefined && view.names(directory).some((name) => !notAuthorities.test(name))) return
  for (const path of findings.closure().reached) {
    const why = clientIn(path, (texts) => searchProgram(root, path, texts))
    if (why === undefined) continue
    findings.gap({
      kind: 'certificates',
      severity: 'warning',
      message: `${why}, and the image has no certificates of authorities: its HTTPS requests fail`,
      file: path,
      needs: '/etc/ssl/certs/ca-certificates.crt',
      hint: packageHint(root, 'ca-certificates') ?? copyHint,
    })
    return
  }
}

const copyHint =
  'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ (from a stage that has the package ca-certificates)'

/**
 * Why a file is sure to contain a client that checks certificates. The linker of Go leaves out functions that nobody calls: a
 * program that only serves has no `(*Client).do`.
 */
function clientIn(path: string, has: (texts: readonly string[]) => string | undefined): string | undefined {
  if (/\/libcurl(?:-gnutls)?\.so/.test(path)) return `/${path} makes HTTPS requests`
  const found = has(['net/http.(*Client).do', 'crypto/tls.(*Dialer).DialContext', 'crypto/tls.DialWithDialer'])
  return found === undefined ? undefined : `the Go program /${path} contains an HTTPS client`
}

/** The first of some texts that a Go program contains; undefined for other files, and for those that bring authorities themselves. */
function searchProgram(root: Root, path: string, texts: readonly string[]): string | undefined {
  const elf = root.elf(path)
  const part = elf === undefined ? undefined : goInfoPart(elf)
  const info = part === undefined ? undefined : root.image.read(path, part)
  if (info === undefined || !holdsGoInfo(info)) return undefined
  const bytes = root.bytes(path, largestProgram)
  if (bytes === undefined || bytes.includes('x509roots/fallback')) return undefined
  return texts.find((text) => bytes.includes(text))
}

const zoneDirectories = ['usr/share/zoneinfo', 'share/zoneinfo', 'etc/zoneinfo', 'usr/lib/zoneinfo']

/** Programs with zones of their own. */
const bringsZones = /(?:^|\/)(?:node|nodejs|java|deno|bun)$/

/** `TZ` that names a zone whose file is not there: times are UTC then. */
export function checkTimeZone({ root, findings }: Place, env: Readonly<Record<string, string>>): void {
  const zone = (env.TZ ?? '').replace(/^:/, '')
  // `CET-1CEST` tells the rules itself.
  if (!/^[A-Z][A-Za-z_]+\/[\w/+-]+$/.test(zone)) return
  if (zoneDirectories.some((directory) => root.find(`${directory}/${zone}`) !== undefined)) return
  const { reached } = findings.closure()
  if ([...reached].some((path) => bringsZones.test(path))) return
  if ([...reached].some((path) => searchProgram(root, path, ['time/tzdata.']) !== undefined)) return
  findings.gap({
    kind: 'time-zones',
    severity: 'warning',
    message: `TZ is ${zone}, and the image has no file of that time zone: times are UTC`,
    instruction: 'ENV',
    needs: `/usr/share/zoneinfo/${zone}`,
    hint:
      packageHint(root, 'tzdata') ??
      'COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo (from a stage that has the package tzdata)',
  })
}
