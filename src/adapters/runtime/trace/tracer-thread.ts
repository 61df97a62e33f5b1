import { closeSync, openSync, readFileSync, readlinkSync, readSync, writeFileSync, writeSync } from 'node:fs'
import { type SyscallAbi, syscallNumbers } from '../syscall-table.ts'
import { openTracing, type Tracing } from './ptrace.ts'
import { type Caller, readCall } from './read-call.ts'

// A process of its own, because it waits in system calls: it is handed the process to watch by a pipe, writes JSON lines to
// its standard output, and ends with the last process that it watches. When it dies, the kernel kills those.
//
// Arguments: pipe to read, pipe to answer on, how many programs are run before the one that counts, uid, gid.
const [request = '', go = '', skipped = '', uid = '', gid = ''] = process.argv.slice(2)

/** What one thread has asked the kernel for. */
interface Asking {
  readonly name: string | undefined
  readonly arguments: readonly bigint[]
}

void openTracing().then((tracing) => {
  const { pid } = JSON.parse(readFileSync(request, 'utf8')) as { readonly pid: number }
  const unable = tracing === undefined ? 'koffi is not installed' : tracing.attach(pid)
  say(unable === undefined ? { attached: true } : { unable })
  writeFileSync(go, 'go\n')
  if (tracing !== undefined && unable === undefined) watch(tracing, pid)
})

function watch(tracing: Tracing, first: number): void {
  const asking = new Map<number, Asking>()
  const told = new Set<string>()
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
        tracing.resume(pid)
        break
      case 'exit': {
        const asked = asking.get(pid)
        asking.delete(pid)
        if (before <= 0 && asked?.name !== undefined)
          tell({ name: asked.name, arguments: asked.arguments, result: stop.result }, { pid, told })
        tracing.resume(pid)
        break
      }
      case 'program':
        if (pid === first) before -= 1
        tracing.resume(pid)
        break
      case 'other':
        tracing.resume(pid, stop.signal)
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
