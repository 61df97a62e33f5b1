import { decompress, sniffCompression } from '../../archive/index.ts'
import { type Check, type Dependency, predicateTypes, type Statement } from '../../attest/index.ts'
import { digestOf } from '../../core/index.ts'
import { compressionOf, type Descriptor, formatPlatform, platformOfConfig } from '../../oci/index.ts'
import { solve } from '../../solver/index.ts'
import { dependenciesOf } from '../attest/dependencies.ts'
import type { AssembledImage } from '../build/assemble-image.ts'
import type { BuildRequest, BuildWorld } from '../build/build-request.ts'
import { type MadeImages, makeImages } from '../build/make-images.ts'
import { solveOptions } from '../build/start-build.ts'
import type { Session } from '../session.ts'
import type { FoundStatement } from './check-attestation.ts'
import type { CheckedImage } from './check-image.ts'
import { comparedImage, type ComparedImage, type ImageDifference, imageDifference } from './image-difference.ts'
import type { Reading } from './reading.ts'
import { mergeRequest, recordedRequest, type RecordedRequest } from './recorded-request.ts'

/** What the command line says about building again; a provenance fills the rest in. */
export interface RebuildRequest {
  readonly request: BuildRequest
  readonly isContextGiven: boolean
  readonly world: BuildWorld
}

interface Rebuild {
  readonly image: CheckedImage
  readonly statements: readonly FoundStatement[]
  readonly reading: Reading
  readonly rebuild: RebuildRequest
  readonly signal: AbortSignal
}

/** Builds an image again, every step of it, and says whether the same comes out, or what differs first. Keeps no image. */
export async function checkRebuild(session: Session, all: Rebuild): Promise<Check> {
  const { image, rebuild, signal } = all
  const statements = all.statements.map(({ statement }) => statement)
  const recorded = recordedRequest(statements)
  const platform = formatPlatform(platformOfConfig(image.config.value))
  const request = {
    ...mergeRequest(rebuild.request, recorded, rebuild),
    platforms: [platform],
    noCache: true,
  }
  const made = await makeImages(session, request, {
    ...rebuild.world,
    signal,
    rewriteTimestamps: true,
    solve: (plan, { ports, secrets }) => solve(plan, ports, solveOptions(request, secrets, signal)),
  })
  const again = made.images[0] as AssembledImage
  const about = { what: 'rebuild', place: image.place, digest: image.descriptor.digest } as const
  if (digestOf(again.config) === digestOf(image.config.bytes))
    return { ...about, ok: true, says: `reproduced: the same layers and configuration ${image.manifest.config.digest}` }
  const difference = await imageDifference(foundImage(all), comparedImage(session, again))
  const changed = await changedInputs(session, { statements, request, made, again, cwd: rebuild.world.cwd, signal })
  return { ...about, ok: false, says: difference.says, hint: hintFor({ difference, changed, recorded, made }) }
}

function foundImage({ image, reading }: Rebuild): ComparedImage {
  return {
    config: image.config,
    tar: (at) => {
      const layer = image.manifest.layers[at]
      return layer === undefined ? undefined : unpacked(reading, layer)
    },
  }
}

async function* unpacked(reading: Reading, layer: Descriptor): AsyncGenerator<Uint8Array, void, undefined> {
  const { chunks } = await sniffCompression(reading.open(layer))
  const form = compressionOf(layer.mediaType) ?? 'uncompressed'
  yield* decompress(chunks, form === 'uncompressed' ? 'none' : form)
}

interface Inputs {
  readonly statements: readonly Statement[]
  readonly request: BuildRequest
  readonly made: MadeImages
  readonly again: AssembledImage
  readonly cwd: string
  readonly signal: AbortSignal
}

/** What went into the image and is not what it was: often all the explanation there is. */
async function changedInputs(
  session: Session,
  { statements, again, made, ...build }: Inputs,
): Promise<readonly string[]> {
  const provenance = statements.find(({ predicateType }) => predicateType === predicateTypes.provenance)
  const definition = provenance?.predicate['buildDefinition'] as { readonly resolvedDependencies?: unknown } | undefined
  const recorded = Array.isArray(definition?.resolvedDependencies)
    ? (definition.resolvedDependencies as readonly Dependency[])
    : []
  const now = await dependenciesOf(session, again, { ...build, ...made, version: '', names: [] })
  return recorded.flatMap((one) => {
    const name = one.name ?? one.uri
    const other = now.find((candidate) => (candidate.name ?? candidate.uri) === name)
    const same = other === undefined || Object.entries(one.digest).every(([kind, hex]) => other.digest[kind] === hex)
    return name === undefined || same ? [] : [name]
  })
}

interface Explained {
  readonly difference: ImageDifference
  readonly changed: readonly string[]
  readonly recorded: RecordedRequest | undefined
  readonly made: MadeImages
}

function hintFor({ difference, changed, recorded, made }: Explained): string {
  const reasons = [
    ...(changed.length === 0 ? [] : [`what went in has changed: ${changed.join(', ')}`]),
    ...(recorded === undefined
      ? ['there is no provenance: the flags of the build have to be given again, such as --build-arg and --target']
      : recorded.isPartial
        ? ['the values of its build arguments and labels were not recorded (mode=min): give them again']
        : []),
    ...(difference.timesOnly && made.plan.epoch === undefined
      ? ['set SOURCE_DATE_EPOCH when building: without it, every build has its own times']
      : []),
  ]
  return reasons.length === 0 ? 'the step does not do the same twice' : reasons.join('; ')
}
