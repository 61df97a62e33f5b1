import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TokenServer {
  /** For the `auth` of a docker-registry. */
  readonly auth: object
  /** The scopes that were asked for, in order, and who asked. */
  readonly asked: readonly { readonly user: string | undefined; readonly scopes: readonly string[] }[]
  close(): Promise<void>
}

/**
 * Hands out tokens as https://distribution.github.io/distribution/spec/auth/jwt/ says. Everybody may pull, `login` may
 * also push. `certificate` and `key` are PEM files of an EC key on P-256.
 */
export async function startTokenServer(options: {
  readonly certificate: string
  readonly key: string
  readonly login: { readonly username: string; readonly password: string }
}): Promise<TokenServer> {
  const { username, password } = options.login
  const asked: { user: string | undefined; scopes: readonly string[] }[] = []
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://x')
    const login = loginIn(request)
    const isKnown = login === `${username}:${password}`
    if (login !== undefined && !isKnown) return void response.writeHead(401).end()
    const scopes = searchParams.getAll('scope')
    asked.push({ user: isKnown ? username : undefined, scopes })
    const access = scopes.map((scope) => {
      const [type = '', name = '', actions = ''] = scope.split(':')
      return { type, name, actions: actions.split(',').filter((action) => isKnown || action === 'pull') }
    })
    response.end(JSON.stringify({ token: tokenFor(access, options) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
  const token = { realm, service: 'test', issuer: 'slipway tests', rootcertbundle: options.certificate }
  return { auth: { token }, asked, close: () => new Promise((resolve) => server.close(() => resolve())) }
}

function loginIn({ headers }: IncomingMessage): string | undefined {
  const encoded = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1]
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString()
}

function tokenFor(access: readonly object[], files: { readonly certificate: string; readonly key: string }): string {
  const now = Math.floor(Date.now() / 1000)
  const certificate = new X509Certificate(readFileSync(files.certificate)).raw.toString('base64')
  const claims = {
    iss: 'slipway tests',
    sub: '',
    aud: 'test',
    iat: now - 10,
    nbf: now - 10,
    exp: now + 300,
    jti: randomUUID(),
    access,
  }
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${encode({ typ: 'JWT', alg: 'ES256', x5c: [certificate] })}.${encode(claims)}`
  const key = { key: createPrivateKey(readFileSync(files.key)), dsaEncoding: 'ieee-p1363' } as const
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}
