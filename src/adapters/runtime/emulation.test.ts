import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { architectures } from './architectures.ts'
import { type EmulationPlaces, emulationFor, registrationLine } from './emulation.ts'

const foreign = process.arch === 'arm64' ? 'amd64' : 'arm64'
const machine = foreign === 'arm64' ? 'b700' : '3e00'
const handler = (flags: string, state = 'enabled'): string =>
  `${state}\ninterpreter /usr/bin/qemu-static\nflags: ${flags}\noffset 0\nmagic 7f454c460201010000000000000000000200${machine}\nmask ff\n`

describe('emulationFor', () => {
  let directory = ''
  let places: EmulationPlaces
  const put = (name: string, text: string): void => writeFileSync(join(directory, name), text)
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-binfmt-'))
    places = { registry: directory, lines: directory, find: () => undefined }
    put('status', 'enabled\n')
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  it('needs nothing for the architecture of the machine', () => {
    expect(emulationFor(process.arch === 'arm64' ? 'arm64' : 'amd64', places)).toEqual({ available: true })
  })

  it('finds an enabled handler with flag F by the machine it matches', () => {
    put('any-name', handler('OCF'))
    expect(emulationFor(foreign, places)).toEqual({ available: true, handler: '/usr/bin/qemu-static' })
    expect(emulationFor('s390x', places).available).toBe(false)
  })

  it('says what to install where there is nothing', () => {
    const fix = expect.stringMatching(/^install qemu-user-static .*tonistiigi\/binfmt --install all$/)
    expect(emulationFor(foreign, places)).toEqual({ available: false, why: 'no qemu handler in binfmt_misc', fix })
    expect(emulationFor('pdp11', places)).toMatchObject({ available: false, why: 'pdp11 is not known' })
  })

  it('says how to register what is installed, mounting the registry where that is missing', () => {
    const installed = { ...places, find: (name: string) => (name.endsWith('-static') ? `/opt/${name}` : undefined) }
    const line = registrationLine(architectures[foreign] as (typeof architectures)[string], '')
    expect(emulationFor(foreign, installed)).toMatchObject({
      why: expect.stringMatching(/^\/opt\/qemu-.*-static is there, but not registered in binfmt_misc$/),
      fix: expect.stringMatching(/^as root: mount -t binfmt_misc binfmt_misc .*; printf %s ':qemu-/),
    })
    put('register', '')
    put(`qemu-${architectures[foreign]?.qemu}.conf`, `${line.replace(/:F$/, '')}/lib/x:OPF\n`)
    const fix = `as root: for line in ${directory}/qemu-*.conf; do cat $line > ${directory}/register; done`
    expect(emulationFor(foreign, installed)).toMatchObject({ fix })
  })

  it('says what is wrong with a handler that lacks F or is off', () => {
    put('one', handler('OC'))
    expect(emulationFor(foreign, places)).toMatchObject({
      available: false,
      why: expect.stringContaining('lacks flag F'),
      interpreter: '/usr/bin/qemu-static',
    })
    put('one', handler('F', 'disabled'))
    expect(emulationFor(foreign, places)).toEqual({
      available: false,
      why: 'its binfmt_misc handler is switched off',
      fix: `as root: echo 1 > ${directory}/one`,
    })
  })
})

describe('registrationLine', () => {
  it('is what qemu itself registers, opened at once', () => {
    const { arm64, s390x } = architectures as Record<'arm64' | 's390x', (typeof architectures)[string]>
    const zeros = '\\x00'.repeat(9)
    const [front, back] = ['\\xff'.repeat(7), '\\xff'.repeat(8)]
    expect(registrationLine(arm64, '/qemu')).toBe(
      `:qemu-aarch64:M::\\x7f\\x45\\x4c\\x46\\x02\\x01\\x01${zeros}\\x02\\x00\\xb7\\x00:${front}\\x00${back}\\xfe\\xff\\xff\\xff:/qemu:F`,
    )
    expect(registrationLine(s390x, '/qemu')).toContain(`\\x02\\x02\\x01${zeros}\\x00\\x02\\x00\\x16:`)
    expect(registrationLine(s390x, '/qemu')).toContain(`${back}\\xff\\xfe\\xff\\xff:/qemu:F`)
  })
})
