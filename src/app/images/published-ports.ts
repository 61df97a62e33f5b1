import { createServer, connect, type AddressInfo, isIP, type Server, type Socket } from 'node:net'
import { SlipwayError } from '../../core/index.ts'

/** A port of a container that people want to reach under another number or address. */
export interface PublishedPort {
  /** Absent: this machine alone, 127.0.0.1. */
  readonly address?: string
  /** Absent: any free port. */
  readonly host?: number
  readonly container: number
}

/** `[[IP:]HOST:]PORT`, with `[…]` around IPv6. Throws `bad-option-value`, or `unsupported` for ranges and UDP. */
export function parsePublish(text: string): PublishedPort {
  const bad = (reason: string): SlipwayError =>
    new SlipwayError('bad-option-value', `--publish ${text}: ${reason}`, {
      hint: 'write [[IP:]HOST:]PORT: -p 8080:3000',
    })
  const [places = '', protocol = 'tcp'] = text.split('/')
  if (protocol !== 'tcp') throw new SlipwayError('unsupported', `--publish ${text}: only TCP ports can be published`)
  const match = /^(?:(?:(\[[0-9a-f:.]+\]|[^:[\]]*):)?([^:]*):)?([^:]+)$/i.exec(places)
  if (match === null) throw bad('it is not a port')
  const [, address = '', host = '', container = ''] = match
  if (/^\d+-\d+$/.test(container) || /^\d+-\d+$/.test(host))
    throw new SlipwayError('unsupported', `--publish ${text}: ranges of ports are not supported`, {
      hint: 'give one -p for each port',
    })
  const plain = address.replace(/^\[(.*)\]$/, '$1')
  if (plain !== '' && isIP(plain) === 0) throw bad(`${plain} is no IP address`)
  for (const port of [container, ...(host === '' ? [] : [host])]) {
    if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65535) throw bad(`${port} is no port number`)
  }
  return {
    container: Number(container),
    ...(plain === '' ? {} : { address: plain }),
    ...(host === '' ? {} : { host: Number(host) }),
  }
}

export interface PortForwarding {
  /** What was arranged, for people: one sentence per port. */
  readonly sentences: readonly string[]
  close(): void
}

/**
 * Makes ports of a container that uses this machine's network reachable under other numbers: every connection is passed on
 * to 127.0.0.1. An equal number needs nothing, the container opens it itself. Rejects when a port is taken.
 */
export async function publishPorts(ports: readonly PublishedPort[]): Promise<PortForwarding> {
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  const close = (): void => {
    for (const server of servers) server.close()
    for (const socket of sockets) socket.destroy()
  }
  const sentences: string[] = []
  try {
    for (const port of ports) {
      if (port.host === port.container) {
        sentences.push(`port ${port.container}: the container shares this machine's network and opens it itself`)
        continue
      }
      const server = createServer((socket) => passOn(socket, port.container, sockets))
      servers.push(server)
      const { address, port: number } = await listening(server, port)
      sentences.push(`port ${port.container} of the container is reachable at ${written(address)}:${number}`)
    }
  } catch (error) {
    close()
    throw error
  }
  return { sentences, close }
}

function written(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}

function listening(server: Server, { host = 0, address = '127.0.0.1' }: PublishedPort): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new SlipwayError('bad-option-value', `cannot open port ${host} on ${address}: ${cause.message}`, {
          cause,
          hint: 'choose another port: -p HOST:PORT',
        }),
      ),
    )
    server.listen(host, address, () => resolve(server.address() as AddressInfo))
  })
}

function passOn(outer: Socket, port: number, sockets: Set<Socket>): void {
  const inner = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  outer.allowHalfOpen = true
  for (const [socket, other] of [
    [outer, inner],
    [inner, outer],
  ] as const) {
    sockets.add(socket)
    socket.on('close', () => {
      sockets.delete(socket)
      other.destroySoon()
    })
    socket.on('error', () => other.destroy())
    socket.pipe(other)
  }
}
