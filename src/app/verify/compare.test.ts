import { describe, expect, test } from 'vitest'
import { encodeTarHeader, endOfArchive, type LayerEntry, tarPadding } from '../../archive/index.ts'
import { firstDifference } from './compare-configs.ts'
import { compareLayers, layerContents } from './compare-layers.ts'

describe('firstDifference', () => {
  test.each([
    [{ a: 1, b: [1] }, { b: [1], a: 1 }, undefined],
    [
      { config: { Env: ['a', 'b'] } },
      { config: { Env: ['a', 'c'] } },
      { member: 'config.Env[1]', was: '"b"', is: '"c"' },
    ],
    [{ a: 1 }, {}, { member: 'a', was: '1', is: undefined }],
    [{}, { a: null }, { member: 'a', was: undefined, is: 'null' }],
    [{ a: [1] }, { a: [1, 2] }, { member: 'a[1]', was: undefined, is: '2' }],
    [{ a: [1] }, { a: { 0: 1 } }, { member: 'a', was: '[1]', is: '{"0":1}' }],
    [
      { b: 1, a: 1 },
      { b: 2, a: 2 },
      { member: 'a', was: '1', is: '2' },
    ],
  ])('of %j and %j', (was, is, difference) => {
    expect(firstDifference(was, is)).toEqual(difference)
  })
})

type Spec = Partial<LayerEntry> & { readonly path: string; readonly text?: string }

function* tar(entries: readonly Spec[]): Generator<Uint8Array> {
  for (const { text = '', ...entry } of entries) {
    const plain = { kind: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0n, size: text.length, ...entry } as const
    yield encodeTarHeader(plain)
    yield Buffer.from(text)
    yield new Uint8Array(tarPadding(text.length))
  }
  yield endOfArchive
}

async function compared(was: readonly Spec[], is: readonly Spec[]) {
  const contents = (entries: readonly Spec[]) => layerContents(stream(tar(entries)))
  return compareLayers(await contents(was), await contents(is))
}

async function* stream(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks
}

describe('compareLayers', () => {
  const a: Spec = { path: 'a', text: 'one' }
  test.each<readonly [string, readonly Spec[], readonly Spec[], readonly string[] | undefined]>([
    ['nothing', [a], [a], undefined],
    ['content', [a], [{ ...a, text: 'two' }], [expect.stringMatching(/^content sha256:\w+… \(3 bytes\) became/)]],
    ['mode', [a], [{ ...a, mode: 0o4755 }], ['mode 0644 became 04755']],
    ['owner', [a], [{ ...a, uid: 1, gid: 2 }], ['owner 0:0 became 1:2']],
    [
      'time',
      [a],
      [{ ...a, mtime: 1_000_000_000n }],
      ['mtime 1970-01-01T00:00:00.000Z became 1970-01-01T00:00:01.000Z'],
    ],
    ['a new path', [], [a], ['is new']],
    ['a path that is gone', [a], [], ['is gone']],
    [
      'kind and link',
      [{ path: 'a', kind: 'symlink', linkname: 'x' }],
      [{ path: 'a', kind: 'hardlink', linkname: 'y' }],
      ['kind symlink became hardlink', 'link to x became y'],
    ],
    ['attributes', [a], [{ ...a, xattrs: { 'user.x': Buffer.from('y') } }], ['attributes none became user.x=eQ==']],
    [
      'a directory that hides',
      [{ path: 'd', kind: 'dir' }],
      [{ path: 'd', kind: 'dir' }, { path: 'd/.wh..wh..opq' }],
      ['opaque false became true'],
    ],
  ])('finds %s', async (_, was, is, changes) => {
    expect((await compared(was, is))?.changes).toEqual(changes)
  })

  test('names what is more than a time first, and counts the others', async () => {
    const was = [a, { path: 'b', text: 'x' }, { path: 'c' }]
    const late = was.map((entry) => ({ ...entry, mtime: 1n << 40n }))
    expect(await compared(was, late)).toMatchObject({ path: 'a', others: 2, timesOnly: true })
    const changed = late.map((entry) => (entry.path === 'b' ? { ...entry, mode: 0o600 } : entry))
    expect(await compared(was, changed)).toMatchObject({ path: 'b', others: 2, timesOnly: false })
  })
})
