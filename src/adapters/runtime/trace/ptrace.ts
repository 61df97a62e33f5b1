import { constants } from 'node:os'

/** Why a watched process or thread has stopped. */
export type Stop = { readonly pid: number } & (
  | {
      readonly kind: 'entry'
      /** AUDIT_ARCH_*. */
      readonly architecture: number
      readonly number: number
      readonly arguments: readonly bigint[]
    }
  /** A call has come back; failures are negative. */
  | { readonly kind: 'exit'; readonly result: bigint }
  /** It runs a new program. */
  | { readonly kind: 'program' }
  | { readonly kind: 'gone' }
  /** By a job control signal; it goes on when it is told to by another. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'other'; readonly signal: number }
)

/** ptrace(2) of a process and all that it starts. Everything waits, so it is for a process that does nothing else. */
export interface Tracing {
  /** The system's reason when it refuses. */
  attach(pid: number): string | undefined
  /** The next stop; undefined when nothing is left. */
  next(): Stop | undefined
  /** Lets it go on to its next stop: the next call (`everyCall`), or the next that its filter hands over. */
  resume(pid: number, everyCall: boolean, signal?: number): void
  listen(pid: number): void
}

const request = { CONT: 7, SYSCALL: 24, SEIZE: 0x4206, LISTEN: 0x4208, GET_SYSCALL_INFO: 0x420e } as const
/** TRACESYSGOOD, the events of fork, vfork, clone and exec, TRACESECCOMP, EXITKILL. */
const options = 0x01 | 0x02 | 0x04 | 0x08 | 0x10 | 0x80 | 0x100000
const event = { exec: 4, seccomp: 7, stop: 128 } as const
const syscallStop = constants.signals.SIGTRAP | 0x80
const jobControl: readonly number[] = [
  constants.signals.SIGSTOP,
  constants.signals.SIGTSTP,
  constants.signals.SIGTTIN,
  constants.signals.SIGTTOU,
]
/** __WALL and __WNOTHREAD. */
const waitFlags = 0x40000000 | 0x20000000
const dieWithParent = 1
/** struct ptrace_syscall_info of linux/ptrace.h. */
const infoSize = 88
const infoOp = { entry: 1, exit: 2, seccomp: 3 } as const

/** Undefined where koffi is not installed. */
export async function openTracing(): Promise<Tracing | undefined> {
  const calls = await systemCalls()
  if (calls === undefined) return undefined
  const { trace, traceInto, wait, errorName } = calls
  const status = new Int32Array(1)
  const info = Buffer.alloc(infoSize)
  const read = (pid: number): Stop => {
    traceInto(request.GET_SYSCALL_INFO, pid, infoSize, info)
    return readInfo(pid, info)
  }
  return {
    attach: (pid) => (trace(request.SEIZE, pid, 0, options) === 0 ? undefined : errorName()),
    next() {
      let pid = wait(-1, status, waitFlags)
      while (pid < 0 && errorName() === 'EINTR') pid = wait(-1, status, waitFlags)
      if (pid < 0) return undefined
      const word = status[0] ?? 0
      if ((word & 0x7f) !== 0x7f) return { kind: 'gone', pid }
      const signal = (word >> 8) & 0xff
      const happened = word >> 16
      if (signal === syscallStop || happened === event.seccomp) return read(pid)
      if (happened === event.exec) return { kind: 'program', pid }
      if (happened === event.stop && jobControl.includes(signal)) return { kind: 'stopped', pid }
      return { kind: 'other', pid, signal: happened === 0 ? signal : 0 }
    },
    resume: (pid, everyCall, signal = 0) => void trace(everyCall ? request.SYSCALL : request.CONT, pid, 0, signal),
    listen: (pid) => void trace(request.LISTEN, pid, 0, 0),
  }
}

function readInfo(pid: number, info: Buffer): Stop {
  switch (info[0]) {
    case infoOp.entry:
    case infoOp.seccomp: {
      const args = [0, 1, 2, 3, 4, 5].map((index) => info.readBigUInt64LE(32 + 8 * index))
      const number = Number(info.readBigUInt64LE(24) & 0xffffffffn)
      return { kind: 'entry', pid, architecture: info.readUInt32LE(4), number, arguments: args }
    }
    case infoOp.exit:
      return { kind: 'exit', pid, result: info.readBigInt64LE(24) }
    default:
      return { kind: 'other', pid, signal: 0 }
  }
}

interface SystemCalls {
  readonly trace: (what: number, pid: number, address: number, data: number) => number
  readonly traceInto: (what: number, pid: number, size: number, buffer: Uint8Array) => number
  readonly wait: (pid: number, status: Int32Array, flags: number) => number
  readonly errorName: () => string
}

async function systemCalls(): Promise<SystemCalls | undefined> {
  try {
    const { default: koffi } = await import('koffi')
    const libc = koffi.load(null)
    libc.func('int prctl(int option, unsigned long argument)')(dieWithParent, constants.signals.SIGKILL)
    return {
      trace: libc.func('ptrace', 'long', ['long', 'int', 'intptr_t', 'intptr_t']),
      traceInto: libc.func('ptrace', 'long', ['long', 'int', 'intptr_t', 'void *']),
      wait: libc.func('int waitpid(int pid, void *status, int options)'),
      errorName: () =>
        Object.entries(constants.errno).find(([, value]) => value === koffi.errno())?.[0] ?? `error ${koffi.errno()}`,
    }
  } catch {
    return undefined
  }
}
