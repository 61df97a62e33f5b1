import { randomUUID } from 'node:crypto'
import { createLimit, SlipwayError } from '../../core/index.ts'
import { blobInMemory } from './blobs-in-memory.ts'
import {
  type EntryContent,
  type FoundEntry,
  type GhaEntries,
  ghaFailure,
  type GhaOptions,
  sendToGha,
} from './gha-entries.ts'
import { listKeys } from './gha-listing.ts'
import { twirpEntries } from './gha-service.ts'
import { restEntries } from './gha-service-v1.ts'
import { rangeFrom, readResuming, type Wire, type WireAnswer } from './http-wire.ts'
import type { RemoteCache, RemoteManifest } from './remote-cache.ts'

/** As many as the programs of GitHub send at once. */
const parallelBlobs = 4
const largestManifest = 64 << 20
/** Connections without progress while reading one entry. */
const attempts = 4

/**
 * A cache in the service that GitHub gives to the jobs of Actions. Entries cannot be changed: a manifest is a new entry
 * whose key begins with the name, and the newest one counts. Rejects with `cache-unavailable`.
 */
export function openGhaCache(wire: Wire, options: GhaOptions): RemoteCache {
  const entries = options.version === 2 ? twirpEntries(wire, options) : restEntries(wire, options)
  const reader: Reader = { wire, entries }
  const limit = createLimit(parallelBlobs)
  const manifestPrefix = `slipway-index-1-${options.scope}#`
  const blobKey = (digest: string): string => `${blobPrefix}${digest}`
  let listed: Promise<ReadonlySet<string> | undefined> | undefined
  const exists = async (key: string, signal: AbortSignal): Promise<boolean> => {
    listed ??= options.listing && listKeys(wire, options.listing, { prefix: blobPrefix, signal })
    const known = await listed
    return known === undefined ? (await entries.find(key, { isPrefix: false, signal })) !== undefined : known.has(key)
  }
  const save = async (key: string, content: EntryContent, signal: AbortSignal): Promise<boolean> => {
    const reservation = await entries.reserve(key, signal)
    if (reservation === undefined) return false
    await reservation.send(content, signal)
    await reservation.commit(content.size, signal)
    return true
  }
  const loadManifest = async (signal: AbortSignal): Promise<RemoteManifest | undefined> => {
    const found = await entries.find(manifestPrefix, { isPrefix: true, signal })
    return found === undefined ? undefined : readManifest(reader, found, signal)
  }
  return {
    label: `gha scope ${options.scope}`,
    loadManifest,
    async saveManifest({ bytes, mediaType }, signal) {
      // An entry of the same content would only push others out.
      const current = await loadManifest(signal)
      if (current !== undefined && Buffer.compare(current.bytes, bytes) === 0) return
      const content = { size: bytes.length, open: blobInMemory(bytes, mediaType).open }
      await save(`${manifestPrefix}${Date.now()}-${randomUUID().slice(0, 8)}`, content, signal)
    },
    read: (blob, signal) => readEntry(reader, { key: blobKey(blob.digest), isPrefix: false, signal }),
    write: ({ descriptor, open }, signal) =>
      limit(async () => {
        const key = blobKey(descriptor.digest)
        if (await exists(key, signal)) return 'exists'
        return (await save(key, { size: descriptor.size, open }, signal)) ? 'sent' : 'exists'
      }),
    close: () => wire.close(),
  }
}

const blobPrefix = 'slipway-blob-1-'

interface Reader {
  readonly wire: Wire
  readonly entries: GhaEntries
}

interface Wanted {
  readonly key: string
  readonly isPrefix: boolean
  readonly signal: AbortSignal
  /** Found already. */
  readonly found?: FoundEntry
}

/** The content of an entry; its address is asked for again when it is no longer good. */
async function* readEntry({ wire, entries }: Reader, wanted: Wanted): AsyncGenerator<Uint8Array> {
  const { key, isPrefix, signal } = wanted
  let found = wanted.found ?? (await entries.find(key, { isPrefix, signal }))
  if (found === undefined) {
    throw new SlipwayError('cache-unavailable', `the cache of GitHub Actions has no entry ${key}`, {
      hint: 'GitHub removes entries that were not used for a week, and the oldest beyond 10 GB',
    })
  }
  const get = (url: URL, from: number): Promise<WireAnswer> =>
    sendToGha(wire, { method: 'GET', url, headers: from === 0 ? {} : rangeFrom(from), signal })
  const open = async (from: number): Promise<WireAnswer> => {
    let answer = await get((found as FoundEntry).url, from)
    if (answer.status === 401 || answer.status === 403) {
      answer.discard()
      found = (await entries.find(key, { isPrefix, signal })) ?? found
      answer = await get((found as FoundEntry).url, from)
    }
    if (answer.status === 200 || answer.status === 206) return answer
    throw await ghaFailure(answer, 'read an entry')
  }
  yield* readResuming(wire, open, { url: found.url, attempts, signal })
}

async function readManifest(reader: Reader, found: FoundEntry, signal: AbortSignal): Promise<RemoteManifest> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of readEntry(reader, { key: found.key, isPrefix: false, signal, found })) {
    chunks.push(chunk)
    size += chunk.length
    if (size > largestManifest) break
  }
  const bytes = Buffer.concat(chunks)
  return { mediaType: mediaTypeOf(bytes), bytes }
}

/** Entries have no type of their own. */
function mediaTypeOf(manifest: Buffer): string {
  try {
    const { mediaType } = JSON.parse(manifest.toString()) as { mediaType?: unknown }
    return typeof mediaType === 'string' ? mediaType : ''
  } catch {
    // Whoever reads it says what is wrong.
    return ''
  }
}
