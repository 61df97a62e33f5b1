import type { Descriptor } from '../../oci/index.ts'

/**
 * A place outside this machine that keeps blobs by digest, and a manifest under a name: an OCI image manifest whose config
 * blob lists what is cached. Nothing in it is trusted: who reads bytes compares them with the digest.
 */
export interface RemoteCache {
  /** For messages; without credentials. */
  readonly label: string
  /** What the name stands for; undefined when there is nothing yet. Rejects when the place cannot be asked. */
  loadManifest(signal: AbortSignal): Promise<RemoteManifest | undefined>
  /** Makes the name stand for these bytes, at once or not at all. The blobs that they name have been written before. */
  saveManifest(manifest: RemoteManifest, signal: AbortSignal): Promise<void>
  /** The bytes of a blob from its start, unchecked. Rejects when it is not there. */
  read(blob: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Brings a blob there; one that is there already is neither opened nor sent. */
  write(blob: RemoteBlob, signal: AbortSignal): Promise<'exists' | 'sent'>
  close(): Promise<void>
}

export interface RemoteManifest {
  readonly mediaType: string
  readonly bytes: Uint8Array
}

export interface RemoteBlob {
  readonly descriptor: Descriptor
  /** The content from its start; may be called more than once. */
  open(): AsyncIterable<Uint8Array>
}

/** `key=value` as the command line gives them, checked for unknown keys, `type` included. */
export type CacheAttributes = ReadonlyMap<string, string>
