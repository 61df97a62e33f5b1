import { type Digest, SlipwayError } from '../../core/index.ts'
import { familiarName, formatReference, isIndexMediaType, type Platform } from '../../oci/index.ts'
import { internalStep } from '../build/internal-step.ts'
import { machinePlatform } from '../build/plan-request.ts'
import type { Session } from '../session.ts'
import type { CopySource } from './copy-source.ts'
import { type ImageTree, readTree, withListedAttestations } from './image-tree.ts'
import { openSource } from './open-source.ts'
import { namesRegistry, parsePlace, type Place, referenceOf } from './place.ts'
import { type Copying, writeToDockerArchive, writeToLayout, writeToRegistry, writeToStore } from './write-tree.ts'

export interface CopyRequest {
  /** Places as `parsePlace` reads them, or bare names. */
  readonly from: string
  readonly to: string
  /** Absent: all platforms there are; a docker archive holds the one of this machine. */
  readonly platforms?: readonly Platform[]
  /** Fail rather than have another digest at the target. */
  readonly preserveDigests: boolean
  readonly cwd: string
  readonly signal: AbortSignal
}

/**
 * Copies an image with its platforms, attestations and annotations. Blobs travel as they are, and only those that the target
 * does not have. Gives the digest at the target. Rejects as reading the source and writing the target do.
 */
export async function copyImage(session: Session, request: CopyRequest): Promise<Digest> {
  const { cwd, signal, from: fromText, to: toText } = request
  const from = parsePlace(fromText, cwd) ?? (await barePlace(session, fromText))
  const to = parsePlace(toText, cwd) ?? targetPlace(toText)
  return internalStep(session, `copying ${placeName(from)} to ${placeName(to)}`, async (progress) => {
    const source = await openSource(session, from, signal)
    try {
      const platforms = platformsFor(to, source.root.mediaType, request.platforms)
      const read = await readTree(source, {
        what: placeName(from),
        attested: true,
        ...(platforms === undefined ? {} : { platforms }),
      })
      if (request.preserveDigests) checkPreserved(placeName(from), source, read)
      const tree = treeFor(session, to, { source, tree: read, preserved: request.preserveDigests })
      await write(session, to, { tree, source, progress, signal })
      return tree.root.digest
    } finally {
      await source.close()
    }
  })
}

/** A bare name is an image of the store if there is one, else one of its registry. */
export async function barePlace(session: Session, text: string): Promise<Place> {
  try {
    await session.store.images.resolveAll(text)
    return { kind: 'store', name: text }
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'image-not-found') throw error
    return { kind: 'registry', reference: referenceOf(text) }
  }
}

/** A bare target with a registry in its name is that registry, any other the store: nobody pushes to Docker Hub by mistake. */
function targetPlace(text: string): Place {
  return namesRegistry(text) ? { kind: 'registry', reference: referenceOf(text) } : { kind: 'store', name: text }
}

export function placeName(place: Place): string {
  switch (place.kind) {
    case 'registry':
      return formatReference(place.reference)
    case 'store':
      return `store:${place.name}`
    default:
      return `${place.kind === 'layout' ? 'oci' : place.kind}:${place.path}${place.name === undefined ? '' : `:${place.name}`}`
  }
}

function platformsFor(
  to: Place,
  rootType: string,
  wanted: readonly Platform[] | undefined,
): readonly Platform[] | undefined {
  if (to.kind !== 'docker-archive') return wanted
  if (wanted !== undefined && wanted.length > 1)
    throw new SlipwayError('unsupported', 'a docker archive holds one platform', {
      hint: 'choose one with --platform, or write oci-archive:FILE',
    })
  return wanted ?? (isIndexMediaType(rootType) ? [machinePlatform()] : undefined)
}

interface Reading {
  readonly source: CopySource
  readonly tree: ImageTree
  readonly preserved: boolean
}

/** Layouts hold attestations in an index beside the image, which has a digest of its own; docker's archives hold none. */
function treeFor({ emit, now }: Session, to: Place, { source, tree, preserved }: Reading): ImageTree {
  if (tree.attestations.length === 0 || to.kind === 'registry' || to.kind === 'store') return tree
  if (to.kind !== 'docker-archive' && !preserved) return withListedAttestations(source, tree)
  const why =
    to.kind === 'docker-archive' ? 'a docker archive cannot hold them' : 'they need an index of their own there'
  emit({ type: 'note', time: now(), message: `the attestations of the image are left out: ${why}` })
  return { ...tree, attestations: [] }
}

/** Manifests are copied to the byte; only those that are made here can be others than at the source. */
function checkPreserved(name: string, source: CopySource, { root, indexes }: ImageTree): void {
  const isMade = indexes.at(-1)?.descriptor.digest === root.digest && root.digest !== source.root.digest
  if (source.keepsManifest && !isMade) return
  const why = isMade ? 'several of its platforms need a new index' : 'it has no manifest'
  throw new SlipwayError('unsupported', `the digest of ${name} cannot be preserved: ${why}`, {
    hint: 'leave --preserve-digests out',
  })
}

function write(session: Session, to: Place, copying: Copying): Promise<unknown> {
  switch (to.kind) {
    case 'registry':
      return writeToRegistry(session, to, copying)
    case 'layout':
    case 'oci-archive':
      return writeToLayout(to, copying)
    case 'docker-archive':
      return writeToDockerArchive(
        { path: to.path, ...(to.name === undefined ? {} : { name: familiar(to.name) }) },
        copying,
      )
    case 'store':
      return writeToStore(session, to.name, copying)
  }
}

function familiar(name: string): string {
  return familiarName(referenceOf(name))
}
