import { type Digest, parseDigest } from '../../core/index.ts'
import { decodeDescriptor, type Descriptor, type Platform } from '../../oci/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import { decodeLayerRef } from './cache-index.ts'

/** Where a history entry comes from in a Dockerfile. */
export interface HistoryOrigin {
  readonly source: string
  /** One-based. */
  readonly line: number
  readonly stage?: string
}

/** One image for one platform. The configuration itself is the blob named by `id`. */
export interface ImageRecord {
  /** Digest of the configuration. */
  readonly id: Digest
  readonly platform: Platform
  /** Lowest first. */
  readonly layers: readonly LayerRef[]
  /** When it came into the store, in milliseconds since the epoch. */
  readonly stored: number
  /** The manifest, when it and all it names are blobs of the store. */
  readonly manifest?: Descriptor
  /** The manifest that it has at the registry it came from, whether or not its layers were downloaded. */
  readonly remote?: Descriptor
  /** Parallel to the history of the configuration; null where the base or nobody knows. */
  readonly origins: readonly (HistoryOrigin | null)[]
}

/** A name and what it stands for: one image, or one per platform. */
export interface NameRecord {
  /** As `normalizedKey` gives it. */
  readonly name: string
  readonly ids: readonly Digest[]
  /** The index that the name stands for, where it came as one or was made as one; it and its documents are blobs. */
  readonly index?: Descriptor
}

const stored = { code: 'store-unusable', what: 'an image record' } as const

export function decodeImageRecord(value: unknown): ImageRecord | undefined {
  const record = (value ?? {}) as Partial<Record<keyof ImageRecord, unknown>>
  const id = parseDigest(String(record.id))
  const platform = decodePlatform(record.platform)
  if (id === undefined || platform === undefined || typeof record.stored !== 'number') return undefined
  if (!Array.isArray(record.layers) || !Array.isArray(record.origins)) return undefined
  const layers = record.layers.map(decodeLayerRef).filter((layer) => layer !== undefined)
  if (layers.length !== record.layers.length) return undefined
  const manifest = record.manifest === undefined ? {} : { manifest: decodeDescriptor(record.manifest, stored) }
  const remote = record.remote === undefined ? {} : { remote: decodeDescriptor(record.remote, stored) }
  return {
    id,
    platform,
    layers,
    stored: record.stored,
    ...manifest,
    ...remote,
    origins: record.origins.map(decodeOrigin),
  }
}

export function decodeNameRecord(value: unknown): NameRecord | undefined {
  const record = (value ?? {}) as Partial<Record<keyof NameRecord, unknown>>
  if (typeof record.name !== 'string' || !Array.isArray(record.ids)) return undefined
  const ids = record.ids.map((id) => parseDigest(String(id))).filter((id) => id !== undefined)
  const index = record.index === undefined ? {} : { index: decodeDescriptor(record.index, stored) }
  return ids.length === 0 ? undefined : { name: record.name, ids, ...index }
}

function decodePlatform(value: unknown): Platform | undefined {
  const platform = (value ?? {}) as Partial<Record<keyof Platform, unknown>>
  if (typeof platform.os !== 'string' || typeof platform.architecture !== 'string') return undefined
  return {
    os: platform.os,
    architecture: platform.architecture,
    ...(typeof platform.variant === 'string' ? { variant: platform.variant } : {}),
    ...(typeof platform['os.version'] === 'string' ? { 'os.version': platform['os.version'] } : {}),
  }
}

function decodeOrigin(value: unknown): HistoryOrigin | null {
  const origin = (value ?? {}) as Partial<Record<keyof HistoryOrigin, unknown>>
  if (typeof origin.source !== 'string' || typeof origin.line !== 'number') return null
  return {
    source: origin.source,
    line: origin.line,
    ...(typeof origin.stage === 'string' ? { stage: origin.stage } : {}),
  }
}
