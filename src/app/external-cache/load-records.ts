import { readIntoMemory, type RemoteCache, type RemoteManifest } from '../../adapters/remote-cache/index.ts'
import { type Digest, SlipwayError } from '../../core/index.ts'
import {
  decodeIndex,
  decodeManifest,
  decodeObject,
  type Descriptor,
  isAttestation,
  isConfigMediaType,
  isManifestMediaType,
  type Manifest,
  manifestKind,
  type Provenance,
} from '../../oci/index.ts'
import { mountType } from '../travelling-mounts/mount-document.ts'
import { type CacheRecords, decodeRecords, inlineMember, listingsType, recordsType } from './cache-records.ts'
import { type ListingTexts, unpackListings } from './listings.ts'

/** What a cache says that it has. */
export interface LoadedRecords {
  readonly records: readonly CacheRecords[]
  /** What cache mounts consist of, see `mount-document.ts`. */
  readonly mounts: readonly Descriptor[]
  /** Read by the first question. */
  listing(key: Digest, signal: AbortSignal): Promise<string | undefined>
}

/** Documents are read into memory: a cache of 1000 steps has 3 MB of records. */
const largestDocument = 32 << 20
/** An index has one image per platform. */
const mostImages = 32

/**
 * Reads the records that a cache holds, or the images that a name stands for: each platform of an index has its own.
 * Undefined when there is nothing yet. Rejects with `registry-bad-answer` for what is no cache, and as the place does.
 */
export async function loadRecords(cache: RemoteCache, signal: AbortSignal): Promise<LoadedRecords | undefined> {
  const top = await cache.loadManifest(signal)
  if (top === undefined) return undefined
  const manifests = await manifestsOf(cache, top, signal)
  const read = await Promise.all(manifests.map((manifest) => recordsOf(cache, manifest, signal)))
  const records = read.filter((one) => one !== undefined)
  if (records.length === 0) throw wrong(cache, 'has no records of build steps')
  const blobs = manifests.flatMap(({ layers }) => layers.filter(({ mediaType }) => mediaType === listingsType))
  let listings: Promise<readonly ListingTexts[]> | undefined
  return {
    records,
    mounts: manifests.flatMap(({ layers }) => layers.filter(({ mediaType }) => mediaType === mountType)),
    async listing(key, until) {
      listings ??= Promise.all(blobs.map((blob) => loadListings(cache, blob, until)))
      return (await listings).map((texts) => texts.get(key)).find((text) => text !== undefined)
    },
  }
}

async function manifestsOf(cache: RemoteCache, top: RemoteManifest, signal: AbortSignal): Promise<readonly Manifest[]> {
  const from = provenance(cache)
  if (manifestKind(decodeObject(top.bytes, from), top.mediaType) !== 'index')
    return [decodeManifest(top.bytes, from, top.mediaType)]
  const images = decodeIndex(top.bytes, from, top.mediaType).manifests.filter(
    (entry) => isManifestMediaType(entry.mediaType) && !isAttestation(entry),
  )
  return Promise.all(
    images
      .slice(0, mostImages)
      .map(async (entry) => decodeManifest(await readDocument(cache, entry, signal), from, entry.mediaType)),
  )
}

/** The config is the list of records, or that of an image which has them inline. */
async function recordsOf(
  cache: RemoteCache,
  { config, layers }: Manifest,
  signal: AbortSignal,
): Promise<CacheRecords | undefined> {
  const isOwn = config.mediaType === recordsType
  if (!isOwn && !isConfigMediaType(config.mediaType))
    throw wrong(cache, `holds ${config.mediaType}, which is not a cache of slipway`)
  const document = decodeObject(await readDocument(cache, config, signal), provenance(cache))
  if (!isOwn && document[inlineMember] === undefined) return undefined
  const records = decodeRecords(isOwn ? document : document[inlineMember], layers)
  if (records === undefined) throw wrong(cache, 'has records that cannot be read')
  return records
}

async function loadListings(cache: RemoteCache, blob: Descriptor, signal: AbortSignal): Promise<ListingTexts> {
  try {
    return await unpackListings(await readDocument(cache, blob, signal))
  } catch {
    // They only make explanations richer.
    return new Map()
  }
}

async function readDocument(cache: RemoteCache, blob: Descriptor, signal: AbortSignal): Promise<Uint8Array> {
  if (blob.size > largestDocument) throw wrong(cache, `has a document of ${blob.size} bytes`)
  const bytes = await readIntoMemory(cache, blob, signal)
  if (bytes !== undefined) return bytes
  throw wrong(cache, `has a document that is not ${blob.digest}`)
}

function provenance({ label }: RemoteCache): Provenance {
  return { code: 'registry-bad-answer', what: `the cache ${label}` }
}

function wrong({ label }: RemoteCache, reason: string): SlipwayError {
  return new SlipwayError('registry-bad-answer', `the cache ${label} ${reason}`)
}
