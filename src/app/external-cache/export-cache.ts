import { type PreparedBlob, prepareLayers } from '../../adapters/exporters/index.ts'
import { blobInMemory, type RemoteBlob, type RemoteCache } from '../../adapters/remote-cache/index.ts'
import { createLimit, type Digest, SlipwayError, toPlainError } from '../../core/index.ts'
import { assembleManifest, goJson } from '../../oci/index.ts'
import type { LayerRef, ProgressSink } from '../../solver/index.ts'
import { internalStep } from '../build/internal-step.ts'
import { exportableLayer } from '../images/exportable.ts'
import type { Session } from '../session.ts'
import { exportMounts } from '../travelling-mounts/export-mounts.ts'
import { encodeRecords, listingsType, recordsType } from './cache-records.ts'
import type { CacheTarget } from './cache-spec.ts'
import { withinDeadline } from './deadline.ts'
import type { Imports } from './imports.ts'
import { packListings } from './listings.ts'
import { openCache } from './open-cache.ts'
import { selectionsOf, type SharedBuild, type SharedStep, sharedSteps, sharedTrace } from './shared-build.ts'

export interface CacheExport extends SharedBuild {
  /** To what layers of images were set back, in seconds since the epoch. */
  readonly latest?: number
  readonly hide: (text: string) => string
  /** Values that no cache mount may bring out. */
  readonly secrets: readonly Uint8Array[]
  /** Where some of the results may lie. */
  readonly imports?: Imports
  readonly cwd: string
  readonly signal: AbortSignal
}

/** Blobs that travel at the same time. */
const parallelBlobs = 4

/**
 * Writes what a build came to into the place of a `--cache-to`: blobs that are missing there, the list of records, and the
 * manifest under its name last. Rejects when that fails and the target says that it matters.
 */
export async function exportCache(session: Session, target: CacheTarget, how: CacheExport): Promise<void> {
  try {
    const cache = await openCache(session, { ...target, cwd: how.cwd, isTarget: true })
    try {
      await internalStep(session, `${nameOf(target)} ${cache.label}`, (progress) =>
        withinDeadline(target.timeout, how.signal, (signal) =>
          writeAll(session, { cache, target }, { ...how, progress, signal }),
        ),
      )
    } finally {
      await cache.close().catch(() => {})
    }
  } catch (error) {
    if (how.signal.aborted) throw error
    const { code, message, hint } = toPlainError(error)
    const reason = `the cache could not be written to ${target.label}: ${message}`
    if (target.ignoreError) return session.emit({ type: 'note', time: session.now(), message: reason })
    const advice = 'leave out ignore-error=false where a build is worth more than its cache'
    throw new SlipwayError(code, reason, { cause: error, hint: hint === undefined ? advice : `${hint}\n${advice}` })
  }
}

/** The words of BuildKit. */
function nameOf({ kind }: CacheTarget): string {
  const names = { registry: 'to registry', local: 'to client directory', s3: 'to Amazon S3', inline: 'inline' }
  return kind === 'gha' ? 'exporting to GitHub Actions Cache' : `exporting cache ${names[kind]}`
}

interface Writing extends CacheExport {
  readonly progress: ProgressSink
}

interface Place {
  readonly cache: RemoteCache
  readonly target: CacheTarget
}

async function writeAll(session: Session, place: Place, how: Writing): Promise<void> {
  const { plan, secrets, signal, imports } = how
  const { mounts } = place.target
  const elsewhere = (await imports?.mounts) ?? []
  const exported = mounts && (await exportMounts(session, plan, { ...mounts, secrets, elsewhere, signal }))
  try {
    for (;;) {
      try {
        return await writeOnce(session, place, { ...how, mounts: exported?.blobs ?? [] })
      } catch (error) {
        // Blobs of the caches that this build has read may be gone; the rest is still worth something.
        if (signal.aborted || imports?.takeLosses() !== true) throw error
      }
    }
  } finally {
    await exported?.discard()
  }
}

async function writeOnce(
  session: Session,
  { cache, target }: Place,
  how: Writing & { readonly mounts: readonly RemoteBlob[] },
): Promise<void> {
  const { recorder, signal, progress } = how
  const steps = sharedSteps(how)
  const blobs = await layerBlobs(session, stepsWithFiles(session, steps, { ...how, mode: target.mode }), target, signal)
  const listings = await listingBlob(session, how)
  const places = new Map<Digest, number>()
  const layers: PreparedBlob[] = []
  for (const [diffId, blob] of blobs) {
    const same = layers.findIndex(({ descriptor }) => descriptor.digest === blob.descriptor.digest)
    places.set(diffId, same === -1 ? layers.push(blob) - 1 : same)
  }
  layers.push(listings, ...how.mounts)
  const records = steps.map(({ key, created, layer: { diffId, content, size }, isInImage }) => {
    const blob = places.get(diffId)
    const latest = isInImage && how.latest !== undefined ? { latest: how.latest } : {}
    return { key, created, diffId, content, size, ...latest, ...(blob === undefined ? {} : { blob }) }
  })
  const document = encodeRecords({
    ...sharedTrace(recorder.record(), how.hide),
    records,
    selections: recorder.selections,
  })
  const config = blobInMemory(Buffer.from(goJson(document)), recordsType)
  const limit = createLimit(parallelBlobs)
  await Promise.all([...layers, config].map((blob) => limit(() => writeBlob(cache, blob, { progress, signal }))))
  const manifest = assembleManifest({
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
    family: target.ociMediaTypes ? 'oci' : 'docker',
  })
  await cache.saveManifest({ mediaType: manifest.descriptor.mediaType, bytes: manifest.bytes }, signal)
}

async function writeBlob(
  cache: RemoteCache,
  blob: PreparedBlob,
  { progress, signal }: Pick<Writing, 'progress' | 'signal'>,
): Promise<void> {
  const outcome = await cache.write(blob, signal)
  const { digest, size } = blob.descriptor
  const id = outcome === 'sent' ? digest : `exists ${digest}`
  progress({ id, current: size, total: size, unit: 'bytes', done: true })
}

/** The steps whose layers are exported, each layer once: those of the images, or all. */
function stepsWithFiles(
  session: Session,
  steps: readonly SharedStep[],
  { imports, mode }: Pick<CacheExport, 'imports'> & Pick<CacheTarget, 'mode'>,
): readonly SharedStep[] {
  const isThere = (layer: LayerRef): boolean =>
    session.layers.has(layer.id) || (layer.blob !== undefined && imports?.isLost(layer) !== true)
  const wanted = steps.filter(({ layer, isInImage }) => (mode === 'max' || isInImage) && isThere(layer))
  return [...new Map(wanted.map((step) => [step.layer.diffId, step])).values()]
}

async function layerBlobs(
  session: Session,
  steps: readonly SharedStep[],
  { compression, ociMediaTypes }: CacheTarget,
  signal: AbortSignal,
): Promise<ReadonlyMap<Digest, PreparedBlob>> {
  const exportable = await Promise.all(
    steps.map(({ layer, below }) => exportableLayer(session, layer, { below: [...below, layer], signal })),
  )
  const family = ociMediaTypes ? 'oci' : 'docker'
  const prepared = await prepareLayers(exportable, { compression, family, blobs: session.store })
  return new Map(steps.map(({ layer }, index) => [layer.diffId, prepared[index] as PreparedBlob]))
}

/** What selections consisted of, as far as anybody remembers. */
async function listingBlob(session: Session, { recorder, imports }: CacheExport): Promise<PreparedBlob> {
  const listings = new Map<Digest, string>()
  for (const digest of selectionsOf(recorder.record().steps)) {
    const listing = (await session.listings.get(digest)) ?? (await imports?.listing(digest))
    if (listing !== undefined) listings.set(digest, listing)
  }
  return blobInMemory(await packListings(listings), listingsType)
}
