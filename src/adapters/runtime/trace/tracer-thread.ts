import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, readlinkSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { type SyscallAbi, syscallNumbers } from '../syscall-table.ts'
import { openTracing, type Tracing } from './ptrace.ts'
import { type Caller, readCall } from './read-call.ts'

// A process of its own, because it waits in system calls: it is handed the process to watch by a pipe, writes JSON lines to
// its standard output, and ends with the last process that it watches. When it dies, the kernel kills those.
//
// Arguments: pipe to read, pipe to answer on, how many programs are run before the one that counts, `filtered` or `all` calls, uid, gid.
const [request = '', go = '', skipped = '', calls = '', uid = '', gid = ''] = process.argv.slice(2)

/** What one thread has asked the kernel for. */
interface Asking {
  readonly name: string | undefined
  readonly arguments: readonly bigint[]
}

void openTracing().then((tracing) => {
  trace(tracing)
  // Node still waits for the end of a process that it has not been told of.
  process.exit(0)
})

function trace(tracing: Tracing | undefined): void {
  // A filter that hands calls to a tracer lets them fail without one, so whether there can be one is found out first.
  const unable = tracing === undefined ? 'koffi is not installed' : trial(tracing)
  say(unable === undefined ? { state: 'able' } : { unable })
  if (tracing === undefined || unable !== undefined) return
  const { pid } = JSON.parse(readFileSync(request, 'utf8')) as { readonly pid: number }
  const refused = tracing.attach(pid)
  say(refused === undefined ? { state: 'attached' } : { unable: `ptrace: ${refused}` })
  writeFileSync(go, 'go\n')
  if (refused === undefined) watch(tracing, pid)
}

/** Watches a program that waits until it is killed. */
function trial(tracing: Tracing): string | undefined {
  const { pid } = spawn('/bin/sh', ['-c', 'read line'], { stdio: ['pipe', 'ignore', 'ignore'] })
  if (pid === undefined) return '/bin/sh cannot be started'
  const refused = tracing.attach(pid)
  process.kill(pid, 'SIGKILL')
  // Its end is not to be taken for that of the step.
  for (let stop = tracing.next(); stop !== undefined && stop.kind !== 'gone'; stop = tracing.next())
    if (stop.pid === pid) tracing.resume(pid, false)
  return refused === undefined ? undefined : `ptrace: ${refused}`
}

function watch(tracing: Tracing, first: number): void {
  const asking = new Map<number, Asking>()
  const told = new Set<string>()
  const every = calls === 'all'
  let before = Number(skipped)
  for (;;) {
    const stop = tracing.next()
    if (stop === undefined) return
    const { pid } = stop
    switch (stop.kind) {
      case 'gone':
        asking.delete(pid)
        break
      case 'entry':
        asking.set(pid, { name: nameOf(stop.architecture, stop.number), arguments: stop.arguments })
        tracing.resume(pid, true)
        break
      case 'exit': {
        const asked = asking.get(pid)
        asking.delete(pid)
        if (before <= 0 && asked?.name !== undefined)
          tell({ name: asked.name, arguments: asked.arguments, result: stop.result }, { pid, told })
        tracing.resume(pid, every)
        break
      }
      case 'program':
        if (pid === first) before -= 1
        tracing.resume(pid, every)
        break
      case 'other':
        tracing.resume(pid, every, stop.signal)
        break
      case 'stopped':
        tracing.listen(pid)
    }
  }
}

function tell(
  call: { readonly name: string; readonly arguments: readonly bigint[]; readonly result: bigint },
  { pid, told }: { readonly pid: number; readonly told: Set<string> },
): void {
  const seen = readCall(call, callerOf(pid))
  if (seen === undefined) return
  const line = JSON.stringify(seen)
  if (told.has(line)) return
  told.add(line)
  say(seen)
}

function say(what: object): void {
  writeSync(1, `${JSON.stringify(what)}\n`)
}

function callerOf(pid: number): Caller {
  const link = (name: string): string | undefined => {
    try {
      return readlinkSync(`/proc/${pid}/${name}`)
    } catch {
      return undefined
    }
  }
  return {
    get program() {
      return link('exe') ?? ''
    },
    uid: Number(uid),
    gid: Number(gid),
    memory: (address, length) => readMemory(pid, address, length),
    place: (descriptor) => link(descriptor === 'cwd' ? 'cwd' : `fd/${descriptor}`),
  }
}

function readMemory(pid: number, address: bigint, length: number): Uint8Array {
  try {
    const file = openSync(`/proc/${pid}/mem`, 'r')
    try {
      const bytes = Buffer.allocUnsafe(length)
      return bytes.subarray(0, readSync(file, bytes, 0, length, address))
    } finally {
      closeSync(file)
    }
  } catch {
    return new Uint8Array()
  }
}

/** AUDIT_ARCH_* of linux/audit.h. */
const architectures: ReadonlyMap<number, SyscallAbi> = new Map([
  [0xc000003e, 'x86_64'],
  [0x40000003, 'i386'],
  [0xc00000b7, 'aarch64'],
  [0x40000028, 'arm'],
])
const names = new Map<SyscallAbi, ReadonlyMap<number, string>>()

function nameOf(architecture: number, number: number): string | undefined {
  const abi = architectures.get(architecture)
  if (abi === undefined) return undefined
  let table = names.get(abi)
  if (table === undefined) {
    table = new Map(
      [...syscallNumbers].flatMap(([name, numbers]) => {
        const own = numbers[abi]
        return own === undefined ? [] : [[own, name] as const]
      }),
    )
    names.set(abi, table)
  }
  return table.get(number)
}
