import { type Closure, closureOf, followers, type Gap } from '../../closure/index.ts'
import type { TreeView } from '../../fileset/index.ts'
import type { ReadPart } from '../../inventory/index.ts'
import type { Session } from '../session.ts'
import type { BlamedGap, LayeredImage } from './closure-memo.ts'

export interface FoundClosure extends Omit<Closure, 'gaps'> {
  readonly gaps: readonly BlamedGap[]
}

/** The root file system of an image, and the way to the content of its files. */
export interface ClosureFiles {
  readonly view: TreeView
  readonly read: ReadPart
}

/** What an image needs to start, and what of it is missing. Reads the store only. */
export function findClosure(
  { layers: store, trees }: Session,
  { platform, config, layers }: LayeredImage,
): FoundClosure {
  // The build has opened the same tree.
  const view = trees.view({ kind: 'layers', layers })
  const read: ReadPart = (path, part) => {
    const origin = view.origin(path)
    try {
      return origin.kind === 'layer' ? store.readPart(origin.layer, origin.path, part) : undefined
    } catch {
      // Files of subordinate users that only they may read.
      return undefined
    }
  }
  return closureOfFiles({ platform, config }, { view, read })
}

/** The same for an image from anywhere, whose files can be read in whole. */
export function closureOfFiles(
  { platform, config }: Pick<LayeredImage, 'platform' | 'config'>,
  files: ClosureFiles,
): FoundClosure {
  const closure = closureOf({ platform, config, ...files }, followers)
  return { ...closure, gaps: closure.gaps.map((gap) => ({ gap, ...layerOf(files, gap) })) }
}

/** Only files have content in a layer; who made a link or directory, no view tells. */
function layerOf({ view }: ClosureFiles, { file }: Gap): { readonly layer?: string } {
  if (file === undefined || view.node(file)?.kind !== 'file') return {}
  const origin = view.origin(file)
  return origin.kind === 'layer' ? { layer: origin.layer } : {}
}
