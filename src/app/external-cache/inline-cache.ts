import type { NewImage } from '../../adapters/blob-store/index.ts'
import { decodeObject, goJson } from '../../oci/index.ts'
import type { PlannedImage } from '../../plan/index.ts'
import { encodeRecords, inlineMember, type WrittenRecord } from './cache-records.ts'
import { type SharedBuild, sharedSteps, sharedTrace } from './shared-build.ts'

export interface InlineCache extends SharedBuild {
  readonly hide: (text: string) => string
  /** See `CacheExport`. */
  readonly latest?: number
}

/**
 * The image with the records of the build in its configuration, so that it is its own cache: of its own layers the blobs,
 * of the other steps what they came to. The same build gives the same bytes.
 */
export function withInlineCache<Image extends NewImage & { readonly planned: PlannedImage }>(
  image: Image,
  build: InlineCache,
): Image {
  const { recorder, plan, hide, latest } = build
  const records = sharedSteps(build).map(({ key, created, layer: { id, diffId, content, size } }): WrittenRecord => {
    const time = plan.epoch === undefined ? created : Math.min(created, plan.epoch * 1000)
    const place = image.layers.findIndex((layer) => layer.id === id)
    const facts = { key, created: time, diffId, content, size }
    return place === -1 ? facts : { ...facts, ...(latest === undefined ? {} : { latest }), blob: place }
  })
  const document = encodeRecords({
    ...sharedTrace(recorder.record(), hide),
    started: Math.max(0, ...records.map(({ created }) => created)),
    records,
    selections: recorder.selections,
  })
  const config = decodeObject(image.config, { code: 'store-unusable', what: 'the configuration of the image' })
  return { ...image, config: Buffer.from(goJson({ ...config, [inlineMember]: document })) }
}
