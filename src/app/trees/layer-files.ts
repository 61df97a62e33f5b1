import type { LayerEntry } from '../../archive/index.ts'
import { stackedView, type TreeView } from '../../fileset/index.ts'
import type { ReadPart } from '../../inventory/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { Session } from '../session.ts'

/** A layer whose files can be read in parts, wherever it is. */
export interface LayerFiles {
  readonly id: string
  readonly entries: readonly LayerEntry[]
  /** By the path in the layer. Layers that are not unpacked have no more than what inventories ask for. */
  readonly read: ReadPart
}

/** A root file system and the way to the content of its files. */
export interface RootFiles {
  readonly view: TreeView
  readonly read: ReadPart
}

/** A layer of the store. */
export function storedLayer(session: Session, { id }: Pick<LayerRef, 'id'>): LayerFiles {
  return { id, entries: session.layers.readIndex(id), read: storedContent(session, id) }
}

/** The content of a layer of the store, by the path in it. */
export function storedContent({ layers }: Session, id: string): ReadPart {
  return (path, part) => {
    try {
      return layers.readPart(id, path, part)
    } catch {
      // Files of subordinate users that only they may read.
      return undefined
    }
  }
}

/** The files that layers (lowest first) show when stacked. */
export function stackFiles(layers: readonly LayerFiles[]): RootFiles {
  const byId = new Map(layers.map((layer) => [layer.id, layer]))
  const view = stackedView(layers, (id, path, size) => {
    const bytes = byId.get(id)?.read(path, { offset: 0, length: size })
    if (bytes === undefined) throw new RangeError(`the content of /${path} was not kept`)
    return bytes
  })
  const read: ReadPart = (path, part) => {
    const origin = view.origin(path)
    return origin.kind === 'layer' ? byId.get(origin.layer)?.read(origin.path, part) : undefined
  }
  return { view, read }
}
