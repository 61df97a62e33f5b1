import { SlipwayError } from '../../core/index.ts'
import { type Authorizer, createAuthorizer, type Scope } from './authorizer.ts'
import { type CredentialFacts, type Credentials, findCredentials } from './credentials.ts'
import { apiUrl, loginName, type RegistryHost, scopeAt } from './registry-host.ts'
import { createTransport, type HttpAnswer, type HttpRequest, type Transport } from './transport.ts'
import { errorDetail, isTransient, networkFailure, statusFailure } from './wire-error.ts'

export interface SessionOptions extends CredentialFacts {
  /** Used in place of what is configured. */
  readonly credentials?: (registry: string) => Promise<Credentials | undefined>
  /** Tries after the first one, per request; 5 when absent. */
  readonly retries?: number
  /** Waits between tries. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>
}

export interface RegistryRequest extends Omit<HttpRequest, 'url' | 'trust'> {
  readonly host: RegistryHost
  /** Below the API of the host, or an address that it gave. */
  readonly to: string | URL
  readonly registry: string
  readonly repository: string
  readonly scope: Scope
  /** What is asked for, for messages: `docker.io/library/debian:12`. */
  readonly what: string
  /** Answers that are no failure; 200 to 299 when absent. */
  readonly accept?: (status: number) => boolean
}

/** Requests to registries with everything around them: authorization, redirects, retries, errors with names. */
export interface Session {
  send(request: RegistryRequest): Promise<HttpAnswer>
  /** The whole content of an answer of at most `limit` bytes; asks again when the connection breaks within it. */
  read(request: RegistryRequest, limit: number): Promise<{ readonly answer: HttpAnswer; readonly bytes: Uint8Array }>
  /** The pause before try number `attempt` (from 1). Rejects with `cancelled`. */
  pause(attempt: number, wish: string | undefined, signal: AbortSignal | undefined): Promise<void>
  readonly retries: number
  /** Mirrors that did not answer; nobody waits for them again. */
  readonly unreachable: Set<RegistryHost>
  close(): Promise<void>
}

const redirectLimit = 10
const answerLimit = 1 << 20

export function createSession(options: SessionOptions): Session {
  const transport = createTransport(options.env)
  const retries = options.retries ?? 5
  const sleep = options.sleep ?? defaultSleep
  const pause: Session['pause'] = (attempt, wish, signal) => sleep(pauseBefore(attempt, wish), signal)
  const persistent = (request: HttpRequest): Promise<HttpAnswer> => withRetries(transport, request, { retries, pause })
  const authorizers = new Map<string, Authorizer>()
  const settled = createSettler(transport)
  const authorizerFor = ({ repository, host }: RegistryRequest): Authorizer => {
    const key = `${repository} ${host.api}`
    const known =
      authorizers.get(key) ?? newAuthorizer(persistent, { repository, host }, { ...options, retries, pause })
    authorizers.set(key, known)
    return known
  }
  const send = async (request: RegistryRequest): Promise<HttpAnswer> => {
    const host = await settled(request.host, request.signal)
    const url = typeof request.to === 'string' ? apiUrl(host, request.to) : request.to
    return sendAuthorized(persistent, { ...request, host, url, trust: host.trust }, authorizerFor(request))
  }
  return {
    retries,
    pause,
    send,
    unreachable: new Set(),
    read: (request, limit) =>
      readWhole(() => send(request), { retries: request.retries ?? retries, pause, limit, signal: request.signal }),
    close: () => transport.close(),
  }
}

/** Finds out once per host whether it speaks TLS, where that may be. */
function createSettler(
  transport: Transport,
): (host: RegistryHost, signal: AbortSignal | undefined) => Promise<RegistryHost> {
  const found = new Map<RegistryHost, RegistryHost>()
  return async (host, signal) => {
    const { plainApi } = host
    if (plainApi === undefined) return host
    const known = found.get(host)
    if (known !== undefined) return known
    let settled = host
    try {
      const probe = { method: 'GET', url: apiUrl(host, '/'), headers: {}, trust: host.trust, signal } as const
      const answer = await transport.send(probe)
      answer.discard()
    } catch (error) {
      if (error instanceof SlipwayError) throw error
      settled = { ...host, api: plainApi }
    }
    found.set(host, settled)
    return settled
  }
}

interface ReadPolicy {
  readonly retries: number
  readonly pause: Session['pause']
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}

async function readWhole(send: () => Promise<HttpAnswer>, policy: ReadPolicy): ReturnType<Session['read']> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send()
    try {
      return { answer, bytes: await collect(answer, policy.limit) }
    } catch (error) {
      answer.discard()
      if (!isTransient(error) || attempt > policy.retries) throw networkFailure(answer.url, error)
    }
    await policy.pause(attempt, undefined, policy.signal)
  }
}

async function collect(answer: HttpAnswer, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body) {
    size += chunk.length
    if (size > limit)
      throw new SlipwayError(
        'registry-bad-answer',
        `${answer.url.host} sends more than ${limit} bytes where a short document belongs`,
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

type Send = (request: HttpRequest) => Promise<HttpAnswer>

/** Podman keeps logins per repository, so each repository has its own authorizer. */
function newAuthorizer(
  send: Send,
  { repository, host }: Pick<RegistryRequest, 'repository' | 'host'>,
  facts: Pick<SessionOptions, 'env' | 'home' | 'credentials'> & Pick<ReadPolicy, 'retries' | 'pause'>,
): Authorizer {
  return createAuthorizer({
    credentials: facts.credentials ?? ((registry) => findCredentials(registry, repository, facts)),
    async ask({ method, url, headers, form }) {
      const body = form === undefined ? {} : { body: () => form }
      const request = { method, url, headers, trust: host.trust, ...body }
      const policy = { ...facts, limit: answerLimit }
      const { answer, bytes } = await readWhole(() => followRedirects(send, request), policy)
      return { status: answer.status, text: Buffer.from(bytes).toString('utf8') }
    },
  })
}

type AddressedRequest = RegistryRequest & Pick<HttpRequest, 'url' | 'trust'>

/** Credentials and headers are for the host alone: an address elsewhere, though the registry gave it, gets none. */
async function sendAuthorized(send: Send, request: AddressedRequest, authorizer: Authorizer): Promise<HttpAnswer> {
  const { host, url } = request
  const registry = loginName(host, request)
  const scope = scopeAt(host, request.scope)
  const home = new URL(host.api).origin
  const isHome = url.origin === home
  let authorization = isHome ? await authorizer.known(registry, scope) : undefined
  for (let attempt = 0; ; attempt += 1) {
    const own = isHome ? { ...host.headers, ...(authorization === undefined ? {} : { authorization }) } : {}
    const headers = { ...request.headers, ...own }
    const answer = await followRedirects(send, { ...request, headers }, Object.keys(host.headers))
    const challenge = answer.header('www-authenticate')
    const asks = answer.status === 401 && challenge !== undefined && isHome && answer.url.origin === home
    if (asks && attempt < 2) {
      const next = await authorizer.answer({ registry, scope }, challenge, authorization)
      if (next !== undefined) {
        answer.discard()
        authorization = next
        continue
      }
    }
    return accepted(answer, request)
  }
}

async function accepted(answer: HttpAnswer, request: AddressedRequest): Promise<HttpAnswer> {
  const isFine = request.accept ?? ((status: number) => status >= 200 && status < 300)
  if (isFine(answer.status)) return answer
  const detail =
    request.method === 'HEAD'
      ? undefined
      : errorDetail(Buffer.from(await collect(answer, answerLimit).catch(() => Buffer.alloc(0))).toString('utf8'))
  answer.discard()
  throw statusFailure(answer.status, request.what, detail)
}

/** GET and HEAD go where they are sent; `secrets` and the token go along only to the host they were made for. */
async function followRedirects(send: Send, request: HttpRequest, secrets: readonly string[] = []): Promise<HttpAnswer> {
  let current = request
  for (let hop = 0; hop <= redirectLimit; hop += 1) {
    const answer = await send(current)
    const location = answer.header('location')
    const isRedirect = [301, 302, 303, 307, 308].includes(answer.status) && location !== undefined
    if (!isRedirect || (request.method !== 'GET' && request.method !== 'HEAD')) return answer
    answer.discard()
    current = redirected(current, location, secrets)
  }
  throw new SlipwayError('registry-bad-answer', `${request.url.host} redirects more than ${redirectLimit} times`)
}

function redirected(request: HttpRequest, location: string, secrets: readonly string[]): HttpRequest {
  if (!URL.canParse(location, request.url.href))
    throw new SlipwayError('registry-bad-answer', `${request.url.host} redirects to nowhere`)
  const url = new URL(location, request.url)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new SlipwayError('registry-bad-answer', `${request.url.host} redirects to ${url.protocol}`)
  }
  if (url.origin === request.url.origin) return { ...request, url }
  const left = Object.entries(request.headers).filter(([name]) => name !== 'authorization' && !secrets.includes(name))
  return { ...request, url, headers: Object.fromEntries(left) }
}

async function withRetries(
  transport: Transport,
  request: HttpRequest,
  policy: { readonly retries: number; readonly pause: Session['pause'] },
): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt > (request.retries ?? policy.retries)
    let wish: string | undefined
    try {
      const answer = await transport.send(request)
      if (last || !(answer.status === 429 || (answer.status >= 500 && answer.status !== 501))) return answer
      wish = answer.header('retry-after')
      answer.discard()
    } catch (error) {
      if (last || !isTransient(error)) throw networkFailure(request.url, error)
    }
    await policy.pause(attempt, wish, request.signal)
  }
}

/** What the server wishes (at most a minute), else 0.5 s, 1 s, 2 s, … with up to a quarter more, so that clients spread. */
function pauseBefore(attempt: number, wish: string | undefined): number {
  const seconds =
    wish === undefined ? Number.NaN : /^\d+$/.test(wish) ? Number(wish) : (Date.parse(wish) - Date.now()) / 1000
  if (!Number.isNaN(seconds)) return Math.min(Math.max(seconds, 0), 60) * 1000
  return Math.min(500 * 2 ** (attempt - 1), 15_000) * (1 + Math.random() / 4)
}

function defaultSleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(new SlipwayError('cancelled', 'cancelled'))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    if (signal?.aborted === true) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}
