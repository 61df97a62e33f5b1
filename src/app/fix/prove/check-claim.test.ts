import { describe, expect, it } from 'vitest'
import type { ImageFacts } from '../../../compare/index.ts'
import { memoryTree } from '../../../fileset/index.ts'
import { checkClaim, type Trials } from './check-claim.ts'
import type { Trial } from './trial-build.ts'

interface Shape {
  readonly files?: Readonly<Record<string, string>>
  readonly cmd?: readonly string[]
  readonly disk?: number
}

function trial({ files = {}, cmd = [], disk = 0 }: Shape): Trial {
  const facts: ImageFacts = {
    name: 'x',
    platform: { os: 'linux', architecture: 'amd64' },
    config: { config: { Cmd: cmd } },
    layers: [{ diffId: String(disk), disk }],
    view: memoryTree(files),
    packages: [],
    skipped: [],
    owned: new Set(),
    programs: new Map(),
  }
  return { facts, ran: 0 } as Trial
}

function trials(before: Shape, after: Shape, more: Partial<Trials> = {}): Trials {
  const nothing = async (): Promise<undefined> => undefined
  const unsteady = async (): Promise<ReadonlySet<string>> => new Set()
  return { before: trial(before), after: trial(after), unsteady, rebuilt: nothing, secrets: nothing, ...more }
}

describe('a claim', () => {
  it('of the same files fails with the paths that differ', async () => {
    const files = { a: '1', b: '1', c: '1', d: '1' }
    expect(await checkClaim('same-files', trials({ files }, { files }))).toMatchObject({
      after: 'the same',
      holds: true,
    })
    const other = trials({ files }, { files: { a: '22', e: '1' } })
    expect(await checkClaim('same-files', other)).toMatchObject({
      before: '4 files',
      after: '/a changed, /b removed, /c removed and 2 more',
      holds: false,
    })
  })

  it('of the same files does not mind what no two builds have in common, and asks for that only when files differ', async () => {
    const unsteady = async (): Promise<ReadonlySet<string>> => new Set(['log'])
    const logs = trials({ files: { log: '1' } }, { files: { log: '22' } }, { unsteady })
    expect(await checkClaim('same-files', logs)).toMatchObject({
      after: 'the same but for 1 that no two builds have in common',
      holds: true,
    })
    const more = trials({ files: { log: '1' } }, { files: { log: '22', b: '' } }, { unsteady })
    expect(await checkClaim('same-files', more)).toMatchObject({ after: '/b added', holds: false })
    const never = (): never => {
      throw new Error('nobody asked')
    }
    expect(await checkClaim('same-files', trials({}, {}, { unsteady: never }))).toMatchObject({ holds: true })
  })

  it('of the same configuration fails with what became of it', async () => {
    expect(await checkClaim('same-config', trials({ cmd: ['a'] }, { cmd: ['a'] }))).toMatchObject({ holds: true })
    expect(await checkClaim('same-config', trials({ cmd: ['a'] }, { cmd: ['b'] }))).toMatchObject({
      after: 'CMD: ["a"] became ["b"]',
      holds: false,
    })
  })

  it.each([
    [10, 9, true],
    [10, 10, false],
    [10, 11, false],
  ])('of less is about bytes: %i before, %i after', async (before, after, holds) => {
    const measured = await checkClaim('smaller', trials({ disk: before }, { disk: after }))
    expect(measured).toEqual({ claim: 'smaller', before, after, unit: 'bytes', holds })
  })

  it('of fewer steps holds when fewer run', async () => {
    const steps = (before: number, after: number): Trials =>
      trials({}, {}, { rebuilt: async () => ({ before, after }) })
    expect(await checkClaim('fewer-cache-misses', steps(3, 1))).toMatchObject({ unit: 'steps', holds: true })
    expect(await checkClaim('fewer-cache-misses', steps(3, 3))).toMatchObject({ holds: false })
    expect(await checkClaim('fewer-cache-misses', trials({}, {}))).toMatchObject({
      after: 'not measured',
      holds: false,
    })
  })

  it('of no secret holds when none is left', async () => {
    const places = (before: number, after: number): Trials =>
      trials({}, {}, { secrets: async () => ({ before, after }) })
    expect(await checkClaim('secret-absent', places(2, 0))).toMatchObject({ unit: 'places', holds: true })
    expect(await checkClaim('secret-absent', places(2, 1))).toMatchObject({ holds: false })
  })
})
