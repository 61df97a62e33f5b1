import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LayerEntry } from '../../archive/index.ts'
import { type LowerTree, lowerTree } from './lower-tree.ts'

const names = ['a', 'b', 'a/a', 'a/b', 'a/a/a', 'a/a/b', 'b/a', 'b/a/a']
const entry = fc.record({
  path: fc.constantFrom(...names),
  kind: fc.constantFrom('dir', 'dir', 'dir', 'file', 'whiteout', 'symlink'),
  mode: fc.constantFrom(0o700, 0o711, 0o755),
  opaque: fc.boolean(),
})
const layer = fc
  .uniqueArray(entry, { selector: ({ path }) => path, maxLength: 6 })
  .map((entries) => [...entries].sort((a, b) => (a.path < b.path ? -1 : 1)).map(whole))

function whole({
  path,
  kind,
  mode,
  opaque,
}: {
  path: string
  kind: string
  mode: number
  opaque: boolean
}): LayerEntry {
  const marked = kind === 'dir' && opaque ? { opaque } : {}
  return { path, kind: kind as LayerEntry['kind'], mode, uid: 0, gid: 0, size: 0, mtime: 0n, ...marked }
}

function treeOver(layers: readonly (readonly LayerEntry[])[]): LowerTree {
  const indexes = {
    read: (id: string) => layers[Number(id)] ?? [],
    readAt: (id: string, paths: ReadonlySet<string>) =>
      (layers[Number(id)] ?? []).filter(({ path }) => paths.has(path)),
  }
  return lowerTree('/none', [...layers.keys()].map(String), indexes)
}

it('finds directories in parts of the layers as it finds each in the whole of them', () => {
  fc.assert(
    fc.property(fc.array(layer, { maxLength: 4 }), fc.subarray(names), (layers, asked) => {
      const tree = treeOver(layers)
      expect(tree.directories(asked)).toEqual(asked.map((path) => tree.directory(path)))
    }),
  )
})

it('gives directories as the layers state them, without the mark of what they hide, and others as 0755 of root', () => {
  const plain = { opaque: false, mode: 0o711 }
  const tree = treeOver([
    [whole({ path: 'a', kind: 'dir', mode: 0o700, opaque: true }), whole({ path: 'b', kind: 'file', ...plain })],
  ])
  const directories = tree.directories(['a', 'b', 'c'])
  expect(directories.map(({ path, kind, mode }) => [path, kind, mode])).toEqual([
    ['a', 'dir', 0o700],
    ['b', 'dir', 0o755],
    ['c', 'dir', 0o755],
  ])
  expect(directories.some((one) => 'opaque' in one)).toBe(false)
})
