import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A port that a process has opened for others to reach. */
export interface OpenPort {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
  /** Reachable from its own machine alone. */
  readonly loopback: boolean
}

/** The ports that the processes of a running step have open: `first` is its first process. Lowest first. */
export function openPorts(first: number): readonly OpenPort[] {
  const own = socketsOf(first)
  const found = (['tcp', 'udp'] as const).flatMap((protocol) =>
    [protocol, `${protocol}6`].flatMap((table) => readPorts(protocol, textOf(`/proc/${first}/net/${table}`), own)),
  )
  const open = new Map<string, OpenPort>()
  for (const one of found) {
    const key = `${one.protocol} ${one.port}`
    const before = open.get(key)
    open.set(key, { ...one, loopback: one.loopback && (before?.loopback ?? true) })
  }
  return [...open.values()].sort((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol))
}

const listening = '0A'
/** A socket of UDP that talks to nobody in particular. */
const unconnected = '07'

/** `/proc/net/tcp` and its like: the sockets that wait for others, of those whose inodes are given. */
export function readPorts(protocol: 'tcp' | 'udp', text: string, own: ReadonlySet<string>): readonly OpenPort[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state = '', , , , , , inode = ''] = line.trim().split(/\s+/)
      if (state !== (protocol === 'tcp' ? listening : unconnected) || !own.has(inode)) return []
      const [address = '', port = ''] = local.split(':')
      return [{ protocol, port: Number.parseInt(port, 16), loopback: isLoopback(address) }]
    })
}

/** Addresses are words in the byte order of the machine, which is little-endian on all that are supported. */
function isLoopback(address: string): boolean {
  if (address.length === 8) return address.endsWith('7F')
  return address === '00000000000000000000000001000000' || /^0{16}FFFF0000.{6}7F$/.test(address)
}

/** Inodes of the sockets of all processes in the process namespace of `first`: its network may be that of the machine. */
function socketsOf(first: number): ReadonlySet<string> {
  const namespace = linkOf(`/proc/${first}/ns/pid`)
  const inodes = new Set<string>()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (namespace === undefined || linkOf(`/proc/${pid}/ns/pid`) !== namespace) continue
    for (const descriptor of namesIn(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${descriptor}`) ?? '')?.[1]
      if (inode !== undefined) inodes.add(inode)
    }
  }
  return inodes
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
