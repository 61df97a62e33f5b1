import { canonicalJson, type Digest, type Json, parseDigest } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'

/** The media type of a blob that says what a cache mount consists of. */
export const mountType = 'application/vnd.slipway.cache.mount.v1+json'
/** Those of its parts. */
export const chunkType = 'application/vnd.slipway.cache.mount.chunk.v1'
export const gzipChunkType = 'application/vnd.slipway.cache.mount.chunk.v1+gzip'

/** What two directories must have in common to be the same cache. */
export interface MountIdentity {
  readonly id: string
  readonly uid: number
  readonly gid: number
  readonly mode: number
  /** Names what a new one starts with. */
  readonly seed: string
}

/** A cache mount as it travels: a tar in chunks. */
export interface MountDocument {
  readonly mount: MountIdentity
  /** When a step used it last, in milliseconds since the epoch. */
  readonly used: number
  readonly files: number
  readonly chunks: readonly MountChunk[]
}

export interface MountChunk {
  readonly blob: Descriptor
  /** Bytes of the tar in it. */
  readonly length: number
}

export function encodeMount({ mount, used, files, chunks }: MountDocument): Uint8Array {
  const document: Json = {
    version: 1,
    mount: { ...mount },
    used,
    files,
    chunks: chunks.map(({ blob: { mediaType, digest, size }, length }) => ({ mediaType, digest, size, length })),
  }
  return Buffer.from(JSON.stringify(document))
}

/** What two mounts have in common that follow each other when what they start with changes. */
export function likeness({ id, uid, gid, mode }: Omit<MountIdentity, 'seed'>): string {
  return canonicalJson({ id, uid, gid, mode })
}

/** More than a chunk ever has; who says more wants to fill memory. */
const longestChunk = 64 << 20
const mostChunks = 100_000

/** Reads what `encodeMount` wrote; undefined for anything else. Anybody may have written it. */
export function decodeMount(bytes: Uint8Array): MountDocument | undefined {
  const { version, mount, used, files, chunks } = asObject(parse(bytes))
  const { id, uid, gid, mode, seed } = asObject(mount)
  if (version !== 1 || typeof id !== 'string' || typeof seed !== 'string' || !isCount(files) || !isCount(used))
    return undefined
  if (!isCount(uid) || !isCount(gid) || !isCount(mode)) return undefined
  if (!Array.isArray(chunks) || chunks.length > mostChunks) return undefined
  const decoded = chunks.map(decodeChunk)
  if (decoded.includes(undefined)) return undefined
  return { mount: { id, uid, gid, mode, seed }, used, files, chunks: decoded as readonly MountChunk[] }
}

function decodeChunk(value: unknown): MountChunk | undefined {
  const { mediaType, digest, size, length } = asObject(value)
  const name: Digest | undefined = typeof digest === 'string' ? parseDigest(digest) : undefined
  if (name === undefined || (mediaType !== chunkType && mediaType !== gzipChunkType)) return undefined
  if (!isCount(size) || !isCount(length) || Math.max(size, length) > longestChunk) return undefined
  return { blob: { mediaType, digest: name, size }, length }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return undefined
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
