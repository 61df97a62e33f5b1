import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { architectures, nativeArchitectures, smallestProgram } from './architectures.ts'
import { emulatorOf } from './emulation.ts'
import { startsHere } from './emulators.ts'

describe('the smallest program', () => {
  let directory = ''
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-smallest-'))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it.each(Object.entries(architectures))('is for %s, and ends well where qemu runs it', (name, architecture) => {
    const program = Buffer.from(smallestProgram(architecture))
    expect(program.toString('latin1', 0, 4)).toBe('\x7fELF')
    expect(architecture.bigEndian === true ? program.readUInt16BE(18) : program.readUInt16LE(18)).toBe(architecture.elf)
    const qemu = emulatorOf(architecture)
    if (qemu === undefined) return
    const file = join(directory, name)
    writeFileSync(file, program, { mode: 0o755 })
    expect(spawnSync(qemu, [file])).toMatchObject({ status: 0, signal: null })
  })

  it('ends well on the processor it is for, and does not start when it is for nothing', () => {
    for (const name of nativeArchitectures().slice(0, 1)) expect(startsHere(name, directory)).toBe(true)
    expect(startsHere('pdp11', directory)).toBe(false)
  })
})
