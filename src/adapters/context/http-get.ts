import type { Readable } from 'node:stream'
import { rootCertificates } from 'node:tls'
import { SlipwayError } from '../../core/index.ts'
import { redactUrls } from './redact.ts'

export interface HttpGetOptions {
  readonly signal: AbortSignal
  readonly headers: Readonly<Record<string, string>>
  /** Sent to the host of the URL only. */
  readonly authorization?: string
  /** Certificate authorities besides those that Node brings along, as PEM; asked for with the first https URL. */
  readonly authorities?: () => Promise<readonly string[]>
}

export interface HttpAnswer {
  /** 2xx, or 304 when a condition was sent. */
  readonly status: number
  /** The value of a response header by its lower-case name. */
  readonly header: (name: string) => string | undefined
  readonly body: Readable
  /** Lets go of a body that nobody wants. */
  readonly discard: () => Promise<void>
}

const redirectLimit = 10
const attempts = 3

/**
 * GET with redirects, the proxy variables of the environment and up to three attempts at passing faults. User name and
 * password of the URL become basic authentication. The body is the bytes the server stored: nothing is decompressed.
 * Throws `download-failed`.
 */
export async function httpGet(url: string, options: HttpGetOptions): Promise<HttpAnswer> {
  // Loading undici takes 20 to 30 ms, which a build without downloads does not pay.
  const { EnvHttpProxyAgent, request } = await import('undici')
  const tls =
    /^https:/i.test(url) && options.authorities !== undefined ? { ca: await trusted(options.authorities) } : {}
  const limits = { headersTimeout: 60_000, bodyTimeout: 120_000 }
  const connect = { ...tls, timeout: 30_000 }
  const dispatcher = new EnvHttpProxyAgent({ ...limits, connect, requestTls: tls, proxyTls: tls })
  const ask: Ask = async (target, headers) => {
    const {
      statusCode,
      headers: answered,
      body,
    } = await request(target, { dispatcher, signal: options.signal, headers })
    return { status: statusCode, header: (name) => first(answered[name]), body, discard: () => body.dump() }
  }
  try {
    const answer = await follow(ask, url, options)
    answer.body.once('close', () => void dispatcher.destroy())
    return answer
  } catch (error) {
    await dispatcher.destroy()
    throw error
  }
}

async function trusted(authorities: () => Promise<readonly string[]>): Promise<string[]> {
  return [...rootCertificates, ...(await authorities())]
}

type Ask = (target: URL, headers: Record<string, string>) => Promise<HttpAnswer>

async function follow(ask: Ask, url: string, options: HttpGetOptions): Promise<HttpAnswer> {
  let target = parseUrl(url)
  const { origin } = target
  let authorization = basicAuthorization(target) ?? options.authorization
  const fixed = { ...options.headers, 'accept-encoding': 'identity', 'user-agent': 'slipway' }
  for (let redirects = 0; ; redirects += 1) {
    const plain = withoutCredentials(target)
    const headers = { ...fixed, ...(authorization === undefined ? {} : { authorization }) }
    const answer = await persist(() => ask(plain, headers), url, options.signal)
    const location = answer.header('location')
    const isRedirect = answer.status >= 300 && answer.status < 400 && answer.status !== 304 && location !== undefined
    if (!isRedirect) return accepted(answer, url, options)
    await answer.discard()
    if (redirects >= redirectLimit) {
      throw new SlipwayError('download-failed', `${redactUrls(url)}: more than ${redirectLimit} redirects`)
    }
    target = parseUrl(new URL(location, target).href)
    if (target.origin !== origin) authorization = basicAuthorization(target)
  }
}

async function accepted(answer: HttpAnswer, url: string, { headers }: HttpGetOptions): Promise<HttpAnswer> {
  const conditional = headers['if-none-match'] !== undefined || headers['if-modified-since'] !== undefined
  if ((answer.status >= 200 && answer.status < 300) || (answer.status === 304 && conditional)) return answer
  await answer.discard()
  throw new SlipwayError('download-failed', `${redactUrls(url)}: the server answered ${answer.status}`, {
    retryable: isPassing(answer.status),
    ...hintFor(answer.status, url),
  })
}

function hintFor(status: number, url: string): { readonly hint?: string } {
  if (status === 404) return { hint: 'check the address: there is nothing at it' }
  if (status !== 401 && status !== 403) return {}
  const name = `HTTP_AUTH_TOKEN_${parseUrl(url).hostname}`
  return {
    hint: `the server wants credentials: give a token with --secret id=${name},env=NAME (or a whole header as HTTP_AUTH_HEADER_…)`,
  }
}

/** Tries again after network errors and answers that ask for patience. */
async function persist(ask: () => Promise<HttpAnswer>, url: string, signal: AbortSignal): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await ask()
      if (!isPassing(answer.status) || attempt === attempts) return answer
      await answer.discard()
    } catch (error) {
      if (signal.aborted) throw new SlipwayError('cancelled', 'the build was cancelled')
      if (attempt === attempts || isUntrusted(error)) throw unreachable(error, url)
    }
    await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt))
  }
}

function isPassing(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504
}

function unreachable(error: unknown, url: string): SlipwayError {
  const { code, message } = error as NodeJS.ErrnoException
  const reasons: Readonly<Record<string, string>> = {
    ENOTFOUND: 'the host name is unknown',
    ECONNREFUSED: 'the connection was refused',
    ECONNRESET: 'the connection was reset',
    UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
    UND_ERR_HEADERS_TIMEOUT: 'the server did not answer within a minute',
  }
  const untrusted = isUntrusted(error)
  const reason = reasons[code ?? ''] ?? redactUrls(message)
  return new SlipwayError('download-failed', `cannot download ${redactUrls(url)}: ${reason}`, {
    cause: error,
    retryable: !untrusted,
    ...(untrusted
      ? { hint: 'if an authority of your own signed the certificate, name its file in NODE_EXTRA_CA_CERTS' }
      : {}),
  })
}

function isUntrusted(error: unknown): boolean {
  return /CERT|SIGNATURE/.test((error as NodeJS.ErrnoException).code ?? '')
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new SlipwayError('download-failed', `not an HTTP URL: ${redactUrls(text)}`)
}

function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(text).toString('base64')}`
}

function withoutCredentials(url: URL): URL {
  const plain = new URL(url)
  plain.username = ''
  plain.password = ''
  return plain
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}
