import { canonicalJson, type Digest, digestOf } from '../core/index.ts'
import type { LayerRef } from './ports.ts'

/**
 * The name of a root file system by content: the content digests of its layers in order. Two stacks with this name equal
 * have equal files up to modification times, whichever steps made them. Left out: layer ids, diff ids, blobs, mtimes.
 */
export function treeIdentity(layers: readonly LayerRef[]): Digest {
  return digestOf(canonicalJson(['layers', ...layers.map((layer) => layer.content)]))
}
