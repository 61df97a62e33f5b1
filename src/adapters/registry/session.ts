import { SlipwayError } from '../../core/index.ts'
import { type Authorizer, createAuthorizer, type Scope } from './authorizer.ts'
import { type CredentialFacts, findCredentials } from './credentials.ts'
import { createTransport, type HttpAnswer, type HttpRequest, type Transport } from './transport.ts'
import { errorDetail, isTransient, networkFailure, statusFailure } from './wire-error.ts'

export interface SessionOptions extends CredentialFacts {
  /** Tries after the first one, per request; 5 when absent. */
  readonly retries?: number
  /** Waits between tries. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>
}

export interface RegistryRequest extends HttpRequest {
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
  const authorizerFor = (repository: string): Authorizer => {
    const known = authorizers.get(repository) ?? newAuthorizer(persistent, repository, { ...options, retries, pause })
    authorizers.set(repository, known)
    return known
  }
  const send = (request: RegistryRequest): Promise<HttpAnswer> =>
    sendAuthorized(persistent, request, authorizerFor(request.repository))
  return {
    retries,
    pause,
    send,
    read: (request, limit) => readWhole(() => send(request), { retries, pause, limit, signal: request.signal }),
    close: () => transport.close(),
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
  repository: string,
  facts: CredentialFacts & Pick<ReadPolicy, 'retries' | 'pause'>,
): Authorizer {
  return createAuthorizer({
    credentials: (registry) => findCredentials(registry, repository, facts),
    async ask({ method, url, headers, form }) {
      const request = { method, url, headers, ...(form === undefined ? {} : { body: () => form }) }
      const policy = { ...facts, limit: answerLimit }
      const { answer, bytes } = await readWhole(() => followRedirects(send, request), policy)
      return { status: answer.status, text: Buffer.from(bytes).toString('utf8') }
    },
  })
}

async function sendAuthorized(send: Send, request: RegistryRequest, authorizer: Authorizer): Promise<HttpAnswer> {
  const { registry, scope } = request
  let authorization = await authorizer.known(registry, scope)
  for (let attempt = 0; ; attempt += 1) {
    const headers = { ...request.headers, ...(authorization === undefined ? {} : { authorization }) }
    const answer = await followRedirects(send, { ...request, headers })
    const challenge = answer.header('www-authenticate')
    // A host that one was merely redirected to has no business with the registry's credentials.
    const asks = answer.status === 401 && challenge !== undefined && answer.url.origin === request.url.origin
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

async function accepted(answer: HttpAnswer, request: RegistryRequest): Promise<HttpAnswer> {
  const isFine = request.accept ?? ((status: number) => status >= 200 && status < 300)
  if (isFine(answer.status)) return answer
  const detail =
    request.method === 'HEAD'
      ? undefined
      : errorDetail(Buffer.from(await collect(answer, answerLimit).catch(() => Buffer.alloc(0))).toString('utf8'))
  answer.discard()
  throw statusFailure(answer.status, request.what, detail)
}

/** GET and HEAD go where they are sent; a token goes along only to the host it was made for. */
async function followRedirects(send: Send, request: HttpRequest): Promise<HttpAnswer> {
  let current = request
  for (let hop = 0; hop <= redirectLimit; hop += 1) {
    const answer = await send(current)
    const location = answer.header('location')
    const isRedirect = [301, 302, 303, 307, 308].includes(answer.status) && location !== undefined
    if (!isRedirect || (request.method !== 'GET' && request.method !== 'HEAD')) return answer
    answer.discard()
    current = redirected(current, location)
  }
  throw new SlipwayError('registry-bad-answer', `${request.url.host} redirects more than ${redirectLimit} times`)
}

function redirected(request: HttpRequest, location: string): HttpRequest {
  if (!URL.canParse(location, request.url.href))
    throw new SlipwayError('registry-bad-answer', `${request.url.host} redirects to nowhere`)
  const url = new URL(location, request.url)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new SlipwayError('registry-bad-answer', `${request.url.host} redirects to ${url.protocol}`)
  }
  if (url.origin === request.url.origin) return { ...request, url }
  const { authorization: _, ...headers } = request.headers
  return { ...request, url, headers }
}

async function withRetries(
  transport: Transport,
  request: HttpRequest,
  policy: { readonly retries: number; readonly pause: Session['pause'] },
): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt > policy.retries || request.once === true
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
