import { digestOf, type Digest } from '../core/index.ts'
import { type Descriptor, goJson, mediaTypes, type Platform } from '../oci/index.ts'
import { statementMediaType } from './statement.ts'

export interface EncodedStatement {
  readonly predicateType: string
  readonly bytes: Uint8Array
}

/** A manifest about another one, with the blobs it names. */
export interface Referrer {
  readonly subject: Digest
  /** With the artifact type, as lists of referrers have it. */
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
  readonly blobs: readonly { readonly descriptor: Descriptor; readonly bytes: Uint8Array }[]
}

const empty = Buffer.from('{}')
const unknown: Platform = { os: 'unknown', architecture: 'unknown' }

/** The artifact types under which statements about images are found: our own, and that of BuildKit. */
export const attestationTypes: readonly string[] = [
  statementMediaType,
  'application/vnd.docker.attestation.manifest.v1+json',
]

/**
 * Statements about a manifest as an artifact: one layer each, the empty configuration, and the manifest as the subject.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage
 */
export function assembleReferrer(subject: Descriptor, statements: readonly EncodedStatement[]): Referrer {
  const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(empty), size: empty.length }
  const layers = statements.map(({ predicateType, bytes }) => ({
    descriptor: {
      mediaType: statementMediaType,
      digest: digestOf(bytes),
      size: bytes.length,
      annotations: { 'in-toto.io/predicate-type': predicateType },
    },
    bytes,
  }))
  const { mediaType, digest, size } = subject
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: statementMediaType,
    config: { ...config, data: empty.toString('base64') },
    layers: layers.map(({ descriptor }) => descriptor),
    subject: { mediaType, digest, size },
  }
  const bytes = Buffer.from(goJson(manifest, '  '))
  return {
    subject: digest,
    descriptor: {
      mediaType: mediaTypes.ociManifest,
      digest: digestOf(bytes),
      size: bytes.length,
      artifactType: statementMediaType,
    },
    bytes,
    blobs: [{ descriptor: config, bytes: empty }, ...layers],
  }
}

/**
 * The entry that statements have in an index beside the image: for no platform, so that nobody takes it for an image, and
 * with the annotations by which docker's tools find it.
 */
export function indexEntry({ mediaType, digest, size, artifactType }: Descriptor, subject: Digest): Descriptor {
  return {
    mediaType,
    digest,
    size,
    platform: unknown,
    annotations: {
      'vnd.docker.reference.digest': subject,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    ...(artifactType === undefined ? {} : { artifactType }),
  }
}
