import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Whether programs of an architecture run here, and if not, what to do. */
export type Emulation =
  | { readonly available: true /** Absent when the processor runs it itself. */; readonly handler?: string }
  | { readonly available: false; readonly reason: string; readonly fix: string }

/** ELF machine numbers by OCI architecture, and the name that qemu has for it. */
const machines: Readonly<
  Record<string, { readonly elf: number; readonly qemu: string; readonly bigEndian?: boolean }>
> = {
  '386': { elf: 0x03, qemu: 'i386' },
  amd64: { elf: 0x3e, qemu: 'x86_64' },
  arm: { elf: 0x28, qemu: 'arm' },
  arm64: { elf: 0xb7, qemu: 'aarch64' },
  loong64: { elf: 0x102, qemu: 'loongarch64' },
  mips64le: { elf: 0x08, qemu: 'mips64el' },
  ppc64le: { elf: 0x15, qemu: 'ppc64le' },
  riscv64: { elf: 0xf3, qemu: 'riscv64' },
  s390x: { elf: 0x16, qemu: 's390x', bigEndian: true },
}

const natives: Readonly<Record<string, readonly string[]>> = {
  x64: ['amd64', '386'],
  ia32: ['386'],
  arm64: ['arm64', 'arm'],
  arm: ['arm'],
  loong64: ['loong64'],
  ppc64: ['ppc64le'],
  riscv64: ['riscv64'],
  s390x: ['s390x'],
}

/**
 * Looks for a binfmt_misc handler for an OCI architecture. Only handlers with flag F count: the kernel opens their
 * interpreter at registration, so it need not be in the step's root file system. Ask in the front process: the private
 * /proc of the worker does not show binfmt_misc.
 */
export function emulationFor(architecture: string, registry = '/proc/sys/fs/binfmt_misc'): Emulation {
  if (natives[process.arch]?.includes(architecture)) return { available: true }
  const machine = machines[architecture]
  if (machine === undefined)
    return { available: false, reason: `unknown architecture ${architecture}`, fix: 'check --platform' }
  const found = handlers(registry).filter((handler) => handler.enabled && handler.machine === machineHex(machine))
  const ready = found.find((handler) => handler.flags.includes('F'))
  if (ready !== undefined) return { available: true, handler: ready.interpreter }
  const other = found[0]
  const reason =
    other === undefined
      ? `this machine cannot run ${architecture} programs: no binfmt_misc handler`
      : `the binfmt_misc handler ${other.interpreter} lacks flag F, so steps cannot find it`
  return {
    available: false,
    reason,
    fix: `install qemu-user-static and binfmt-support (registers qemu-${machine.qemu}-static), or build on a ${architecture} machine`,
  }
}

interface Handler {
  readonly enabled: boolean
  readonly interpreter: string
  readonly flags: string
  /** The two machine bytes of the ELF header that the handler matches, in hex. */
  readonly machine: string
}

function handlers(registry: string): readonly Handler[] {
  try {
    return readdirSync(registry)
      .filter((name) => name !== 'register' && name !== 'status')
      .map((name) => parseHandler(readFileSync(join(registry, name), 'latin1')))
  } catch {
    return []
  }
}

function parseHandler(text: string): Handler {
  const field = (name: string): string => new RegExp(`^${name}:? (.*)$`, 'm').exec(text)?.[1] ?? ''
  return {
    enabled: /^enabled/m.test(text),
    interpreter: field('interpreter'),
    flags: field('flags'),
    machine: field('magic').slice(2 * 18, 2 * 20),
  }
}

function machineHex({ elf, bigEndian }: { readonly elf: number; readonly bigEndian?: boolean }): string {
  const bytes = bigEndian === true ? [elf >> 8, elf & 0xff] : [elf & 0xff, elf >> 8]
  return Buffer.from(bytes).toString('hex')
}
