import type { LayerSize, Maker } from '../../compare/index.ts'
import type { LayerFiles } from '../trees/layer-files.ts'

/** A layer that is read, with what it weighs and who made it. */
export interface SizedLayer extends Omit<LayerSize, 'disk' | keyof Maker>, Maker {
  readonly files: LayerFiles
}
