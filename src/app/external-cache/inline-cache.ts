import type { NewImage } from '../../adapters/blob-store/index.ts'
import type { Digest } from '../../core/index.ts'
import { decodeObject, goJson } from '../../oci/index.ts'
import type { PlannedImage } from '../../plan/index.ts'
import type { SolveResult } from '../../solver/index.ts'
import { encodeRecords, inlineMember, type WrittenRecord } from './cache-records.ts'
import { sharedSteps, sharedTrace, type SolveRecorder } from './shared-build.ts'

export interface InlineCache {
  readonly results: SolveResult
  readonly recorder: SolveRecorder
  readonly hide: (text: string) => string
  /** SOURCE_DATE_EPOCH in seconds. */
  readonly epoch?: number
}

/**
 * The image with the records of the build in its configuration, so that it is its own cache: of its own layers the blobs,
 * of the other steps what they came to. The same build gives the same bytes.
 */
export function withInlineCache<Image extends NewImage & { readonly planned: PlannedImage }>(
  image: Image,
  { results, recorder, hide, epoch }: InlineCache,
): Image {
  const tree = results.get(image.planned.root)?.tree
  const places = new Map(tree?.kind === 'layers' ? tree.layers.map(({ id }, index) => [id, index] as const) : [])
  const own = new Set(image.planned.history.flatMap(({ vertex }) => vertex ?? []))
  const steps = sharedSteps(results, recorder.record())
  const records = steps.map(({ vertex, key, created, layer }): WrittenRecord => {
    const place = own.has(vertex) ? places.get(layer.id) : undefined
    // Times that were set back make another layer with the same content.
    const { diffId, size } = (place === undefined ? undefined : image.layers[place]) ?? layer
    const time = epoch === undefined ? created : Math.min(created, epoch * 1000)
    return { key, created: time, diffId, content: layer.content, size, ...(place === undefined ? {} : { blob: place }) }
  })
  const document = encodeRecords({
    ...sharedTrace(recorder.record(), hide),
    started: Math.max(0, ...records.map(({ created }) => created)),
    records,
    selections: recorder.selections satisfies ReadonlyMap<Digest, Digest>,
  })
  const config = decodeObject(image.config, { code: 'store-unusable', what: 'the configuration of the image' })
  return { ...image, config: Buffer.from(goJson({ ...config, [inlineMember]: document })) }
}
