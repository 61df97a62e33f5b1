import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Architecture, architectures, nativeArchitectures } from './architectures.ts'
import { findProgram } from './programs.ts'

/** Whether programs of an architecture run here, and if not, what to do. */
export type Emulation =
  | { readonly available: true /** Absent when the processor runs it itself. */; readonly handler?: string }
  | {
      readonly available: false
      /** What is wrong, to stand in parentheses. */
      readonly why: string
      readonly fix: string
      /** A handler without flag F: it works in root file systems that have this file. */
      readonly interpreter?: string
    }

/** Where emulators are looked for. */
export interface EmulationPlaces {
  /** Where binfmt_misc is mounted. */
  readonly registry: string
  /** Where packages put the lines that register their emulators. */
  readonly lines: string
  readonly find: (program: string) => string | undefined
}

const usual: EmulationPlaces = {
  registry: '/proc/sys/fs/binfmt_misc',
  lines: '/usr/lib/binfmt.d',
  find: findProgram,
}

/**
 * Looks for a binfmt_misc handler for an OCI architecture. Only handlers with flag F count: the kernel opens their
 * interpreter at registration, so it need not be in the step's root file system. Where the registry is not mounted, as in
 * most containers, nothing is found although emulation may work: `openEmulators` tries it out. Ask in the front process:
 * the private /proc of the worker does not show binfmt_misc.
 */
export function emulationFor(architecture: string, places: EmulationPlaces = usual): Emulation {
  if (nativeArchitectures().includes(architecture)) return { available: true }
  const machine = architectures[architecture]
  if (machine === undefined)
    return { available: false, why: `${architecture} is not known`, fix: 'check the spelling of --platform' }
  const { registry } = places
  const found = handlers(registry).filter((handler) => handler.machine === machineHex(machine))
  const ready = found.find(({ enabled, flags }) => enabled && flags.includes('F'))
  if (ready !== undefined) return { available: true, handler: ready.interpreter }
  const registration = registrationFor(machine, places)
  const [other] = found
  if (other === undefined) return unregistered(machine, registration, places)
  const at = join(registry, other.name)
  if (!other.enabled)
    return { available: false, why: `its binfmt_misc handler is switched off`, fix: `as root: echo 1 > ${at}` }
  return {
    available: false,
    why: `its binfmt_misc handler lacks flag F, so it works only where ${other.interpreter} is in the root file system`,
    fix:
      registration === undefined
        ? `as root: echo -1 > ${at}; then ${installation}`
        : `as root: echo -1 > ${at}; ${registration}`,
    interpreter: other.interpreter,
  }
}

/** The line that registers an emulator, as binfmt_misc and binfmt.d(5) have it, for programs as qemu's own packages match them. */
export function registrationLine(architecture: Architecture, interpreter: string): string {
  const { bits, bigEndian = false, qemu } = architecture
  const identification = `7f454c46${bits === 64 ? '02' : '01'}${bigEndian ? '02' : '01'}01${'00'.repeat(9)}`
  const magic = `${identification}${bigEndian ? '0002' : '0200'}${machineHex(architecture)}`
  const mask = `${'ff'.repeat(7)}00${'ff'.repeat(8)}${bigEndian ? 'fffe' : 'feff'}ffff`
  const escaped = (hex: string): string => hex.replace(/../g, (byte) => `\\x${byte}`)
  return `:qemu-${qemu}:M::${escaped(magic)}:${escaped(mask)}:${interpreter}:F`
}

/** qemu's program for an architecture, where it is installed. The static one works in any root file system. */
export function emulatorOf({ qemu }: Architecture, find: EmulationPlaces['find'] = findProgram): string | undefined {
  return find(`qemu-${qemu}-static`) ?? find(`qemu-${qemu}`)
}

const installation =
  'install qemu-user-static and binfmt-support (Debian, Ubuntu) or qemu-user-static (Fedora), or run: docker run --privileged --rm tonistiigi/binfmt --install all'

function unregistered(
  machine: Architecture,
  registration: string | undefined,
  { find, registry }: EmulationPlaces,
): Emulation {
  if (registration === undefined) return { available: false, why: 'no qemu handler in binfmt_misc', fix: installation }
  const mount = existsSync(join(registry, 'register')) ? '' : `mount -t binfmt_misc binfmt_misc ${registry}; `
  return {
    available: false,
    why: `${emulatorOf(machine, find)} is there, but not registered in binfmt_misc`,
    fix: `as root: ${mount}${registration}`,
  }
}

/** The command that registers what is installed; undefined when nothing is. */
function registrationFor(machine: Architecture, { registry, lines, find }: EmulationPlaces): string | undefined {
  const emulator = emulatorOf(machine, find)
  if (emulator === undefined) return undefined
  const packaged = join(lines, `qemu-${machine.qemu}.conf`)
  if (/:[A-Z]*F[A-Z]*$/m.test(contentOf(packaged)))
    return `for line in ${lines}/qemu-*.conf; do cat $line > ${registry}/register; done`
  return `printf %s '${registrationLine(machine, emulator)}' > ${registry}/register`
}

interface Handler {
  readonly name: string
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
      .map((name) => parseHandler(name, readFileSync(join(registry, name), 'latin1')))
  } catch {
    return []
  }
}

function parseHandler(name: string, text: string): Handler {
  const field = (key: string): string => new RegExp(`^${key}:? (.*)$`, 'm').exec(text)?.[1] ?? ''
  return {
    name,
    enabled: /^enabled/m.test(text),
    interpreter: field('interpreter'),
    flags: field('flags'),
    machine: field('magic').slice(2 * 18, 2 * 20),
  }
}

function machineHex({ elf, bigEndian }: Architecture): string {
  const bytes = bigEndian === true ? [elf >> 8, elf & 0xff] : [elf & 0xff, elf >> 8]
  return Buffer.from(bytes).toString('hex')
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
