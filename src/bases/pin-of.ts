import type { Digest } from '../core/index.ts'
import type { Reference } from '../oci/index.ts'
import { isExactTag } from './pins.ts'
import { parseTag } from './tag-version.ts'

/** How firmly a name holds an image. */
export type Pin =
  /** No tag: `latest` is meant. */
  | { readonly kind: 'untagged' }
  | { readonly kind: 'latest' }
  /** A tag without a version: `lts-alpine`, `nonroot`, `bookworm`; it stands for another image from time to time. */
  | { readonly kind: 'channel'; readonly tag: string }
  /** `22`: the next minor version comes by itself. */
  | { readonly kind: 'major'; readonly tag: string }
  /** `3.12`: patches come by themselves. */
  | { readonly kind: 'minor'; readonly tag: string }
  /** A full version, or a dated build: rebuilt at most. */
  | { readonly kind: 'full'; readonly tag: string }
  | { readonly kind: 'digest'; readonly digest: Digest; readonly tag?: string }

/** How firmly a name holds an image. */
export function pinOf(reference: Pick<Reference, 'registry' | 'repository' | 'tag' | 'digest'>): Pin {
  const { tag, digest } = reference
  if (digest !== undefined) return { kind: 'digest', digest, ...(tag === undefined ? {} : { tag }) }
  if (tag === undefined) return { kind: 'untagged' }
  if (tag === 'latest') return { kind: 'latest' }
  if (isExactTag({ ...reference, written: tag })) return { kind: 'full', tag }
  const version = parseTag(tag)
  if (version === undefined || version.family !== undefined) return { kind: 'channel', tag }
  return { kind: version.release.length <= 1 ? 'major' : 'minor', tag }
}
