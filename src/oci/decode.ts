import { type Digest, type ErrorCode, parseDigest, SlipwayError } from '../core/index.ts'
import { isIndexMediaType, isManifestMediaType, mediaTypes } from './media-types.ts'
import type { Descriptor, Index, Manifest, Platform } from './types.ts'

/** Whose bytes are decoded: the error code to blame with, and a name for messages (`the manifest of debian:12`). */
export interface Provenance {
  readonly code: Extract<ErrorCode, 'registry-bad-answer' | 'bad-archive' | 'store-unusable'>
  readonly what: string
}

export type JsonObject = { readonly [key: string]: unknown }

/** JSON bytes of an object. Throws with the code of `from` when they are something else. */
export function decodeObject(bytes: Uint8Array, from: Provenance): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new SlipwayError(from.code, `${from.what} is not JSON`, { cause })
  }
  if (!isObject(value)) throw wrong(from, 'is not a JSON object')
  return value
}

/** Whether the bytes are an index, a manifest, a schema 1 manifest or something else. The declared type wins. */
export function manifestKind(
  document: JsonObject,
  declared: string | undefined,
): 'index' | 'manifest' | 'schema1' | 'unknown' {
  const mediaType = typeof document['mediaType'] === 'string' ? document['mediaType'] : declared
  if (document['schemaVersion'] === 1 || mediaType?.startsWith('application/vnd.docker.distribution.manifest.v1'))
    return 'schema1'
  if (mediaType !== undefined && isIndexMediaType(mediaType)) return 'index'
  if (mediaType !== undefined && isManifestMediaType(mediaType)) return 'manifest'
  // What a document says of itself is not guessed away; what the header says may be the habit of a web server.
  if (typeof document['mediaType'] === 'string') return 'unknown'
  if (Array.isArray(document['manifests'])) return 'index'
  return Array.isArray(document['layers']) && document['config'] !== undefined ? 'manifest' : 'unknown'
}

/** An image manifest, OCI or docker schema 2. Members that the spec does not have are dropped. */
export function decodeManifest(bytes: Uint8Array, from: Provenance, declared?: string): Manifest {
  const document = decodeObject(bytes, from)
  const kind = manifestKind(document, declared)
  if (kind === 'schema1') throw schema1(from)
  if (kind !== 'manifest') throw wrong(from, `is not an image manifest (${describe(document, declared)})`)
  const config = document['config']
  if (!isObject(config)) throw wrong(from, 'has no config descriptor')
  return {
    schemaVersion: 2,
    mediaType: text(document, 'mediaType', from) ?? declared ?? mediaTypes.ociManifest,
    config: decodeDescriptor(config, from),
    layers: list(document, 'layers', from).map((layer) => decodeDescriptor(layer, from)),
    ...optional('annotations', annotations(document, from)),
    ...optional('subject', isObject(document['subject']) ? decodeDescriptor(document['subject'], from) : undefined),
    ...optional('artifactType', text(document, 'artifactType', from)),
  }
}

/** An image index or a docker manifest list. */
export function decodeIndex(bytes: Uint8Array, from: Provenance, declared?: string): Index {
  const document = decodeObject(bytes, from)
  const kind = manifestKind(document, declared)
  if (kind === 'schema1') throw schema1(from)
  if (kind !== 'index') throw wrong(from, `is not an image index (${describe(document, declared)})`)
  return {
    schemaVersion: 2,
    mediaType: text(document, 'mediaType', from) ?? declared ?? mediaTypes.ociIndex,
    manifests: list(document, 'manifests', from).map((manifest) => decodeDescriptor(manifest, from)),
    ...optional('annotations', annotations(document, from)),
  }
}

/** A descriptor; digests other than sha256 are refused because nothing here could check them. */
export function decodeDescriptor(value: unknown, from: Provenance): Descriptor {
  if (!isObject(value)) throw wrong(from, 'has a descriptor that is not an object')
  const mediaType = text(value, 'mediaType', from)
  const size = value['size']
  if (mediaType === undefined) throw wrong(from, 'has a descriptor without a media type')
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw wrong(from, 'has a descriptor with a bad size')
  return {
    mediaType,
    digest: decodeDigest(value['digest'], from),
    size,
    ...optional('platform', isObject(value['platform']) ? decodePlatform(value['platform'], from) : undefined),
    ...optional('annotations', annotations(value, from)),
    ...optional('artifactType', text(value, 'artifactType', from)),
  }
}

export function decodeDigest(value: unknown, from: Provenance): Digest {
  const digest = typeof value === 'string' ? parseDigest(value) : undefined
  if (digest === undefined)
    throw wrong(from, `has a digest that is not sha256: ${JSON.stringify(value)?.slice(0, 100)}`)
  return digest
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A string member; null counts as absent, as everywhere in what Go programs write. */
export function text(document: JsonObject, key: string, from: Provenance): string | undefined {
  const value = document[key] ?? undefined
  if (value !== undefined && typeof value !== 'string') throw wrong(from, `has a ${key} that is not a string`)
  return value
}

export function list(document: JsonObject, key: string, from: Provenance): readonly unknown[] {
  const value = document[key] ?? []
  if (!Array.isArray(value)) throw wrong(from, `has ${key} that are not a list`)
  return value
}

export function strings(document: JsonObject, key: string, from: Provenance): readonly string[] | undefined {
  const value = document[key] ?? undefined
  if (value === undefined) return undefined
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw wrong(from, `has ${key} that is not a list of strings`)
  }
  return value
}

export function stringMap(
  document: JsonObject,
  key: string,
  from: Provenance,
): Readonly<Record<string, string>> | undefined {
  const value = document[key] ?? undefined
  if (value === undefined) return undefined
  if (!isObject(value) || !Object.values(value).every((item) => typeof item === 'string')) {
    throw wrong(from, `has ${key} that are not strings by name`)
  }
  return value as Readonly<Record<string, string>>
}

export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V }
}

export function wrong(from: Provenance, reason: string): SlipwayError {
  return new SlipwayError(from.code, `${from.what} ${reason}`)
}

function annotations(document: JsonObject, from: Provenance): Readonly<Record<string, string>> | undefined {
  return stringMap(document, 'annotations', from)
}

function decodePlatform(value: JsonObject, from: Provenance): Platform {
  return {
    os: text(value, 'os', from) ?? '',
    architecture: text(value, 'architecture', from) ?? '',
    ...optional('variant', text(value, 'variant', from)),
    ...optional('os.version', text(value, 'os.version', from)),
  }
}

function schema1(from: Provenance): SlipwayError {
  return new SlipwayError(
    from.code,
    `${from.what} is a docker schema 1 manifest, a format that registries gave up in 2019`,
    {
      hint: 'push the image again with a current docker, podman or skopeo',
    },
  )
}

function describe(document: JsonObject, declared: string | undefined): string {
  const mediaType = document['mediaType'] ?? declared
  return typeof mediaType === 'string'
    ? mediaType
    : `schemaVersion ${JSON.stringify(document['schemaVersion']) ?? 'missing'}`
}
