import { type LayerEntry, parentOf } from '../../archive/index.ts'
import type { ImageFacts } from '../image-facts.ts'

/** A file of a layer that later layers have hidden. */
export interface HiddenFile {
  readonly entry: LayerEntry
  /** Indexes of the layer that has it and of the one that hides it. */
  readonly layer: number
  readonly by: number
  readonly how: 'deleted' | 'overwritten'
}

/** Files whose bytes are in the image and can be seen by nobody, each with the first layer that hides it. */
export function hiddenFiles({ layers }: Pick<ImageFacts, 'layers'>): readonly HiddenFile[] {
  const found: HiddenFile[] = []
  const above: Hiding[] = []
  for (let layer = layers.length - 1; layer >= 0; layer -= 1) {
    const entries = layers[layer]?.entries ?? []
    const linked = new Set(entries.flatMap(({ kind, linkname }) => (kind === 'hardlink' ? (linkname ?? []) : [])))
    for (const entry of entries) {
      // Another name of the file may still show it.
      if (entry.kind !== 'file' || entry.size === 0 || linked.has(entry.path)) continue
      const by = above.findLast((hiding) => hiding.hides(entry.path) !== undefined)
      const how = by?.hides(entry.path)
      if (by !== undefined && how !== undefined) found.push({ entry, layer, by: by.layer, how })
    }
    above.push(hidingOf(entries, layer))
  }
  return found
}

interface Hiding {
  readonly layer: number
  readonly hides: (path: string) => HiddenFile['how'] | undefined
}

/** What a layer does to those below it. */
function hidingOf(entries: readonly LayerEntry[], layer: number): Hiding {
  const replaced = new Set<string>()
  const gone = new Set<string>()
  const emptied = new Set<string>()
  for (const { kind, path, opaque } of entries) {
    if (kind === 'whiteout') gone.add(path)
    else if (kind !== 'dir') replaced.add(path)
    else if (opaque === true) emptied.add(path)
  }
  return {
    layer,
    hides: (path) => {
      if (replaced.has(path)) return 'overwritten'
      if (gone.has(path)) return 'deleted'
      for (let above = parentOf(path) ?? ''; above !== ''; above = parentOf(above) ?? '')
        if (gone.has(above) || emptied.has(above) || replaced.has(above)) return 'deleted'
      return undefined
    },
  }
}
