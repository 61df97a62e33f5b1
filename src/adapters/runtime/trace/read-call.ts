import type { TracedCall } from '../step-spec.ts'
import { type WatchedCall, watchedCalls } from './watched-calls.ts'

/** A process that has just come back from a call. */
export interface Caller {
  /** Absolute path of the program. */
  readonly program: string
  /** The ids that it has without any capability. */
  readonly uid: number
  readonly gid: number
  /** Bytes of its memory; fewer than asked for where it ends, and none where nothing is. */
  memory(address: bigint, length: number): Uint8Array
  /** The path that a descriptor has open, or that of its working directory; undefined for what is no file. */
  place(descriptor: number | 'cwd'): string | undefined
}

/** A call with its arguments and what it gave back: 0 or more, or a negative errno. */
export interface EndedCall {
  readonly name: string
  readonly arguments: readonly bigint[]
  readonly result: bigint
}

const errors: ReadonlyMap<bigint, 'EPERM' | 'EACCES' | 'EROFS'> = new Map([
  [-1n, 'EPERM'],
  [-13n, 'EACCES'],
  [-30n, 'EROFS'],
])

/** O_WRONLY, O_RDWR, O_CREAT and O_TRUNC, which have the same numbers on all machines that are known here. */
const writing = 0o1103n
const currentDirectory = -100
const firstFreePort = 1024
const noId = 0xffffffff

/** What is worth telling of a call: that it was refused for want of rights, or that only a capability let it pass. */
export function readCall({ name, arguments: given, result }: EndedCall, caller: Caller): TracedCall | undefined {
  const watched = watchedCalls.get(name)
  const error = errors.get(result)
  if (watched === undefined || (error === undefined && result < 0n)) return undefined
  const story = { call: name, program: caller.program, ...(error === undefined ? {} : { error }) }
  const details = detailsOf(watched, { given, error, caller })
  return details === undefined ? undefined : { ...story, ...details }
}

interface Asked {
  readonly given: readonly bigint[]
  readonly error: 'EPERM' | 'EACCES' | 'EROFS' | undefined
  readonly caller: Caller
}

type Details = Omit<TracedCall, 'call' | 'program' | 'error'>

function detailsOf(watched: WatchedCall, asked: Asked): Details | undefined {
  const { given, error, caller } = asked
  switch (watched.kind) {
    case 'open':
      return error === undefined ? undefined : located(watched, asked, { write: opensForWriting(watched, asked) })
    case 'execute':
      return error === undefined ? undefined : located(watched, asked, { write: false })
    case 'change':
      if (error === undefined) return undefined
      return located(watched, asked, { write: true, ...(error === 'EPERM' ? { capability: watched.capability } : {}) })
    case 'give': {
      const [user, group] = watched.owner.map((index) => idAt(given, index))
      const others = ![noId, caller.uid].includes(user ?? noId) || ![noId, caller.gid].includes(group ?? noId)
      if (!others && error === undefined) return undefined
      return located(watched, asked, { write: true, ...(others ? { capability: 'CHOWN' } : {}) })
    }
    case 'become': {
      const own = watched.capability === 'SETUID' ? caller.uid : caller.gid
      const ids = watched.ids.map((index) => idAt(given, index))
      if (error === undefined && ids.length > 0 && ids.every((id) => id === noId || id === own)) return undefined
      return { capability: watched.capability }
    }
    case 'bind':
      return boundAddress(watched, asked)
    case 'socket':
      return rawSocket(given, watched) ? { capability: 'NET_RAW' } : undefined
    case 'privileged':
      // Signals to processes of one's own take nothing.
      return error === undefined && watched.capability === 'KILL' ? undefined : { capability: watched.capability }
  }
}

function opensForWriting({ flags }: Extract<WatchedCall, { kind: 'open' }>, { given, caller }: Asked): boolean {
  if (flags === undefined) return true
  if (flags !== 'in-memory') return ((given[flags] ?? 0n) & writing) !== 0n
  const how = caller.memory(given[2] ?? 0n, 8)
  return how.length === 8 && (Buffer.from(how).readBigUInt64LE() & writing) !== 0n
}

/** Whether the descriptor's own file is meant is for the calls that take one: an empty path, or none at all. */
function located(
  { at, path }: { readonly at?: number; readonly path?: number },
  { given, caller }: Asked,
  rest: Details,
): Details | undefined {
  const named = path === undefined ? '' : textAt(caller, given[path] ?? 0n)
  if (named.startsWith('/')) return { path: named, ...rest }
  const descriptor = at === undefined ? currentDirectory : Number(BigInt.asIntN(32, given[at] ?? -100n))
  const base = caller.place(descriptor === currentDirectory ? 'cwd' : descriptor)
  if (base === undefined || !base.startsWith('/')) return undefined
  return { path: named === '' ? base : `${base === '/' ? '' : base}/${named}`, ...rest }
}

const longestPath = 4096
const pageSize = 4096

/** A text of C. A page at a time, because the next one may not be there. */
function textAt(caller: Caller, address: bigint): string {
  const bytes: Uint8Array[] = []
  let length = 0
  while (length < longestPath) {
    const from = address + BigInt(length)
    const part = caller.memory(from, pageSize - Number(from % BigInt(pageSize)))
    const end = part.indexOf(0)
    bytes.push(end < 0 ? part : part.subarray(0, end))
    length += part.length
    if (end >= 0 || part.length === 0) break
  }
  return Buffer.concat(bytes).toString('utf8')
}

const internet: readonly number[] = [2, 10]
const unix = 1

function boundAddress(
  { address, length }: Extract<WatchedCall, { kind: 'bind' }>,
  { given, error, caller }: Asked,
): Details | undefined {
  const bytes = Buffer.from(caller.memory(given[address] ?? 0n, Math.min(Number(given[length] ?? 0n), 128)))
  if (bytes.length < 4) return undefined
  const family = bytes.readUInt16LE(0)
  if (internet.includes(family)) {
    const port = bytes.readUInt16BE(2)
    return port === 0 || port >= firstFreePort ? undefined : { port, capability: 'NET_BIND_SERVICE' }
  }
  if (family !== unix || error === undefined || bytes[2] === 0) return undefined
  const path = bytes.subarray(2).toString('utf8').split('\0', 1)[0] ?? ''
  const cwd = path.startsWith('/') ? '' : (caller.place('cwd') ?? '')
  return { path: cwd === '' ? path : `${cwd === '/' ? '' : cwd}/${path}`, write: true }
}

/** SOCK_RAW of the internet, or packets of the wire. */
function rawSocket(given: readonly bigint[], { family, type }: Extract<WatchedCall, { kind: 'socket' }>): boolean {
  const domain = Number(given[family] ?? 0n)
  return domain === 17 || (internet.includes(domain) && (Number(given[type] ?? 0n) & 0xf) === 3)
}

function idAt(given: readonly bigint[], index: number): number {
  return Number(BigInt.asUintN(32, given[index] ?? BigInt(noId)))
}
