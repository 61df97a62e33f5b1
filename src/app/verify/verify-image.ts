import type { Check, Verification } from '../../attest/index.ts'
import type { Platform } from '../../oci/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { barePlace, placeName } from '../copy/copy-image.ts'
import { openSource } from '../copy/open-source.ts'
import { parsePlace, type Place } from '../copy/place.ts'
import { internalStep } from '../build/internal-step.ts'
import type { Session } from '../session.ts'
import { checkStored } from './check-stored.ts'
import { type CheckedTree, checkTree } from './check-tree.ts'
import { rawReading, remedyFor, type Reading } from './reading.ts'
import { type RebuildRequest, checkRebuild } from './rebuild.ts'

export interface VerifyRequest {
  /** A place as `copy` takes them. */
  readonly image: string
  /** Empty: all there are. */
  readonly platforms: readonly Platform[]
  readonly rebuild?: RebuildRequest
  readonly cwd: string
  readonly signal: AbortSignal
}

/**
 * Reads an image to the last byte, wherever it is, and says of everything in it whether it is what it should be. Damage is
 * part of the answer; rejects only when there is no image to look at, as `copy` does.
 */
export async function verifyImage(session: Session, request: VerifyRequest): Promise<Verification> {
  const place = parsePlace(request.image, request.cwd) ?? (await barePlace(session, request.image))
  const checks: Check[] = []
  const noting = { remedy: remedyFor(place), add: (check: Check) => void checks.push(check) }
  if (place.kind === 'store') {
    const images = await session.store.images.resolveAll(place.name)
    if (!(await checkStored(session, images, noting))) return { image: request.image, checks }
  }
  const source = await openSource(session, place, request.signal)
  try {
    const reading = rawReading(session, source, noting)
    const tree = await internalStep(session, `verifying ${placeName(place)}`, () =>
      checkTree(reading, source.root, request.platforms),
    )
    if (tree.images.length === 0 && checks.every(({ ok }) => ok)) throw nothingThere(place, request)
    if (request.rebuild !== undefined) await rebuildAll(session, { tree, reading, request, rebuild: request.rebuild })
    return { image: request.image, digest: source.root.digest, checks }
  } finally {
    await source.close()
  }
}

interface Rebuilding {
  readonly tree: CheckedTree
  readonly reading: Reading
  readonly request: VerifyRequest
  readonly rebuild: RebuildRequest
}

async function rebuildAll(session: Session, { tree, reading, request, rebuild }: Rebuilding): Promise<void> {
  for (const image of tree.images) {
    const statements = tree.statements.filter(({ subject }) => subject === image.descriptor.digest)
    reading.add(await checkRebuild(session, { image, statements, reading, rebuild, signal: request.signal }))
  }
}

function nothingThere(place: Place, { platforms }: VerifyRequest): SlipwayError {
  const wanted = platforms.length === 0 ? '' : ' for these platforms'
  return new SlipwayError('platform-unavailable', `${placeName(place)} has no image${wanted}`, {
    hint: 'leave --platform out',
  })
}
