import { SlipwayError } from '../../core/index.ts'
import { type Challenge, parseChallenges } from './challenge.ts'
import type { Credentials } from './credentials.ts'
import { isLoopback } from './endpoint.ts'
import { statusFailure } from './wire-error.ts'

/** What a request may do, in the words of the token protocol: `repository:library/debian:pull`. */
export type Scope = readonly string[]

export interface AuthorizerPorts {
  readonly credentials: (registry: string) => Promise<Credentials | undefined>
  /** Sends one request, with retries and redirects but without authorization, and reads its text. */
  readonly ask: (request: TokenRequest) => Promise<{ readonly status: number; readonly text: string }>
}

export interface TokenRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly form?: string
}

export interface Authorizer {
  /** The Authorization header that worked last for this registry and scope. */
  known(registry: string, scope: Scope): Promise<string | undefined>
  /**
   * A header that answers the challenge; `refused` is the one that was just turned down. Requests that meet the same
   * challenge at once share one token. Undefined when there is nothing (else) to offer.
   */
  answer(
    target: { registry: string; scope: Scope },
    challenge: string,
    refused: string | undefined,
  ): Promise<string | undefined>
}

/** Anonymous and credentialed access by https://distribution.github.io/distribution/spec/auth/token/ or RFC 7617 (Basic). */
export function createAuthorizer(ports: AuthorizerPorts): Authorizer {
  const headers = new Map<string, Promise<string | undefined>>()
  return {
    known: async (registry, scope) => headers.get(keyOf(registry, scope)),
    async answer({ registry, scope }, challenge, refused) {
      const key = keyOf(registry, scope)
      const current = await headers.get(key)
      if (current !== undefined && current !== refused) return current
      const next = obtain(ports, { registry, scope, challenge })
      headers.set(key, next)
      next.catch(() => headers.delete(key))
      const header = await next
      return header === refused ? undefined : header
    },
  }
}

function keyOf(registry: string, scope: Scope): string {
  return [registry, ...scope].join(' ')
}

async function obtain(
  ports: AuthorizerPorts,
  target: { readonly registry: string; readonly scope: Scope; readonly challenge: string },
): Promise<string | undefined> {
  const challenges = parseChallenges(target.challenge)
  const bearer = challenges.find((challenge) => challenge.scheme === 'bearer')
  const credentials = await ports.credentials(target.registry)
  if (bearer !== undefined) return `Bearer ${await fetchToken(ports, { ...target, bearer, credentials })}`
  const basic = challenges.some((challenge) => challenge.scheme === 'basic')
  return basic && credentials?.kind === 'password' ? basicHeader(credentials) : undefined
}

interface TokenCase {
  readonly registry: string
  readonly scope: Scope
  readonly bearer: Challenge
  readonly credentials: Credentials | undefined
}

async function fetchToken(ports: AuthorizerPorts, wanted: TokenCase): Promise<string> {
  const realm = realmOf(wanted)
  const { status, text } = await ports.ask(tokenRequest(realm, wanted))
  if (status !== 200) throw statusFailure(status === 404 ? 403 : status, `a token for ${wanted.registry}`, undefined)
  const token = tokenIn(text)
  if (token === undefined)
    throw new SlipwayError('registry-bad-answer', `${realm.host} gave no token for ${wanted.registry}`)
  return token
}

/** Credentials are sent to the realm, so it must not be an address that anybody on the way can read. */
function realmOf({ bearer, registry, credentials }: TokenCase): URL {
  const text = bearer.parameters['realm'] ?? ''
  if (!URL.canParse(text))
    throw new SlipwayError('registry-bad-answer', `${registry} asks for a token but does not say where to get it`)
  const realm = new URL(text)
  const plain = realm.protocol === 'http:' && !isLoopback(realm.host)
  if ((realm.protocol !== 'https:' && realm.protocol !== 'http:') || (plain && credentials !== undefined)) {
    throw new SlipwayError(
      'registry-bad-answer',
      `${registry} wants credentials sent to ${realm.protocol}//${realm.host}, which is not safe`,
    )
  }
  return realm
}

function tokenRequest(realm: URL, { bearer, scope, credentials }: TokenCase): TokenRequest {
  const service = bearer.parameters['service']
  const scopes = scope.length > 0 ? scope : (bearer.parameters['scope'] ?? '').split(' ').filter((part) => part !== '')
  if (credentials?.kind === 'refresh-token') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'slipway',
      refresh_token: credentials.token,
    })
    if (service !== undefined) form.set('service', service)
    form.set('scope', scopes.join(' '))
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return { method: 'POST', url: realm, headers, form: form.toString() }
  }
  if (service !== undefined) realm.searchParams.set('service', service)
  for (const part of scopes) realm.searchParams.append('scope', part)
  const headers = credentials === undefined ? {} : { authorization: basicHeader(credentials) }
  return { method: 'GET', url: realm, headers }
}

function tokenIn(text: string): string | undefined {
  try {
    const { token, access_token } = JSON.parse(text) as { token?: unknown; access_token?: unknown }
    const found = [token, access_token].find((value) => typeof value === 'string' && value !== '')
    return typeof found === 'string' ? found : undefined
  } catch {
    return undefined
  }
}

function basicHeader({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
