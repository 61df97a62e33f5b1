import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isStatic, readElf } from './index.ts'

/** A header alone: class, byte order, type and machine. */
function header(bits: 32 | 64, order: 'little' | 'big', machine: number, type = 2): Buffer {
  const file = Buffer.alloc(64)
  file.write('\x7fELF', 'latin1')
  file[4] = bits === 64 ? 2 : 1
  file[5] = order === 'little' ? 1 : 2
  if (order === 'little') {
    file.writeUInt16LE(type, 16)
    file.writeUInt16LE(machine, 18)
  } else {
    file.writeUInt16BE(type, 16)
    file.writeUInt16BE(machine, 18)
  }
  return file
}

describe('readElf', () => {
  it('reads machine, loader and segments of a dynamically linked program', () => {
    // This very Node is one, except on musl, where its loader has another name.
    const facts = readElf(readFileSync(process.execPath))
    expect(facts?.interpreter).toMatch(/^\/lib.*\/ld-.*\.so/)
    expect(facts?.architecture).toBe({ x64: 'amd64', arm64: 'arm64' }[process.arch as string])
    expect(facts?.segments.some(({ isWritable, size }) => isWritable && size > 0)).toBe(true)
    expect(['executable', 'shared']).toContain(facts?.type)
  })

  it.each([
    [32, 'little', 0x03, '386'],
    [64, 'little', 0x3e, 'amd64'],
    [64, 'little', 0xb7, 'arm64'],
    [32, 'little', 0x28, 'arm'],
    [64, 'little', 0x15, 'ppc64le'],
    [64, 'big', 0x15, 'ppc64'],
    [64, 'big', 0x16, 's390x'],
    [64, 'little', 0xf3, 'riscv64'],
    [32, 'big', 0x08, 'mips'],
    [64, 'little', 0x08, 'mips64le'],
    [64, 'little', 0x102, 'loong64'],
    [64, 'little', 0xf7, 'machine 0xf7'],
  ] as const)('calls %i bits, %s-endian, machine %i %s', (bits, order, machine, architecture) => {
    expect(readElf(header(bits, order, machine))).toMatchObject({ architecture, bits, byteOrder: order })
  })

  it('tells object files from programs', () => {
    expect(readElf(header(64, 'little', 0xb7, 1))?.type).toBe('relocatable')
    expect(readElf(header(64, 'little', 0xb7, 3))?.type).toBe('shared')
    expect(readElf(header(64, 'little', 0xb7, 0xfe00))?.type).toBe('other')
  })

  it.each(['', 'text', '\x7fELF', `#!/bin/sh\n${' '.repeat(80)}`])('finds nothing in %j', (text) => {
    expect(readElf(Buffer.from(text, 'latin1'))).toBeUndefined()
    expect(isStatic(Buffer.from(text, 'latin1'))).toBe(false)
  })

  it('survives whatever follows the first four bytes', () => {
    const loose = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(loose, (rest) => {
        const facts = readElf(Buffer.concat([Buffer.from('\x7fELF', 'latin1'), rest]))
        expect(facts === undefined || facts.segments.length < 10).toBe(true)
      }),
    )
    const outside = Buffer.from(`\x7fELF\x02\x01${'\0'.repeat(26)}\xff${'\xff'.repeat(40)}`, 'latin1')
    expect(readElf(outside)).toMatchObject({ architecture: 'machine 0x0', segments: [] })
  })
})
