import { readFile } from 'node:fs/promises'
import type { SecureContext } from 'node:tls'
import { SlipwayError } from '../../core/index.ts'
import { directClient } from './direct-client.ts'
import { type ClientAnswer, type HttpClient, patience, type TlsOptions } from './http-client.ts'
import { proxiedClient } from './proxied-client.ts'
import { proxyFor } from './proxy.ts'
import type { HostTrust } from './registry-host.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
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

/** HTTP over pooled connections. A client is loaded by the first request that needs it. */
export function createTransport(env: Environment): Transport {
  const agents = new Map<HostTrust | undefined, Map<string, Promise<HttpClient>>>()
  const contexts = new Map<HostTrust | undefined, Promise<SecureContext>>()
  const contextFor = (trust: HostTrust | undefined): Promise<SecureContext> =>
    remembered(contexts, trust, () => loadContext(env, trust))
  const agentFor = (url: URL, trust: HostTrust | undefined): Promise<HttpClient> => {
    const proxy = proxyFor(url, env)
    const isPlain = url.protocol !== 'https:'
    const group = remembered(agents, isPlain ? undefined : trust, () => new Map<string, Promise<HttpClient>>())
    const secure = async (): Promise<TlsOptions> => ({
      secureContext: await contextFor(trust),
      ...(trust?.skipVerify === true ? { rejectUnauthorized: false } : {}),
    })
    return remembered(group, `${isPlain ? 'plain' : 'tls'} ${proxy ?? ''}`, async () =>
      createClient(proxy, isPlain ? {} : await secure()),
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

/**
 * Node's own client, and undici where there is a proxy: loading that takes 0.2 s, which is longer than a push that finds
 * everything there.
 */
function createClient(proxy: string | undefined, tls: TlsOptions): Promise<HttpClient> {
  return proxy === undefined ? directClient(tls, patience) : proxiedClient(proxy, tls, patience)
}

/**
 * Node's own roots, the system's bundle (or SSL_CERT_FILE instead), NODE_EXTRA_CA_CERTS, and what a host has of its own.
 * One context for all connections to it: reading 280 certificates takes tens of milliseconds.
 */
async function loadContext(env: Environment, trust: HostTrust | undefined): Promise<SecureContext> {
  const { createSecureContext, rootCertificates } = await import('node:tls')
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

async function exchange(client: HttpClient, request: HttpRequest): Promise<HttpAnswer> {
  const { url, method, headers, signal, body } = request
  if (isAborted(signal)) throw cancelled()
  try {
    const sent = { url, method, headers, signal, ...(body === undefined ? {} : { body: body() }) }
    const answer = await client.send(sent)
    // Without a listener, an error of a content that is let go would end the process.
    answer.body.on('error', () => {})
    return {
      status: answer.status,
      url,
      body: untilCancelled(answer.body, signal),
      header: answer.header,
      discard: () => discard(answer, method),
    }
  } catch (error) {
    throw isAborted(signal) ? cancelled() : error
  }
}

/** Reading a short content to its end is cheaper than another connection, which destroying it costs. */
const shortContent = 1 << 16

function discard({ status, header, body }: ClientAnswer, method: HttpRequest['method']): void {
  const isEmpty = method === 'HEAD' || status === 204 || status === 304
  if (isEmpty || Number(header('content-length') ?? Number.NaN) <= shortContent) body.resume()
  else body.destroy()
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
