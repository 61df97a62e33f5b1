import {
  findNode,
  impliedDirectory,
  type LayerEntry,
  type MergedNode,
  mergeLayers,
  parentOf,
} from '../../archive/index.ts'
import { createLayerContents, type OpenContent } from './layer-contents.ts'
import type { LayerIndexCache } from './layer-index-cache.ts'

/** What lies under a layer that is being made. The merged tree is only built when something is asked of it. */
export interface LowerTree {
  find(path: string): MergedNode | undefined
  /** How a directory that the new layer does not state looks below; 0755 of root when there is none. */
  directory(path: string): LayerEntry
  /** `directory` for many paths at once, without reading all of the layers. */
  directories(paths: Iterable<string>): readonly LayerEntry[]
  /** The content of a file; whoever asks closes its handle. */
  open(node: MergedNode): OpenContent
}

export function lowerTree(root: string, ids: readonly string[], indexes: LayerIndexCache): LowerTree {
  const contents = createLayerContents(root, (id) => indexes.read(id))
  let tree: MergedNode | undefined
  const find = (path: string) => {
    if (ids.length === 0) return undefined
    tree ??= mergeLayers(ids.map((id) => indexes.read(id)))
    return findNode(tree, path)
  }
  return {
    find,
    directory: (path) => asDirectory(path, find(path)?.entry),
    directories: (paths) => {
      const wanted = [...paths]
      const places = new Set(wanted.flatMap(withParents))
      const part = mergeLayers(ids.map((id) => indexes.readAt(id, places)))
      return wanted.map((path) => asDirectory(path, findNode(part, path)?.entry))
    },
    open: ({ content }) => contents.open(ids[content.layer] ?? '', content.path),
  }
}

function asDirectory(path: string, below: LayerEntry | undefined): LayerEntry {
  if (below === undefined || below.kind !== 'dir') return { ...impliedDirectory, path }
  const { opaque: _, ...entry } = below
  return { ...entry, path }
}

/** A path and all directories above it but the root: what decides how it looks in a merged tree. */
function withParents(path: string): string[] {
  const places: string[] = []
  for (let at: string | undefined = path; at !== undefined && at !== ''; at = parentOf(at)) places.push(at)
  return places
}
