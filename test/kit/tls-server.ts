import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import path from 'node:path'

export interface TlsServer {
  /** `https://127.0.0.1:<port>/`. */
  readonly url: string
  /** The file with the authority that signed its certificate, and nobody knows. */
  readonly authority: string
  close(): Promise<void>
}

/**
 * Starts a server on the loopback interface with an authority of its own. Writes its files into `dir`; needs openssl.
 * It says `secure` unless it is told what to answer.
 */
export async function startTlsServer(
  dir: string,
  answer: RequestListener = (_, response) => void response.end('secure'),
): Promise<TlsServer> {
  const authority = makeAuthority(dir, 'ca')
  makeCertificate(dir, 'server', 'subjectAltName=IP:127.0.0.1')
  const read = (name: string): Buffer => readFileSync(path.join(dir, name))
  const server = createServer({ key: read('server.key'), cert: read('server.pem') }, answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    authority,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Makes a certificate authority: `<name>.pem`, whose path is returned, and `<name>.key`. */
export function makeAuthority(dir: string, name: string): string {
  const extensions = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign']
  const names = ['-subj', `/CN=slipway test ${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`]
  execFileSync('openssl', ['req', '-x509', ...newKey, '-days', '2', ...extensions, ...names], {
    cwd: dir,
    stdio: 'ignore',
  })
  return path.join(dir, `${name}.pem`)
}

/** Makes `<name>.pem` and `<name>.key`, signed by the authority `ca` of the same directory. */
export function makeCertificate(dir: string, name: string, extension: string): void {
  const openssl = (...args: string[]): unknown => execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' })
  openssl('req', ...newKey, '-subj', `/CN=slipway test ${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`)
  writeFileSync(path.join(dir, `${name}.ext`), `${extension}\nbasicConstraints=CA:FALSE\n`)
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`]
  openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.pem`)
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
