import { randomUUID } from 'node:crypto'
import { encodeBlame, type ImageBlame } from '../../analysis/index.ts'
import type { Predicate } from '../../attest/index.ts'
import { predicateTypes, provenancePredicate } from '../../attest/index.ts'
import { redactUrls } from '../../adapters/context/index.ts'
import type { Digest } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import { blameFor } from '../blame/kept-blame.ts'
import type { AssembledImage } from '../build/assemble-image.ts'
import { machinePlatform } from '../build/plan-request.ts'
import type { Session } from '../session.ts'
import type { Attester } from './attach.ts'
import type { AttestOptions } from './attest-options.ts'
import { dependenciesOf } from './dependencies.ts'
import type { EndedBuild } from './ended-build.ts'
import { configSourceOf, localsOf, requestArgs } from './request-facts.ts'

/** What a build says about its images; every image is looked at once, when it is first asked for. */
export function createAttester(session: Session, options: AttestOptions, build: EndedBuild): Attester {
  const invocation = { id: randomUUID(), started: build.startedAt, finished: session.now() }
  const packages = new Map<number, Promise<Predicate>>()
  const sbomOf = (position: number): Promise<Predicate> => {
    const image = build.images[position] as AssembledImage
    const known = packages.get(position) ?? listedPackages(session, image, build)
    packages.set(position, known)
    return known
  }
  const files: Readonly<Record<string, AttestOptions['sbom']>> = {
    [predicateTypes.provenance]: options.provenance,
    [predicateTypes.sbom]: options.sbom,
    [predicateTypes.blame]: options.blame,
  }
  return {
    filename: (type) => (files[type]?.inlineOnly === true ? undefined : files[type]?.filename),
    async predicates(position, layers) {
      const sbom = options.sbom === undefined ? [] : [await sbomOf(position)]
      const others = options.blame === undefined ? sbom : [...sbom, blamePredicate(session, build, position)]
      if (options.provenance === undefined) return others
      const image = build.images[position] as AssembledImage
      const { definition } = build.started
      const { path, text } = definition.file.source
      const facts = {
        plan: build.plan,
        image: image.planned,
        dockerfile: { path, text },
        configSource: configSourceOf(build),
        args: requestArgs(session, build),
        locals: localsOf(build),
        dependencies: await dependenciesOf(session, image, build),
        builderPlatform: machinePlatform(),
        version: build.version,
        invocation,
        layers: layersOfSteps(build, image, layers),
        withoutCredentials: redactUrls,
      }
      return [provenancePredicate(facts, options.provenance), ...others]
    },
  }
}

function blamePredicate(session: Session, build: EndedBuild, position: number): Predicate {
  const { planned } = build.images[position] as AssembledImage
  return { type: predicateTypes.blame, value: encodeBlame(blameFor(session, build, planned)) }
}

/** Readers of archives and licences are loaded by those builds alone that want a list. */
async function listedPackages(session: Session, image: AssembledImage, build: EndedBuild): Promise<Predicate> {
  const { describePackages } = await import('./describe-packages.ts')
  const { names, version, signal } = build
  const blame = knownBlame(session, build, image)
  return describePackages(session, image, { names, version, signal, ...(blame === undefined ? {} : { blame }) })
}

/** A list without it is a list all the same. */
function knownBlame(session: Session, build: EndedBuild, { planned }: AssembledImage): ImageBlame | undefined {
  try {
    return blameFor(session, build, planned)
  } catch {
    return undefined
  }
}

/** Steps have made layers that may have lost later times on their way into the image; their order is the same. */
function layersOfSteps(
  { results }: EndedBuild,
  { planned }: AssembledImage,
  blobs: readonly Descriptor[] | undefined,
): ReadonlyMap<Digest, Descriptor> {
  const root = results.get(planned.root)?.tree
  if (blobs === undefined || root?.kind !== 'layers') return new Map()
  const positions = new Map(root.layers.map(({ id }, index) => [id, index]))
  const made = new Map<Digest, Descriptor>()
  for (const { vertex } of planned.history) {
    const layer = vertex === undefined ? undefined : results.get(vertex)?.layer
    const blob = layer === undefined ? undefined : blobs[positions.get(layer.id) ?? -1]
    if (vertex !== undefined && blob !== undefined) made.set(vertex, blob)
  }
  return made
}
