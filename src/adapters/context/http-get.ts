import type { Readable } from 'node:stream'
import { SlipwayError } from '../../core/index.ts'
import { redactUrls } from './redact.ts'

export interface HttpGetOptions {
  readonly signal: AbortSignal
  readonly headers: Readonly<Record<string, string>>
  /** Sent to the host of the URL only. */
  readonly authorization?: string
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
  const dispatcher = new EnvHttpProxyAgent({ headersTimeout: 60_000, bodyTimeout: 120_000 })
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
    ...(answer.status === 401 || answer.status === 403 ? { hint: 'the server wants credentials for this URL' } : {}),
  })
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
      if (attempt === attempts) throw unreachable(error, url)
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
  }
  const reason = reasons[code ?? ''] ?? redactUrls(message)
  return new SlipwayError('download-failed', `cannot download ${redactUrls(url)}: ${reason}`, {
    cause: error,
    retryable: true,
  })
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
