import { type Digest, digestOf } from '../core/index.ts'
import { goJson, goMap, goTime } from './go-json.ts'
import { clampHistory, completeHistory } from './history.ts'
import { isLayerMediaType, type MediaTypeFamily, mediaTypes, toFamily } from './media-types.ts'
import { normalizePlatform } from './platform.ts'
import type { Descriptor, Healthcheck, HistoryEntry, ImageConfig, Platform, RuntimeConfig } from './types.ts'

/** A layer of an image to be made; `created` and `description` fill gaps in its history. */
export interface AssembledLayer {
  readonly diffId: Digest
  /** RFC 3339. */
  readonly created?: string
  readonly description?: string
}

export interface ConfigParts {
  readonly config: Omit<ImageConfig, 'rootfs' | 'history' | 'created'>
  /** In order; entries that are not `empty_layer` belong to the layers in order. */
  readonly history: readonly HistoryEntry[]
  /** Lowest first. */
  readonly layers: readonly AssembledLayer[]
  /** History of the base image: its entries keep their times when `epoch` is set. */
  readonly baseHistory?: readonly HistoryEntry[]
  /** SOURCE_DATE_EPOCH in seconds: the latest time that may appear, base entries aside. */
  readonly epoch?: number
}

export interface Document {
  readonly bytes: Uint8Array
  readonly descriptor: Descriptor
}

export interface AssembledConfig extends Document {
  readonly config: ImageConfig
}

export interface ManifestParts {
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly family: MediaTypeFamily
  readonly annotations?: Readonly<Record<string, string>>
}

export interface IndexParts {
  readonly manifests: readonly Descriptor[]
  readonly family: MediaTypeFamily
  readonly annotations?: Readonly<Record<string, string>>
}

/**
 * The image configuration, with the members, their order and the bytes that BuildKit writes for the same values; its
 * digest is the image id and does not depend on how layers are compressed. Deterministic: no clock, no locale.
 */
export function assembleConfig(parts: ConfigParts): AssembledConfig {
  const complete = completeHistory(parts.history, parts.layers)
  const epoch = parts.epoch === undefined ? undefined : new Date(parts.epoch * 1000).toISOString()
  const history = epoch === undefined ? complete : clampHistory(complete, { epoch, base: parts.baseHistory ?? [] })
  const created = history.findLast((entry) => entry.created !== undefined)?.created
  const config: ImageConfig = {
    ...parts.config,
    ...(created === undefined ? {} : { created }),
    rootfs: { type: 'layers', diff_ids: parts.layers.map((layer) => layer.diffId) },
    history,
  }
  const bytes = encodeImageConfig(config)
  return { bytes, descriptor: { mediaType: mediaTypes.ociConfig, digest: digestOf(bytes), size: bytes.length }, config }
}

/** The bytes of a configuration: top members by name (BuildKit passes them through a map), the others in Go's order. */
export function encodeImageConfig(config: ImageConfig): Uint8Array {
  return Buffer.from(
    goJson({
      architecture: config.architecture,
      author: nonEmpty(config.author),
      config: encodeRuntime(config.config),
      created: config.created === undefined ? undefined : goTime(config.created),
      history: config.history.map(encodeHistory),
      os: config.os,
      'os.version': nonEmpty(config['os.version']),
      rootfs: { type: config.rootfs.type, diff_ids: config.rootfs.diff_ids },
      variant: nonEmpty(config.variant),
    }),
  )
}

/** An image manifest, indented as BuildKit's; layer and config types are put into the wanted family. */
export function assembleManifest(parts: ManifestParts): Document {
  const mediaType = toFamily(mediaTypes.ociManifest, parts.family)
  return toDocument(mediaType, {
    schemaVersion: 2,
    mediaType,
    config: encodeDescriptor({ ...parts.config, mediaType: toFamily(parts.config.mediaType, parts.family) }),
    layers: parts.layers.map((layer) => encodeDescriptor(inFamily(layer, parts.family))),
    annotations: goMap(parts.annotations),
  })
}

/** An image index over finished manifests. */
export function assembleIndex(parts: IndexParts): Document {
  const mediaType = toFamily(mediaTypes.ociIndex, parts.family)
  return toDocument(mediaType, {
    schemaVersion: 2,
    mediaType,
    manifests: parts.manifests.map(encodeDescriptor),
    annotations: goMap(parts.annotations),
  })
}

/** The platform object an index has for an image with this configuration. */
export function platformOfConfig(
  config: Pick<ImageConfig, 'os' | 'architecture' | 'variant' | 'os.version'>,
): Platform {
  return normalizePlatform(config)
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#layer-chainid; undefined without layers. */
export function chainId(diffIds: readonly Digest[]): Digest | undefined {
  const [first, ...others] = diffIds
  return others.reduce<Digest | undefined>((chain, diffId) => digestOf(`${chain} ${diffId}`), first)
}

function encodeDescriptor(descriptor: Descriptor): object {
  const { platform } = descriptor
  return {
    mediaType: descriptor.mediaType,
    digest: descriptor.digest,
    size: descriptor.size,
    annotations: goMap(descriptor.annotations),
    platform: platform === undefined ? undefined : encodePlatform(platform),
    artifactType: nonEmpty(descriptor.artifactType),
  }
}

function toDocument(mediaType: string, value: object): Document {
  const bytes = Buffer.from(goJson(value, '  '))
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } }
}

function inFamily(layer: Descriptor, family: MediaTypeFamily): Descriptor {
  return isLayerMediaType(layer.mediaType) ? { ...layer, mediaType: toFamily(layer.mediaType, family) } : layer
}

function encodePlatform(platform: Platform): object {
  return {
    architecture: platform.architecture,
    os: platform.os,
    'os.version': nonEmpty(platform['os.version']),
    variant: nonEmpty(platform.variant),
  }
}

function encodeRuntime(config: RuntimeConfig): object {
  return {
    User: nonEmpty(config.User),
    ExposedPorts: goMap(config.ExposedPorts),
    Env: nonEmptyList(config.Env),
    Entrypoint: nonEmptyList(config.Entrypoint),
    Cmd: nonEmptyList(config.Cmd),
    Volumes: goMap(config.Volumes),
    WorkingDir: nonEmpty(config.WorkingDir),
    Labels: goMap(config.Labels),
    StopSignal: nonEmpty(config.StopSignal),
    ArgsEscaped: config.ArgsEscaped === true ? true : undefined,
    Healthcheck: config.Healthcheck === undefined ? undefined : encodeHealthcheck(config.Healthcheck),
    OnBuild: nonEmptyList(config.OnBuild),
    Shell: nonEmptyList(config.Shell),
  }
}

function encodeHealthcheck(check: Healthcheck): object {
  return {
    Test: nonEmptyList(check.Test),
    Interval: nonZero(check.Interval),
    Timeout: nonZero(check.Timeout),
    StartPeriod: nonZero(check.StartPeriod),
    StartInterval: nonZero(check.StartInterval),
    Retries: nonZero(check.Retries),
  }
}

function encodeHistory(entry: HistoryEntry): object {
  return {
    created: entry.created === undefined ? undefined : goTime(entry.created),
    created_by: nonEmpty(entry.created_by),
    author: nonEmpty(entry.author),
    comment: nonEmpty(entry.comment),
    empty_layer: entry.empty_layer === true ? true : undefined,
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

function nonEmptyList(items: readonly string[] | null | undefined): readonly string[] | undefined {
  return items === null || items === undefined || items.length === 0 ? undefined : items
}

function nonZero(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value
}
