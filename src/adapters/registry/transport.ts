import { readFile } from 'node:fs/promises'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import type { Dispatcher } from 'undici'
import { SlipwayError } from '../../core/index.ts'
import { proxyFor } from './proxy.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Opened anew for every attempt. */
  readonly body?: () => AsyncIterable<Uint8Array> | Uint8Array | string
  readonly signal?: AbortSignal | undefined
  /** Never sent again by itself: the one who asks knows better what to do after a failure. */
  readonly once?: boolean
}

export interface HttpAnswer {
  readonly status: number
  readonly url: URL
  /** The first value of a header, by its lower-case name. */
  header(name: string): string | undefined
  /** One chance to read the content; rejects with the raw error of the connection. */
  readonly body: AsyncIterable<Uint8Array>
  /** Lets go of a content nobody wants. */
  discard(): void
}

export interface Transport {
  /** One exchange: no redirects, no retries. Rejects with the raw error of the connection or with `cancelled`. */
  send(request: HttpRequest): Promise<HttpAnswer>
  close(): Promise<void>
}

type Environment = Readonly<Record<string, string | undefined>>

/** Where distributions keep the certificates their users trust, the company's own among them. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** HTTP over pooled connections. The client library is loaded by the first request. */
export function createTransport(env: Environment): Transport {
  const agents = new Map<string, Promise<Dispatcher>>()
  let trusted: Promise<SecureContext> | undefined
  const agentFor = (url: URL): Promise<Dispatcher> => {
    const proxy = proxyFor(url, env)
    const key = `${url.protocol === 'https:' ? 'tls' : 'plain'} ${proxy ?? ''}`
    const known = agents.get(key)
    if (known !== undefined) return known
    if (url.protocol === 'https:') trusted ??= loadTrust(env)
    const agent = createAgent(proxy, url.protocol === 'https:' ? trusted : undefined)
    agents.set(key, agent)
    return agent
  }
  return {
    send: async (request) => exchange(await agentFor(request.url), request),
    async close() {
      const open = await Promise.allSettled(agents.values())
      await Promise.all(open.map((agent) => (agent.status === 'fulfilled' ? agent.value.destroy() : undefined)))
    },
  }
}

async function createAgent(
  proxy: string | undefined,
  trusted: Promise<SecureContext> | undefined,
): Promise<Dispatcher> {
  const { Agent, ProxyAgent } = await import('undici')
  const secureContext = await trusted
  const tls = secureContext === undefined ? {} : { secureContext }
  // 30 s to connect, 60 s without a byte: a registry that is slower than that is down.
  const limits = { headersTimeout: 60_000, bodyTimeout: 60_000, keepAliveTimeout: 10_000, pipelining: 1 }
  if (proxy === undefined) return new Agent({ ...limits, connect: { ...tls, timeout: 30_000 } })
  return new ProxyAgent({ ...limits, uri: proxy, proxyTunnel: false, requestTls: tls, proxyTls: tls })
}

/**
 * Node's own roots, the system's bundle (or SSL_CERT_FILE instead) and NODE_EXTRA_CA_CERTS. One context for all
 * connections: reading 280 certificates takes tens of milliseconds.
 */
async function loadTrust(env: Environment): Promise<SecureContext> {
  return createSecureContext({ ca: [...new Set([...rootCertificates, ...(await machineAuthorities(env))])] })
}

/** The system's bundle (or SSL_CERT_FILE instead) and NODE_EXTRA_CA_CERTS, one PEM text per certificate. */
export async function machineAuthorities(env: Environment): Promise<readonly string[]> {
  const chosen = env['SSL_CERT_FILE']
  const bundle =
    chosen === undefined || chosen === ''
      ? await firstReadable(systemBundles)
      : await readCertificates(chosen, 'SSL_CERT_FILE')
  const extraPath = env['NODE_EXTRA_CA_CERTS']
  const isSame = extraPath === chosen || extraPath === undefined || extraPath === ''
  const extra = isSame ? undefined : await readCertificates(extraPath, 'NODE_EXTRA_CA_CERTS')
  const all = [bundle, extra].filter((pem) => pem !== undefined)
  return all.flatMap((pem) => pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [])
}

async function firstReadable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const content = await readFile(path, 'utf8').catch(() => undefined)
    if (content !== undefined) return content
  }
  return undefined
}

async function readCertificates(path: string, variable: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new SlipwayError('config-invalid', `${variable} names ${path}, which cannot be read`, { cause })
  }
}

async function exchange(agent: Dispatcher, request: HttpRequest): Promise<HttpAnswer> {
  const { url, method, headers, signal } = request
  if (isAborted(signal)) throw cancelled()
  try {
    const {
      statusCode,
      headers: received,
      body,
    } = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers,
      ...(signal === undefined ? {} : { signal }),
      ...(request.body === undefined ? {} : { body: toBody(request.body()) }),
    })
    // Without a listener, an error of a content that is let go would end the process.
    body.on('error', () => {})
    return {
      status: statusCode,
      url,
      body: untilCancelled(body, signal),
      header: (name) => [received[name]].flat()[0],
      discard: () => void body.destroy(),
    }
  } catch (error) {
    throw isAborted(signal) ? cancelled() : error
  }
}

type RequestBody = Exclude<Dispatcher.RequestOptions['body'], undefined>

/** The library takes any async iterable; its types know streams only. */
function toBody(body: AsyncIterable<Uint8Array> | Uint8Array | string): RequestBody {
  return body as RequestBody
}

async function* untilCancelled(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw isAborted(signal) ? cancelled() : error
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function cancelled(): SlipwayError {
  return new SlipwayError('cancelled', 'cancelled')
}
