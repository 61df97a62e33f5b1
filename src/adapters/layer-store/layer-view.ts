import { readFileSync } from 'node:fs'
import type { LayerEntry } from '../../archive/index.ts'
import { fsPath } from '../../core/index.ts'
import { stackedView, type TreeView } from '../../fileset/index.ts'
import { layerDirectory } from './layer-files.ts'

/** The tree that layers (ids, lowest first) show when stacked, from their indexes alone; content is read from `fs/`. */
export function viewLayers(
  root: string,
  ids: readonly string[],
  read: (id: string) => readonly LayerEntry[],
): TreeView {
  const layers = ids.map((id) => ({ id, entries: read(id) }))
  return stackedView(layers, (id, path) => readFileSync(fsPath(`${layerDirectory(root, id)}/fs/${path}`)))
}
