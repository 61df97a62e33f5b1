import type { Dispatcher } from 'undici'
import { type HttpClient, type Patience, type TlsOptions } from './http-client.ts'

/** Connections through a proxy by undici, which is loaded by the first: `node:http` of Node 20 knows no proxies. */
export async function proxiedClient(proxy: string, tls: TlsOptions, patience: Patience): Promise<HttpClient> {
  const { ProxyAgent } = await import('undici')
  const { rejectUnauthorized: _, ...toProxy } = tls
  const agent = new ProxyAgent({
    headersTimeout: patience.idle,
    bodyTimeout: patience.idle,
    keepAliveTimeout: 10_000,
    pipelining: 1,
    uri: proxy,
    proxyTunnel: false,
    requestTls: tls,
    proxyTls: toProxy,
  })
  return {
    async send({ url, method, headers, body, signal }) {
      const answer = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers,
        ...(signal === undefined ? {} : { signal }),
        // The library takes any async iterable; its types know streams only.
        ...(body === undefined ? {} : { body: body as Exclude<Dispatcher.RequestOptions['body'], undefined> }),
      })
      return {
        status: answer.statusCode,
        header: (name) => [answer.headers[name]].flat()[0],
        body: answer.body,
      }
    },
    destroy: () => agent.destroy(),
  }
}
