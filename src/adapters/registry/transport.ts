import { readFile } from 'node:fs/promises'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import type { Dispatcher } from 'undici'
import { SlipwayError } from '../../core/index.ts'
import { proxyFor } from './proxy.ts'
import type { HostTrust } from './registry-host.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Opened anew for every attempt. */
  readonly body?: () => AsyncIterable<Uint8Array> | Uint8Array | string
  readonly signal?: AbortSignal | undefined
  /** Tries after the first one, where it is not for the session to say. */
  readonly retries?: number
  readonly trust?: HostTrust | undefined
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
  const agents = new Map<HostTrust | undefined, Map<string, Promise<Dispatcher>>>()
  const contexts = new Map<HostTrust | undefined, Promise<SecureContext>>()
  const contextFor = (trust: HostTrust | undefined): Promise<SecureContext> =>
    remembered(contexts, trust, () => loadContext(env, trust))
  const agentFor = (url: URL, trust: HostTrust | undefined): Promise<Dispatcher> => {
    const proxy = proxyFor(url, env)
    const isPlain = url.protocol !== 'https:'
    const group = remembered(agents, isPlain ? undefined : trust, () => new Map<string, Promise<Dispatcher>>())
    const secure = async (): Promise<TlsOptions> => ({
      secureContext: await contextFor(trust),
      ...(trust?.skipVerify === true ? { rejectUnauthorized: false } : {}),
    })
    return remembered(group, `${isPlain ? 'plain' : 'tls'} ${proxy ?? ''}`, async () =>
      createAgent(proxy, isPlain ? {} : await secure()),
    )
  }
  return {
    send: async (request) => exchange(await agentFor(request.url, request.trust), request),
    async close() {
      const open = await Promise.allSettled([...agents.values()].flatMap((group) => [...group.values()]))
      await Promise.all(open.map((agent) => (agent.status === 'fulfilled' ? agent.value.destroy() : undefined)))
    },
  }
}

function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make()
  known.set(key, value)
  return value
}

interface TlsOptions {
  readonly secureContext?: SecureContext
  readonly rejectUnauthorized?: boolean
}

async function createAgent(proxy: string | undefined, tls: TlsOptions): Promise<Dispatcher> {
  const { Agent, ProxyAgent } = await import('undici')
  // 30 s to connect, 60 s without a byte: a registry that is slower than that is down.
  const limits = { headersTimeout: 60_000, bodyTimeout: 60_000, keepAliveTimeout: 10_000, pipelining: 1 }
  if (proxy === undefined) return new Agent({ ...limits, connect: { ...tls, timeout: 30_000 } })
  const { rejectUnauthorized: _, ...toProxy } = tls
  return new ProxyAgent({ ...limits, uri: proxy, proxyTunnel: false, requestTls: tls, proxyTls: toProxy })
}

/**
 * Node's own roots, the system's bundle (or SSL_CERT_FILE instead), NODE_EXTRA_CA_CERTS, and what a host has of its own.
 * One context for all connections to it: reading 280 certificates takes tens of milliseconds.
 */
async function loadContext(env: Environment, trust: HostTrust | undefined): Promise<SecureContext> {
  const { authorities = [], identities = [] } = trust ?? {}
  const ca = [...new Set([...rootCertificates, ...(await machineAuthorities(env)), ...authorities])]
  if (identities.length === 0) return createSecureContext({ ca })
  try {
    return createSecureContext({
      ca,
      cert: identities.map((identity) => identity.certificate),
      key: identities.map((identity) => identity.key),
    })
  } catch (cause) {
    // The library's message says neither which file nor why in words.
    throw new SlipwayError('config-invalid', 'a client certificate for a registry does not fit its key', { cause })
  }
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
