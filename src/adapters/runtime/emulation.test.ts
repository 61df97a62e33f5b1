import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emulationFor } from './emulation.ts'

const foreign = process.arch === 'arm64' ? 'amd64' : 'arm64'
const machine = foreign === 'arm64' ? 'b700' : '3e00'
const handler = (flags: string, state = 'enabled'): string =>
  `${state}\ninterpreter /usr/bin/qemu-static\nflags: ${flags}\noffset 0\nmagic 7f454c460201010000000000000000000200${machine}\nmask ff\n`

describe('emulationFor', () => {
  let registry = ''
  beforeEach(() => {
    registry = mkdtempSync(join(tmpdir(), 'slipway-binfmt-'))
    writeFileSync(join(registry, 'status'), 'enabled\n')
  })
  afterEach(() => rmSync(registry, { recursive: true, force: true }))

  it('needs nothing for the architecture of the machine', () => {
    expect(emulationFor(process.arch === 'arm64' ? 'arm64' : 'amd64', registry)).toEqual({ available: true })
  })

  it('finds an enabled handler with flag F by the machine it matches', () => {
    writeFileSync(join(registry, 'any-name'), handler('OCF'))
    expect(emulationFor(foreign, registry)).toEqual({ available: true, handler: '/usr/bin/qemu-static' })
    expect(emulationFor('s390x', registry).available).toBe(false)
  })

  it('says what is wrong with one that lacks F, is off, or is missing', () => {
    expect(emulationFor(foreign, registry)).toMatchObject({
      available: false,
      reason: expect.stringContaining('no binfmt_misc handler'),
    })
    writeFileSync(join(registry, 'qemu'), handler('OC'))
    expect(emulationFor(foreign, registry)).toMatchObject({
      available: false,
      reason: expect.stringContaining('lacks flag F'),
    })
    writeFileSync(join(registry, 'qemu'), handler('F', 'disabled'))
    expect(emulationFor(foreign, registry)).toMatchObject({
      available: false,
      fix: expect.stringContaining('qemu-user-static'),
    })
    expect(emulationFor('pdp11', registry)).toMatchObject({ available: false, reason: 'unknown architecture pdp11' })
  })
})
