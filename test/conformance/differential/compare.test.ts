import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { encodeTarHeader, endOfArchive, type LayerEntry, tarPadding } from '../../../src/archive/index.ts'
import { scratchDir } from '../../kit/slipway.ts'
import { difference, readResult, type Result } from './compare.ts'
import { dialectOf } from './dialect.ts'
import { explain } from './known-differences.ts'
import type { Results } from './try-build.ts'

const scratch = scratchDir('compare')
afterAll(() => scratch.remove())

const since = 2000
const built = { code: 0, stdout: '', said: '' }

function entry(name: string, more: Partial<LayerEntry> = {}): LayerEntry {
  return { path: name, kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 1_000_000_000_000n, ...more }
}

function tar(members: readonly (readonly [LayerEntry, Buffer])[]): Buffer {
  const parts = members.map(([one, bytes]) => [encodeTarHeader(one), bytes, Buffer.alloc(tarPadding(bytes.length))])
  return Buffer.concat([...parts.flat(), endOfArchive])
}

/** The result of an image with one layer: these entries, whose contents are as long as they say. */
async function imageOf(entries: readonly LayerEntry[], config: object = {}, letter = 'x'): Promise<Result> {
  const layer = tar(entries.map((one) => [one, Buffer.from(letter.repeat(one.size))]))
  const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
  const rootfs = { diff_ids: [`sha256:${digestOf(layer)}`] }
  const image = { os: 'linux', architecture: 'amd64', history: [{ created_by: 'COPY' }], config, rootfs }
  const json = Buffer.from(JSON.stringify(image))
  const saved = Buffer.from(JSON.stringify([{ Config: 'config.json', Layers: ['layer.tar'] }]))
  const member = (name: string, bytes: Buffer) => [entry(name, { size: bytes.length }), bytes] as const
  const file = path.join(scratch.dir, `${digestOf(json)}.tar`)
  writeFileSync(file, tar([member('manifest.json', saved), member('config.json', json), member('layer.tar', layer)]))
  return readResult(built, file, since)
}

describe('images are told apart by', () => {
  const changes: Readonly<Record<string, LayerEntry>> = {
    'the mode of a file': entry('f', { mode: 0o600 }),
    'the set-user-id bit': entry('f', { mode: 0o4644 }),
    'the owner': entry('f', { uid: 1 }),
    'the group': entry('f', { gid: 1 }),
    'the size': entry('f', { size: 2 }),
    'the type': entry('f', { kind: 'dir' }),
    'an attribute': entry('f', { xattrs: { 'security.capability': Buffer.from('x') } }),
    'a time before the build': entry('f', { mtime: 999_000_000_000n }),
    'a path': entry('g'),
  }
  test.each(Object.entries(changes))('%s', async (_, changed) => {
    expect(difference(await imageOf([entry('f')]), await imageOf([changed]))).toMatch(/^[-+] (f|g) /m)
  })

  test('the content of a file of the same size', async () => {
    const of = (letter: string): Promise<Result> => imageOf([entry('f', { size: 1 })], {}, letter)
    expect(difference(await of('a'), await of('b'))).toContain('1 "a"')
  })

  test('the target of a link', async () => {
    const of = (linkname: string): Promise<Result> => imageOf([entry('l', { kind: 'symlink', linkname })])
    expect(difference(await of('a'), await of('b'))).toContain('-> a')
  })

  test('two names being one file', async () => {
    const linked = await imageOf([entry('a'), entry('b', { kind: 'hardlink', linkname: 'a' })])
    expect(difference(await imageOf([entry('a'), entry('b')]), linked)).toContain('same file as a')
  })

  test.each([
    ['Env', { Env: ['A=a'] }],
    ['a label', { Labels: { A: '' } }],
    ['ArgsEscaped', { ArgsEscaped: true }],
  ])('%s of the configuration', async (_, config) => {
    expect(difference(await imageOf([entry('f')]), await imageOf([entry('f')], config))).toMatch(/^\+ /m)
  })
})

describe('results agree', () => {
  test('when everything is equal but times of the build', async () => {
    const of = (seconds: bigint): Promise<Result> => imageOf([entry('f', { mtime: seconds * 1_000_000_000n })])
    expect(difference(await of(2000n), await of(2001n))).toBeUndefined()
  })

  test('when both builds fail, and not when one does', async () => {
    const failure: Result = { kind: 'failure', said: 'no' }
    const image = await imageOf([entry('f')])
    expect(difference(failure, failure)).toBeUndefined()
    expect(difference(failure, image)).toBe('only the reference fails:\nno')
    expect(difference(image, failure)).toBe('only Slipway fails:\nno')
  })
})

describe('known differences', () => {
  const build = { dockerfile: 'FROM a\nCOPY a b', files: {}, args: [] }
  const explained = (results: Results, version = '28.5'): readonly string[] | undefined =>
    explain(results, build, dialectOf(version))

  test('explain what they name and nothing beside it', async () => {
    const hard = (mode: number): Promise<Result> =>
      imageOf([entry('a', { mode }), entry('b', { kind: 'hardlink', linkname: 'a' })])
    const apart = await imageOf([entry('a'), entry('b')])
    expect(explained({ reference: await hard(0o644), slipway: apart })).toEqual(['links to lower layers'])
    expect(explained({ reference: await hard(0o600), slipway: apart })).toBeUndefined()
  })

  test('do not explain that only one fails', async () => {
    const failure: Result = { kind: 'failure', said: 'no' }
    const image = await imageOf([entry('f')])
    expect(explained({ reference: image, slipway: failure })).toBeUndefined()
    expect(explained({ reference: failure, slipway: image })).toBeUndefined()
  })
})
