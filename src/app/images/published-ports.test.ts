import { type AddressInfo, connect, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { parsePublish, publishPorts } from './published-ports.ts'

describe('parsePublish', () => {
  it.each([
    ['80', { container: 80 }],
    ['8080:80', { host: 8080, container: 80 }],
    ['8080:80/tcp', { host: 8080, container: 80 }],
    ['0.0.0.0:8080:80', { address: '0.0.0.0', host: 8080, container: 80 }],
    ['127.0.0.1::80', { address: '127.0.0.1', container: 80 }],
    ['[::1]:8080:80', { address: '::1', host: 8080, container: 80 }],
  ])('reads %s', (text, port) => expect(parsePublish(text)).toEqual(port))

  it.each([
    ['80:', 'bad-option-value'],
    ['x:80', 'bad-option-value'],
    ['80:70000', 'bad-option-value'],
    ['host:80:80', 'bad-option-value'],
    ['80/udp', 'unsupported'],
    ['8000-8001:80', 'unsupported'],
  ])('refuses %s as %s', (text, code) => {
    expect(() => parsePublish(text)).toThrow(expect.objectContaining({ code }))
  })
})

describe('publishPorts', () => {
  it('passes connections on, in both directions and to the end of each', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      let seen = ''
      socket.on('data', (data) => (seen += data.toString()))
      socket.on('end', () => socket.end(`got ${seen}`))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const inner = (server.address() as AddressInfo).port
    const forwarding = await publishPorts([{ container: inner }, { host: inner, container: inner }])
    const outer = Number(/127\.0\.0\.1:(\d+)$/.exec(forwarding.sentences[0] ?? '')?.[1])
    expect(forwarding.sentences[1]).toContain('opens it itself')
    expect(await exchange(outer, 'hello')).toBe('got hello')
    await expect(publishPorts([{ host: outer, container: inner }])).rejects.toMatchObject({ code: 'bad-option-value' })
    forwarding.close()
    await new Promise((resolve) => server.close(resolve))
    await expect(exchange(outer, 'late')).rejects.toThrow('ECONNREFUSED')
  })
})

function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true }, () => socket.end(text))
    socket.on('data', (data) => (answer += data.toString()))
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })
}
