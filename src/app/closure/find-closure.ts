import type { StoredLayers } from '../../adapters/layer-store/index.ts'
import { findNode, mergeLayers } from '../../archive/index.ts'
import { closureOf, followers } from '../../closure/index.ts'
import { mergedView } from '../../fileset/index.ts'
import type { ReadPart } from '../../inventory/index.ts'
import type { KnownClosure, LayeredImage } from './closure-memo.ts'

/** What an image needs to start, and what of it is missing, each gap with the layer that brought its file. Reads the store only. */
export function findClosure(store: StoredLayers, { platform, config, layers }: LayeredImage): KnownClosure {
  const ids = layers.map(({ id }) => id)
  const root = mergeLayers(ids.map((id) => store.readIndex(id)))
  const view = mergedView(root, ids, (layer, path, size) => store.readPart(layer, path, { offset: 0, length: size }))
  const read: ReadPart = (path, part) => {
    const node = findNode(root, path)
    const layer = ids[node?.content.layer ?? -1]
    try {
      return node === undefined || layer === undefined ? undefined : store.readPart(layer, node.content.path, part)
    } catch {
      // Files of subordinate users that only they may read.
      return undefined
    }
  }
  const { gaps, unknown } = closureOf({ platform, config, view, read }, followers)
  return {
    unknown,
    gaps: gaps.map((gap) => {
      const layer = gap.file === undefined ? undefined : ids[findNode(root, gap.file)?.layer ?? -1]
      return layer === undefined ? { gap } : { gap, layer }
    }),
  }
}
