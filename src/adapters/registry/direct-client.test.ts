import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { directClient } from './direct-client.ts'
import type { ClientRequest, HttpClient } from './http-client.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Running {
  readonly server: Server
  readonly client: HttpClient
  request(more?: Partial<ClientRequest>): ClientRequest
}

async function running(answer: RequestListener, idle = 60_000): Promise<Running> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = await directClient({}, { connect: 5000, idle })
  closing.push(async () => {
    await client.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  return { server, client, request: (more) => ({ url, method: 'GET', headers: {}, ...more }) }
}

async function* pieces(count: number, failure?: Error): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield new Uint8Array(1 << 16)
  if (failure !== undefined) throw failure
}

const upload = (body: AsyncIterable<Uint8Array>, size: number): Partial<ClientRequest> => ({
  method: 'PUT',
  headers: { 'content-length': String(size) },
  body,
})

describe('directClient', () => {
  it('uses one connection for requests that follow each other', async () => {
    const { server, client, request } = await running((_, response) => response.end('x'))
    let connections = 0
    server.on('connection', () => (connections += 1))
    for (let count = 0; count < 3; count += 1) for await (const _ of (await client.send(request())).body);
    expect(connections).toBe(1)
  })

  it('gives the first of several values of a header', async () => {
    const { client, request } = await running((_, response) =>
      response.writeHead(200, { location: ['one', 'two'] } as never).end(),
    )
    const answer = await client.send(request())
    expect([answer.header('location'), answer.header('missing')]).toEqual(['one', undefined])
    answer.body.resume()
  })

  it('stops sending when the answer comes before the end', async () => {
    const { client, request } = await running((_, response) => response.writeHead(413).end())
    let close = (): void => {}
    const closed = new Promise<void>((resolve) => (close = resolve))
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield new Uint8Array(1 << 16)
          await new Promise((resolve) => setImmediate(resolve))
        }
      } finally {
        close()
      }
    }
    const answer = await client.send(request(upload(endless(), 2 ** 40)))
    expect(answer.status).toBe(413)
    answer.body.resume()
    await closed
  }, 10_000)

  it('takes no more of a body than the connection does', async () => {
    let sent = 0
    let sentUnread = 0
    const { client, request } = await running((message, response) => {
      setTimeout(() => {
        sentUnread = sent
        message.resume().on('end', () => response.end())
      }, 100)
    })
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces(1000)) {
        sent += 1
        yield piece
      }
    }
    const answer = await client.send(request(upload(counted(), 1000 << 16)))
    answer.body.resume()
    expect(sent).toBe(1000)
    expect(sentUnread).toBeLessThan(1000)
  })

  it('rejects with the failure of a body, and when a body is shorter than it was said to be', async () => {
    const { client, request } = await running((message, response) => message.resume().on('end', () => response.end()))
    const failure = new Error('the source has gone')
    await expect(client.send(request(upload(pieces(2, failure), 1 << 20)))).rejects.toBe(failure)
    await expect(client.send(request(upload(pieces(2), 1 << 20)))).rejects.toThrow('content-length')
  })

  it('gives up when nothing comes for as long as it may take', async () => {
    const { client, request } = await running(() => {}, 100)
    await expect(client.send(request())).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    const halting = await running((_, response) => response.writeHead(200, { 'content-length': '9' }).write('x'), 100)
    const answer = await halting.client.send(halting.request())
    await expect(answer.body.toArray()).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })
})
