/** What the header of an ELF file says (https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html). */
export interface ElfFacts {
  /** OCI architecture, or `machine 0x…` for others. */
  readonly architecture: string
  /** The loader that `PT_INTERP` names; absent for static programs and libraries. */
  readonly interpreter?: string
}

const programInterpreter = 3
const headerSize = 64

/** Machine numbers, for little-endian files unless said otherwise. */
const machines: Readonly<Record<number, string>> = {
  0x03: '386',
  0x08: 'mips64le',
  0x15: 'ppc64le',
  0x16: 's390x',
  0x28: 'arm',
  0x3e: 'amd64',
  0xb7: 'arm64',
  0xf3: 'riscv64',
  0x102: 'loong64',
}

/** The facts of an ELF file; undefined for anything else and for files that are cut off within the header. */
export function readElf(bytes: Uint8Array): ElfFacts | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (file.length < headerSize || file.toString('latin1', 0, 4) !== '\x7fELF') return undefined
  const little = file[5] === 1
  const machine = little ? file.readUInt16LE(18) : file.readUInt16BE(18)
  const architecture = machines[machine] ?? `machine 0x${machine.toString(16)}`
  const interpreter = little ? loaderOf(file) : undefined
  return { architecture, ...(interpreter === undefined ? {} : { interpreter }) }
}

function loaderOf(file: Buffer): string | undefined {
  const wide = file[4] === 2
  const start = wide ? Number(file.readBigUInt64LE(32)) : file.readUInt32LE(28)
  const size = file.readUInt16LE(wide ? 54 : 42)
  const count = file.readUInt16LE(wide ? 56 : 44)
  for (let at = start; at < start + size * count; at += size) {
    if (at + size > file.length) return undefined
    if (file.readUInt32LE(at) !== programInterpreter) continue
    const offset = wide ? Number(file.readBigUInt64LE(at + 8)) : file.readUInt32LE(at + 4)
    const length = wide ? Number(file.readBigUInt64LE(at + 32)) : file.readUInt32LE(at + 16)
    return file.toString('latin1', offset, offset + length).replace(/\0.*$/s, '')
  }
  return undefined
}

/** Whether a file is an ELF program that needs nothing else to start. */
export function isStatic(bytes: Uint8Array): boolean {
  const facts = readElf(bytes)
  return facts !== undefined && facts.interpreter === undefined
}

/** The interpreter and its first argument that a `#!` line names, carriage returns kept; undefined for other files. */
export function readShebang(bytes: Uint8Array): readonly string[] | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 256)).toString('latin1')
  const line = /^#![ \t]*([^\n]+)/.exec(text)?.[1]
  return line?.split(/[ \t]+/).filter((word) => word !== '')
}
