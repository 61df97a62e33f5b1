import { type Closure, closureOf, type Gap } from '../../closure/index.ts'
import type { Session } from '../session.ts'
import { type LayerFiles, type RootFiles, stackFiles, storedLayer } from '../trees/layer-files.ts'
import type { BlamedGap, LayeredImage } from './closure-memo.ts'

export interface FoundClosure extends Omit<Closure, 'gaps'> {
  readonly gaps: readonly BlamedGap[]
}

/** What an image needs to start, and what of it is missing. Reads the store only. */
export function findClosure(session: Session, { platform, config, layers }: LayeredImage): FoundClosure {
  return closureOfLayers({ platform, config, layers: layers.map((layer) => storedLayer(session, layer)) })
}

/** The same for layers from anywhere, whose files can be read in whole; lowest first. */
export function closureOfLayers({
  platform,
  config,
  layers,
}: Pick<LayeredImage, 'platform' | 'config'> & { readonly layers: readonly LayerFiles[] }): FoundClosure {
  const files = stackFiles(layers)
  const closure = closureOf({ platform, config, ...files }, [])
  return { ...closure, gaps: closure.gaps.map((gap) => ({ gap, ...layerOf(files, gap) })) }
}

/** Only files have content in a layer; who made a link or directory, no view tells. */
function layerOf({ view }: RootFiles, { file }: Gap): { readonly layer?: string } {
  if (file === undefined || view.node(file)?.kind !== 'file') return {}
  const origin = view.origin(file)
  return origin.kind === 'layer' ? { layer: origin.layer } : {}
}
