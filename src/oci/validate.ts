import { digestOf, SlipwayError } from '../core/index.ts'
import { decodeManifest, type Provenance } from './decode.ts'
import { decodeImageConfig } from './decode-config.ts'
import { isConfigMediaType, isLayerMediaType, isManifestMediaType, mediaTypes } from './media-types.ts'
import type { Descriptor, ImageConfig, Manifest } from './types.ts'

export interface ImageDocuments {
  readonly manifest: Uint8Array
  readonly config: Uint8Array
  /** What an index or a registry says about the manifest, if anything does. */
  readonly descriptor?: Descriptor
  /** Measured digest and size of each layer blob and of its uncompressed bytes, where the caller has read them. */
  readonly layers?: readonly { readonly digest: string; readonly size: number; readonly diffId: string }[]
}

export interface ImageProblem {
  readonly code: 'undecodable' | 'digest' | 'size' | 'media-type' | 'layer-count' | 'diff-id' | 'history' | 'config'
  readonly message: string
}

/**
 * Everything that makes an image inconsistent with itself or with the image spec v1.1; empty for a sound image. Never
 * throws. The oracle for whatever builds, stores, moves or changes images.
 */
export function validateImage(image: ImageDocuments): readonly ImageProblem[] {
  const decoded = decodeBoth(image)
  if ('code' in decoded) return [decoded]
  const { manifest, config } = decoded
  return [
    ...(image.descriptor === undefined ? [] : blobProblems('manifest', image.manifest, image.descriptor)),
    ...blobProblems('config', image.config, manifest.config),
    ...typeProblems(manifest),
    ...layerProblems(manifest, config, image.layers),
    ...historyProblems(config),
    ...configProblems(config),
  ]
}

function decodeBoth(
  image: ImageDocuments,
): { readonly manifest: Manifest; readonly config: ImageConfig } | ImageProblem {
  const from = (what: string): Provenance => ({ code: 'bad-archive', what })
  try {
    return {
      manifest: decodeManifest(image.manifest, from('the manifest')),
      config: decodeImageConfig(image.config, from('the config')),
    }
  } catch (error) {
    if (error instanceof SlipwayError) return { code: 'undecodable', message: error.message }
    throw error
  }
}

function blobProblems(what: string, bytes: Uint8Array, descriptor: Descriptor): readonly ImageProblem[] {
  const digest = digestOf(bytes)
  return [
    ...problem(
      digest !== descriptor.digest,
      'digest',
      `the ${what} is ${digest}, its descriptor says ${descriptor.digest}`,
    ),
    ...problem(
      bytes.length !== descriptor.size,
      'size',
      `the ${what} has ${bytes.length} bytes, its descriptor says ${descriptor.size}`,
    ),
  ]
}

function typeProblems(manifest: Manifest): readonly ImageProblem[] {
  const family = manifest.mediaType === mediaTypes.dockerManifest ? 'vnd.docker.' : 'vnd.oci.'
  const all = [manifest.mediaType, manifest.config.mediaType, ...manifest.layers.map((layer) => layer.mediaType)]
  return [
    ...problem(!isManifestMediaType(manifest.mediaType), 'media-type', `${manifest.mediaType} is not a manifest type`),
    ...problem(
      !isConfigMediaType(manifest.config.mediaType),
      'media-type',
      `${manifest.config.mediaType} is not a config type`,
    ),
    ...manifest.layers.flatMap(({ mediaType }) =>
      problem(!isLayerMediaType(mediaType), 'media-type', `${mediaType} is not a layer type`),
    ),
    ...problem(
      !all.every((type) => type.includes(family)),
      'media-type',
      'OCI and docker media types are mixed in one manifest',
    ),
  ]
}

function layerProblems(
  manifest: Manifest,
  config: ImageConfig,
  measured: ImageDocuments['layers'],
): readonly ImageProblem[] {
  const diffIds = config.rootfs.diff_ids
  const counts = `${manifest.layers.length} layers in the manifest, ${diffIds.length} diff_ids in the config`
  if (manifest.layers.length !== diffIds.length) return [{ code: 'layer-count', message: counts }]
  if (measured === undefined) return []
  if (measured.length !== diffIds.length)
    return [{ code: 'layer-count', message: `${counts}, ${measured.length} layers found` }]
  return measured.flatMap((layer, index) => {
    const said = manifest.layers[index]
    return [
      ...problem(
        layer.digest !== said?.digest,
        'digest',
        `layer ${index} is ${layer.digest}, the manifest says ${said?.digest}`,
      ),
      ...problem(
        layer.size !== said?.size,
        'size',
        `layer ${index} has ${layer.size} bytes, the manifest says ${said?.size}`,
      ),
      ...problem(
        layer.diffId !== diffIds[index],
        'diff-id',
        `layer ${index} unpacks to ${layer.diffId}, the config says ${diffIds[index]}`,
      ),
    ]
  })
}

function historyProblems(config: ImageConfig): readonly ImageProblem[] {
  if (config.history.length === 0) return []
  const layers = config.rootfs.diff_ids.length
  const described = config.history.filter((entry) => entry.empty_layer !== true).length
  return problem(described !== layers, 'history', `history describes ${described} layers, there are ${layers}`)
}

function configProblems(config: ImageConfig): readonly ImageProblem[] {
  const times = [config.created, ...config.history.map((entry) => entry.created)]
  return [
    ...problem(config.os === '', 'config', 'the config names no os'),
    ...problem(config.architecture === '', 'config', 'the config names no architecture'),
    ...(config.config.Env ?? []).flatMap((entry) =>
      problem(entry.indexOf('=') < 1, 'config', `the Env entry ${JSON.stringify(entry)} is not NAME=value`),
    ),
    ...times.flatMap((time) =>
      problem(time !== undefined && Number.isNaN(Date.parse(time)), 'config', `${time} is not a time`),
    ),
  ]
}

function problem(applies: boolean, code: ImageProblem['code'], message: string): readonly ImageProblem[] {
  return applies ? [{ code, message }] : []
}
