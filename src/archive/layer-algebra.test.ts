import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digestOf, pathFromBytes } from '../core/index.ts'
import {
  childNames,
  compareNames,
  comparePaths,
  contentDigest,
  decodeIndex,
  diffTrees,
  encodeIndex,
  extendTree,
  findNode,
  flattenTree,
  type LayerEntry,
  type MergedNode,
  mergeLayers,
} from './index.ts'

const owner = { uid: 0, gid: 0, mtime: 0n }
const file = (path: string, text = 'x'): LayerEntry => ({
  path,
  kind: 'file',
  mode: 0o644,
  size: text.length,
  digest: digestOf(text),
  ...owner,
})
const dir = (path: string, more: Partial<LayerEntry> = {}): LayerEntry => ({
  path,
  kind: 'dir',
  mode: 0o755,
  size: 0,
  ...owner,
  ...more,
})
const gone = (path: string): LayerEntry => ({ path, kind: 'whiteout', mode: 0, size: 0, ...owner })
const link = (path: string, linkname: string): LayerEntry => ({
  path,
  kind: 'hardlink',
  mode: 0o644,
  size: 0,
  ...owner,
  linkname,
})
const symlink = (path: string, linkname: string): LayerEntry => ({
  path,
  kind: 'symlink',
  mode: 0o777,
  size: 0,
  ...owner,
  linkname,
})

/** What a tree shows, with hard links as groups of names. */
function shown(root: MergedNode): unknown[] {
  return flattenTree(root).map(({ entry }) => entry)
}

const paths = (layers: LayerEntry[][]) => flattenTree(mergeLayers(layers)).map(({ entry }) => entry.path)

describe('mergeLayers', () => {
  test('a whiteout removes a subtree of lower layers only, wherever it stands in its layer', () => {
    expect(
      paths([
        [dir('a'), file('a/x'), file('b')],
        [dir('a'), file('a/y'), gone('a')],
      ]),
    ).toEqual(['a', 'a/y', 'b'])
  })

  test('an opaque directory hides what is below and keeps what its own layer brings', () => {
    expect(
      paths([
        [dir('a'), file('a/x')],
        [file('a/y'), dir('a', { opaque: true })],
      ]),
    ).toEqual(['a', 'a/y'])
  })

  test('a directory over a file and a file over a directory replace', () => {
    const tree = mergeLayers([
      [dir('a'), file('a/x'), file('b')],
      [file('a'), dir('b'), file('b/y')],
    ])
    expect(childNames(tree)).toEqual(['a', 'b'])
    expect(findNode(tree, 'a')?.entry.kind).toBe('file')
    expect(findNode(tree, 'a/x')).toBeUndefined()
    expect(findNode(tree, 'b/y')?.layer).toBe(1)
  })

  test('a repeated directory keeps its content and takes the new attributes', () => {
    const tree = mergeLayers([[dir('a'), file('a/x')], [dir('a', { mode: 0o700 })]])
    expect(findNode(tree, 'a')?.entry.mode).toBe(0o700)
    expect(findNode(tree, 'a/x')?.layer).toBe(0)
  })

  test('a hard link shows the file it names, also across layers and through later links', () => {
    const tree = mergeLayers([[file('a', 'text')], [link('b', 'c'), link('c', 'a')]])
    const [a, b, c] = ['a', 'b', 'c'].map((path) => findNode(tree, path))
    expect([b?.entry.digest, c?.entry.size]).toEqual([digestOf('text'), 4])
    expect(new Set([a?.inode, b?.inode, c?.inode]).size).toBe(1)
    expect(b?.content).toEqual({ layer: 0, path: 'a' })
  })

  test('links in a circle or to nothing leave the tree without them', () => {
    expect(paths([[link('a', 'b'), link('b', 'a'), link('c', 'c'), link('d', 'none')]])).toEqual([])
  })

  test('directories that no layer states are made', () => {
    expect(findNode(mergeLayers([[file('a/b/c')]]), 'a/b')).toMatchObject({
      layer: -1,
      entry: { kind: 'dir', mode: 0o755 },
    })
  })
})

const name = fc.constantFrom('a', 'b', 'c', 'd.e', 'd')
const anyPath = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
const anyEntry: fc.Arbitrary<LayerEntry> = fc.oneof(
  fc.tuple(anyPath, fc.constantFrom('x', 'yy')).map(([path, text]) => file(path, text)),
  fc
    .tuple(anyPath, fc.constantFrom(0o755, 0o700), fc.boolean())
    .map(([path, mode, opaque]) => dir(path, { mode, ...(opaque ? { opaque } : {}) })),
  anyPath.map((path) => symlink(path, '/t')),
  anyPath.map(gone),
  fc.tuple(anyPath, anyPath).map(([path, to]) => link(path, to)),
)
const layer = fc.uniqueArray(anyEntry, { maxLength: 12, selector: (entry) => entry.path })

describe('diffTrees', () => {
  test('laid on the lower tree it shows the upper one', () => {
    const holds = (lower: LayerEntry[][], upper: LayerEntry[][]) => {
      const target = mergeLayers(upper)
      const diff = diffTrees(mergeLayers(lower), target)
      expect(shown(mergeLayers([...lower, diff]))).toEqual(shown(target))
    }
    fc.assert(fc.property(fc.array(layer, { maxLength: 3 }), fc.array(layer, { maxLength: 3 }), holds), {
      numRuns: 1500,
    })
  })

  test('of equal trees is empty', () => {
    const holds = (layers: LayerEntry[][]) => {
      expect(diffTrees(mergeLayers(layers), mergeLayers(layers))).toEqual([])
    }
    fc.assert(fc.property(fc.array(layer, { maxLength: 3 }), holds))
  })

  test('flattening a stack and merging the result shows the same tree', () => {
    const holds = (layers: LayerEntry[][]) => {
      const tree = mergeLayers(layers)
      expect(shown(mergeLayers([flattenTree(tree).map(({ entry }) => entry)]))).toEqual(shown(tree))
    }
    fc.assert(fc.property(fc.array(layer, { maxLength: 3 }), holds), { numRuns: 500 })
  })
})

describe('contentDigest', () => {
  const base = [dir('a'), file('a/x'), link('a/y', 'a/x'), symlink('l', 'a')]

  test('does not depend on times, order, or which name of a file leads', () => {
    const digest = contentDigest(base)
    expect(contentDigest(base.map((entry) => ({ ...entry, mtime: 5n })))).toBe(digest)
    expect(contentDigest([...base].reverse())).toBe(digest)
    expect(contentDigest([dir('a'), file('a/y'), link('a/x', 'a/y'), symlink('l', 'a')])).toBe(digest)
  })

  test('is what stores hold already', () => {
    const bytes = { xattrs: { 'user.a': new Uint8Array([255]) } }
    expect(contentDigest([...base, { ...file('m'), ...bytes }, file('n')])).toBe(
      'sha256:40d793474aff28bc5733c408a8a8a3d50992408647f38a6709792dc69e88601b',
    )
  })

  test.each([
    ['mode', { mode: 0o600 }],
    ['owner', { uid: 1 }],
    ['group', { gid: 1 }],
    ['content', { digest: digestOf('z') }],
    ['attributes', { xattrs: { 'user.a': new Uint8Array(1) } }],
    ['path', { path: 'a/z' }],
  ])('depends on the %s', (_, change) => {
    expect(contentDigest([dir('a'), { ...file('a/x'), ...change }])).not.toBe(contentDigest([dir('a'), file('a/x')]))
  })

  test('tells a hard link from a copy, an opaque directory from a plain one, and a deleted name from an absent one', () => {
    const digests = [
      [dir('a'), file('b'), link('c', 'b')],
      [dir('a'), file('b'), file('c')],
      [dir('a', { opaque: true }), file('b'), file('c')],
      [dir('a', { opaque: true }), file('b'), file('c'), gone('d')],
    ].map(contentDigest)
    expect(new Set(digests).size).toBe(4)
  })
})

describe('the layer index', () => {
  test('decoding gives back what was encoded, surrogates and attributes included', () => {
    const entries: LayerEntry[] = [
      dir('', { opaque: true }),
      {
        ...file(`caf\u00e9 "\n\t${pathFromBytes(Buffer.from([0xe9, 0xff]))}`),
        xattrs: { 'security.capability': Uint8Array.of(1, 0, 255) },
      },
      link('h', 'x'),
      { ...dir('dev'), kind: 'char', devMajor: 1, devMinor: 3, mtime: -1_123_456_789n },
      gone('w'),
    ]
    const text = encodeIndex(entries)
    expect(decodeIndex(text)).toEqual(entries)
    expect(text.split('\n').length).toBe(entries.length + 3)
    expect(decodeIndex(encodeIndex([]))).toEqual([])
  })

  test.each(['', '{}', '[[1]]', '[["a","?",0,0,0,0,"0"]]'])('damaged text %j is a store error', (text) => {
    expect(() => decodeIndex(text)).toThrow(expect.objectContaining({ code: 'store-unusable' }))
  })
})

describe('path order', () => {
  test('names are ordered by bytes, not by UTF-16 units', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 5 })
    const holds = (a: Uint8Array, b: Uint8Array) => {
      expect(Math.sign(compareNames(pathFromBytes(a), pathFromBytes(b)))).toBe(Math.sign(Buffer.compare(a, b)))
    }
    fc.assert(fc.property(bytes, bytes, holds), { numRuns: 2000 })
    expect(compareNames('\u{1f600}', '\uffee')).toBeGreaterThan(0)
  })

  test('a directory and its content come before longer names with the same beginning', () => {
    expect(['a.b', 'a/b', 'a', 'a!'].sort(comparePaths)).toEqual(['a', 'a/b', 'a!', 'a.b'])
  })
})

describe('extendTree', () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
  const entry = fc.oneof(
    path.map((one) => file(one, one)),
    path.map((one) => dir(one)),
    path.map((one) => dir(one, { opaque: true })),
    path.map(gone),
    fc.tuple(path, path).map(([one, other]) => link(one, other)),
  )
  const layers = fc.array(fc.array(entry, { maxLength: 6 }), { minLength: 1, maxLength: 4 })

  const places = (tree: ReturnType<typeof flattenTree>) =>
    tree.map(({ entry: one, node: { layer, content, inode } }) => ({ one, layer, content, inode }))

  test('gives what merging all layers gives, and leaves the tree below as it was', () => {
    fc.assert(
      fc.property(layers, fc.nat(4), (all, cut) => {
        const below = all.slice(0, cut)
        const base = mergeLayers(below)
        const before = places(flattenTree(base))
        const whole = flattenTree(extendTree(base, all.slice(cut), below.length))
        expect(places(whole)).toEqual(places(flattenTree(mergeLayers(all))))
        expect(places(flattenTree(base))).toEqual(before)
      }),
    )
  })
})
