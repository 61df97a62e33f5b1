import { type LayerEntry, parentOf } from '../archive/index.ts'

/** A file of a layer that later layers have hidden. */
export interface HiddenFile {
  readonly entry: LayerEntry
  /** Indexes of the layer that has it and of the one that hides it. */
  readonly layer: number
  readonly by: number
  /** `same`: written again with the same content, for another owner, mode or time. */
  readonly how: 'deleted' | 'overwritten' | 'same'
}

/**
 * Files whose bytes are in the image and can be seen by nobody, each with the first layer that hides it. `layers` are lowest
 * first. A file with several names is hidden when all of them are.
 */
export function hiddenFiles(layers: readonly { readonly entries: readonly LayerEntry[] }[]): readonly HiddenFile[] {
  const found: HiddenFile[] = []
  const above: Hiding[] = []
  for (let layer = layers.length - 1; layer >= 0; layer -= 1) {
    const entries = layers[layer]?.entries ?? []
    const names = linkNames(entries)
    for (const entry of entries) {
      if (entry.kind !== 'file' || entry.size === 0) continue
      const hiding = [entry.path, ...(names.get(entry.path) ?? [])].map((path) =>
        firstHiding(above, { ...entry, path }),
      )
      const last = hiding.every((one) => one !== undefined)
        ? hiding.reduce((one, other) => (other.by > one.by ? other : one))
        : undefined
      if (last !== undefined) found.push({ entry, layer, ...last })
    }
    above.push(hidingOf(entries, layer))
  }
  return found
}

type Hidden = Pick<HiddenFile, 'by' | 'how'>

interface Hiding {
  readonly layer: number
  readonly hides: (entry: LayerEntry) => HiddenFile['how'] | undefined
}

/** The other names of files, by the one that carries the content. */
function linkNames(entries: readonly LayerEntry[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>()
  for (const { kind, linkname, path } of entries) {
    if (kind !== 'hardlink' || linkname === undefined) continue
    const known = names.get(linkname)
    if (known === undefined) names.set(linkname, [path])
    else known.push(path)
  }
  return names
}

/** `above` has the nearest layer last. */
function firstHiding(above: readonly Hiding[], entry: LayerEntry): Hidden | undefined {
  for (let at = above.length - 1; at >= 0; at -= 1) {
    const { layer, hides } = above[at] as Hiding
    const how = hides(entry)
    if (how !== undefined) return { by: layer, how }
  }
  return undefined
}

/** What a layer does to those below it. */
function hidingOf(entries: readonly LayerEntry[], layer: number): Hiding {
  const replaced = new Map<string, LayerEntry>()
  const gone = new Set<string>()
  const emptied = new Set<string>()
  for (const entry of entries) {
    const { kind, path, opaque } = entry
    if (kind === 'whiteout') gone.add(path)
    else if (kind !== 'dir') replaced.set(path, entry)
    else if (opaque === true) emptied.add(path)
  }
  return {
    layer,
    hides: ({ path, digest }) => {
      const by = replaced.get(path)
      if (by !== undefined) return digest !== undefined && by.digest === digest ? 'same' : 'overwritten'
      if (gone.has(path)) return 'deleted'
      for (let above = parentOf(path) ?? ''; above !== ''; above = parentOf(above) ?? '')
        if (gone.has(above) || emptied.has(above) || replaced.has(above)) return 'deleted'
      return undefined
    },
  }
}
