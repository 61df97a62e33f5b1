import {
  compressionOf,
  decodeImageConfig,
  type Descriptor,
  formatPlatform,
  type ImageConfig,
  isLayerMediaType,
  type Manifest,
  normalizePlatform,
  platformMatches,
  platformOfConfig,
  validateImage,
} from '../../oci/index.ts'
import type { Digest } from '../../core/index.ts'
import { formatBytes } from '../../report/index.ts'
import { measureBlob, measureLayer, type MeasuredLayer } from './measure-blob.ts'
import { readChecked, reasonOf, type Reading } from './reading.ts'

/** An image that could be read as far as its configuration. */
export interface CheckedImage {
  readonly descriptor: Descriptor
  readonly manifest: Manifest
  readonly config: { readonly bytes: Uint8Array; readonly value: ImageConfig }
  readonly place: string
}

/** Reads everything that a manifest names. Undefined when there is no configuration to go by. */
export async function checkImage(
  reading: Reading,
  manifest: Manifest,
  { descriptor, bytes }: { readonly descriptor: Descriptor; readonly bytes: Uint8Array },
): Promise<CheckedImage | undefined> {
  const named = descriptor.platform === undefined ? undefined : formatPlatform(normalizePlatform(descriptor.platform))
  const config = await checkConfig(reading, manifest, named ?? 'image')
  const place = named ?? (config === undefined ? 'image' : formatPlatform(platformOfConfig(config.value)))
  const about = { what: 'manifest', place, digest: descriptor.digest } as const
  if (config === undefined) {
    reading.add({ ...about, ok: true, says: `${manifest.layers.length} layers` })
    return undefined
  }
  // The configuration and the layers have been read by themselves: only what they say of each other is left.
  const problems = validateImage({ manifest: bytes, config: config.bytes }).map(({ message }) => message)
  for (const says of problems) reading.add({ ...about, ok: false, says, hint: 'build it again: it was made wrong' })
  if (problems.length === 0) reading.add({ ...about, ok: true, says: summary(manifest, config.value) })
  checkPlatform(reading, descriptor, config.value)
  for (const [index, layer] of manifest.layers.entries()) {
    const diffId = config.value.rootfs.diff_ids[index]
    await checkLayer(reading, layer, {
      place: `${place} layer ${index + 1}`,
      ...(diffId === undefined ? {} : { diffId }),
    })
  }
  return { descriptor, manifest, config, place }
}

function summary({ layers }: Manifest, { history }: ImageConfig): string {
  return `${count(layers.length, 'layer')}, ${count(history.length, 'line')} of history`
}

export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

async function checkConfig(
  reading: Reading,
  { config }: Manifest,
  place: string,
): Promise<CheckedImage['config'] | undefined> {
  const about = { what: 'config', place } as const
  const bytes = await readChecked(reading, config, { ...about, by: 'whole' })
  if (bytes === undefined) return undefined
  try {
    const value = decodeImageConfig(bytes, { code: 'bad-archive', what: 'it' })
    const platform = formatPlatform(platformOfConfig(value))
    reading.add({ ...about, place: platform, digest: config.digest, ok: true, says: `for ${platform}` })
    return { bytes, value }
  } catch (error) {
    const says = `is no image configuration: ${reasonOf(error)}`
    reading.add({ ...about, digest: config.digest, ok: false, says, hint: 'build it again: it was made wrong' })
    return undefined
  }
}

function checkPlatform(reading: Reading, { digest, platform }: Descriptor, config: ImageConfig): void {
  if (platform === undefined) return
  const [said, found] = [normalizePlatform(platform), platformOfConfig(config)]
  if (platformMatches(said, found)) return
  const says = `is listed for ${formatPlatform(said)}, its configuration is for ${formatPlatform(found)}`
  const hint = 'machines would be given an image that they cannot run: make the index again'
  reading.add({ what: 'manifest', place: formatPlatform(said), digest, ok: false, says, hint })
}

async function checkLayer(
  reading: Reading,
  layer: Descriptor,
  { place, diffId }: { readonly place: string; readonly diffId?: Digest },
): Promise<void> {
  const about = { what: 'layer', place, digest: layer.digest } as const
  const problem = await layerProblem(reading, layer, diffId)
  if ('says' in problem) reading.add({ ...about, ok: false, says: problem.says, hint: problem.hint ?? reading.remedy })
  else
    reading.add({
      ...about,
      ok: true,
      says: `${formatBytes(layer.size)}, ${count(problem.entries, 'path')}, unpacks to ${problem.diffId.slice(0, 19)}`,
    })
}

interface Problem {
  readonly says: string
  readonly hint?: string
}

async function layerProblem(
  reading: Reading,
  layer: Descriptor,
  diffId: Digest | undefined,
): Promise<Problem | MeasuredLayer> {
  let measured: MeasuredLayer
  try {
    measured = await measureLayer(reading.open(layer), layer.size)
  } catch (error) {
    const reason = reasonOf(error)
    // Damage shows while unpacking; what is wrong is that the blob is another one, if it is.
    const found = await measureBlob(reading.open(layer)).catch(reasonOf)
    if (typeof found === 'string') return { says: found }
    return { says: found.digest === layer.digest ? reason : wrongContent(layer, found) }
  }
  if (measured.digest !== layer.digest || measured.size !== layer.size) return { says: wrongContent(layer, measured) }
  const wanted = compressionOf(layer.mediaType)
  const form = measured.compression === 'none' ? 'uncompressed' : measured.compression
  const madeWrong = 'build it again: it was made wrong'
  if (isLayerMediaType(layer.mediaType) && wanted !== form)
    return { says: `is ${form}, its media type ${layer.mediaType} says ${wanted}`, hint: madeWrong }
  if (diffId !== undefined && measured.diffId !== diffId)
    return { says: `unpacks to ${measured.diffId}, the configuration says ${diffId}`, hint: madeWrong }
  return measured
}

function wrongContent(layer: Descriptor, found: { readonly digest: Digest; readonly size: number }): string {
  return found.digest === layer.digest
    ? `has ${found.size} bytes, its descriptor says ${layer.size}`
    : `has the content ${found.digest} (${found.size} bytes)`
}
