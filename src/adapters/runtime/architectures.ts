/** How programs of an architecture look and what starts them. */
export interface Architecture {
  /** ELF machine number. */
  readonly elf: number
  readonly bits: 32 | 64
  readonly bigEndian?: boolean
  /** ELF header flags, for what refuses other values. */
  readonly flags?: number
  /** What qemu calls it: `qemu-aarch64`. */
  readonly qemu: string
  /** Instructions, in hex, that call exit(0). */
  readonly exit: string
}

/** By OCI name. `exit` loads the number of the system call and 0, and calls the kernel. */
export const architectures: Readonly<Record<string, Architecture>> = {
  '386': { elf: 0x03, bits: 32, qemu: 'i386', exit: '31db31c040cd80' },
  amd64: { elf: 0x3e, bits: 64, qemu: 'x86_64', exit: '31ffb83c0000000f05' },
  arm: { elf: 0x28, bits: 32, flags: 0x05000000, qemu: 'arm', exit: '0000a0e30170a0e3000000ef' },
  arm64: { elf: 0xb7, bits: 64, qemu: 'aarch64', exit: '000080d2a80b80d2010000d4' },
  loong64: { elf: 0x102, bits: 64, flags: 0x03, qemu: 'loongarch64', exit: '040015000b74810300002b00' },
  mips64le: { elf: 0x08, bits: 64, flags: 0x60000000, qemu: 'mips64el', exit: 'c2130224000004240c000000' },
  ppc64le: { elf: 0x15, bits: 64, flags: 2, qemu: 'ppc64le', exit: '000060380100003802000044' },
  riscv64: { elf: 0xf3, bits: 64, qemu: 'riscv64', exit: '130500009308d00573000000' },
  s390x: { elf: 0x16, bits: 64, bigEndian: true, qemu: 's390x', exit: 'a72900000a01' },
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

/** OCI names of the architectures whose programs the processor runs itself. */
export function nativeArchitectures(): readonly string[] {
  return natives[process.arch] ?? []
}

const headerSize = { 32: 52, 64: 64 } as const
const segmentSize = { 32: 32, 64: 56 } as const
const pageSize = 0x10000
const start = 0x10000000

/** A program of some hundred bytes that does nothing but end well, to find out whether such programs run here. */
export function smallestProgram(architecture: Architecture): Uint8Array {
  const { bits, flags = 0, bigEndian = false } = architecture
  const code = Buffer.from(architecture.exit, 'hex')
  const codeAt = headerSize[bits] + segmentSize[bits]
  const size = codeAt + code.length
  const write = fieldWriter(bigEndian)
  const identification = [0x7f, 0x45, 0x4c, 0x46, bits === 64 ? 2 : 1, bigEndian ? 2 : 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  const header = [
    ...[2, architecture.elf].map((value) => write(value, 2)),
    write(1, 4),
    ...[start + codeAt, headerSize[bits], 0].map((value) => write(value, bits / 8)),
    write(flags, 4),
    ...[headerSize[bits], segmentSize[bits], 1, 0, 0, 0].map((value) => write(value, 2)),
  ]
  // PT_LOAD, readable and executable; the flags stand elsewhere in the narrow form.
  const [load, rights] = [write(1, 4), write(5, 4)]
  const place = [0, start, start, size, size].map((value) => write(value, bits / 8))
  const align = write(pageSize, bits / 8)
  const segment = bits === 64 ? [load, rights, ...place, align] : [load, ...place, rights, align]
  return Buffer.concat([Buffer.from(identification), ...header, ...segment, code])
}

function fieldWriter(bigEndian: boolean): (value: number, bytes: number) => Buffer {
  return (value, bytes) => {
    const field = Buffer.alloc(bytes)
    const narrow = Math.min(bytes, 4)
    if (bigEndian) field.writeUIntBE(value, bytes - narrow, narrow)
    else field.writeUIntLE(value, 0, narrow)
    return field
  }
}
