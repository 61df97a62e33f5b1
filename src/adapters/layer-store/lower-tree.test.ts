import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LayerEntry } from '../../archive/index.ts'
import { lowerTree } from './lower-tree.ts'

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

it('finds many directories in parts of the layers as it finds each in the whole of them', () => {
  fc.assert(
    fc.property(fc.array(layer, { maxLength: 4 }), (layers) => {
      const indexes = {
        read: (id: string) => layers[Number(id)] ?? [],
        readAt: (id: string, paths: ReadonlySet<string>) =>
          (layers[Number(id)] ?? []).filter(({ path }) => paths.has(path)),
      }
      const tree = lowerTree('/none', [...layers.keys()].map(String), indexes)
      expect(tree.directories(names)).toEqual(names.map((path) => tree.directory(path)))
    }),
  )
})
