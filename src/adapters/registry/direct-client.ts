import type * as http from 'node:http'
import type { Socket } from 'node:net'
import type { ClientAnswer, ClientRequest, HttpClient, Patience, TlsOptions } from './http-client.ts'

/** Connections by `node:http` and `node:https`, which are loaded when they are needed. */
export async function directClient(tls: TlsOptions, patience: Patience): Promise<HttpClient> {
  const plain = await import('node:http')
  const shared = { keepAlive: true, timeout: patience.idle }
  const agents = new Map<string, http.Agent>()
  const send = async (request: ClientRequest): Promise<ClientAnswer> => {
    const { protocol } = request.url
    if (protocol !== 'https:') {
      const agent = agents.get(protocol) ?? new plain.Agent(shared)
      agents.set(protocol, agent)
      return exchange(request, { start: plain.request, agent, patience })
    }
    const secure = await import('node:https')
    const agent = agents.get(protocol) ?? new secure.Agent({ ...shared, ...tls })
    agents.set(protocol, agent)
    return exchange(request, { start: secure.request, agent, patience })
  }
  return {
    send,
    async destroy() {
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

interface Wire {
  readonly start: typeof http.request
  readonly agent: http.Agent
  readonly patience: Patience
}

function exchange(
  { url, method, headers, body, signal }: ClientRequest,
  { start, agent, patience }: Wire,
): Promise<ClientAnswer> {
  return new Promise((resolve, reject) => {
    const request = start(url, { method, headers, agent, ...(signal === undefined ? {} : { signal }) })
    // A body that is cut short must not look like a whole one.
    Object.assign(request, { strictContentLength: headers['content-length'] !== undefined })
    let answer: http.IncomingMessage | undefined
    const tooSlow = (): void => void (answer ?? request).destroy(slowness())
    request.on('error', reject)
    request.on('timeout', tooSlow)
    request.on('socket', (socket) => limitConnecting(socket, patience.connect, tooSlow))
    request.on('response', (message) => {
      answer = message
      // A registry that answers before it has everything does not want the rest.
      message.on('close', () => {
        if (!request.writableFinished) request.destroy()
      })
      resolve({
        status: message.statusCode ?? 0,
        header: (name) => message.headersDistinct[name]?.[0],
        body: message,
      })
    })
    if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) request.end(body)
    else pour(body, request, () => answer !== undefined).catch((error: Error) => request.destroy(error))
  })
}

/** Sends a body no faster than it is taken, and stops where nobody wants it any more. */
async function pour(
  body: AsyncIterable<Uint8Array>,
  request: http.ClientRequest,
  isAnswered: () => boolean,
): Promise<void> {
  const isOver = (): boolean => request.destroyed || isAnswered()
  for await (const chunk of body) {
    if (isOver()) return
    if (!request.write(chunk)) await drained(request)
  }
  if (!isOver()) request.end()
}

function drained(request: http.ClientRequest): Promise<void> {
  const events = ['drain', 'close', 'response'] as const
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) request.off(event, done)
      resolve()
    }
    for (const event of events) request.on(event, done)
  })
}

function limitConnecting(socket: Socket, milliseconds: number, tooSlow: () => void): void {
  if (!socket.connecting) return
  const timer = setTimeout(tooSlow, milliseconds)
  for (const event of ['connect', 'close'] as const) socket.once(event, () => clearTimeout(timer))
}

function slowness(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })
}
