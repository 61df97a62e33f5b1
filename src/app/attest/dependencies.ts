import { redactUrls } from '../../adapters/context/index.ts'
import { type Dependency, imageUrl, stepOrder } from '../../attest/index.ts'
import { type Digest, hexOf, SlipwayError } from '../../core/index.ts'
import type { StageGraph } from '../../graph/index.ts'
import { familiarName, mediaTypes } from '../../oci/index.ts'
import type { Op, Vertex } from '../../plan/index.ts'
import type { AssembledImage } from '../build/assemble-image.ts'
import type { Session } from '../session.ts'
import type { EndedBuild } from './ended-build.ts'
import { commitDigest } from './request-facts.ts'

/**
 * Everything from outside that went into an image, with its digest: bases by their manifests, repositories by their commits,
 * downloads by their bytes, and contexts by the content of their files.
 */
export async function dependenciesOf(
  session: Session,
  { planned }: AssembledImage,
  build: EndedBuild,
): Promise<readonly Dependency[]> {
  const vertices = stepOrder(build.plan, planned)
  const found = await Promise.all(vertices.map((vertex) => dependencyOf(session, vertex, build)))
  const known = found.filter((one) => one !== undefined)
  const unique = new Map(known.map((one) => [JSON.stringify(one), one]))
  return [...configDependency(build), ...unique.values()]
}

async function dependencyOf(session: Session, vertex: Vertex, build: EndedBuild): Promise<Dependency | undefined> {
  const { op, digest } = vertex
  const result = build.results.get(digest)
  switch (op.kind) {
    case 'image':
      return baseOf(session, { ...vertex, op }, build.graphs)
    case 'http':
      return { uri: redactUrls(op.url), digest: { sha256: hexOf(result?.identity as Digest) } }
    case 'git':
      return { uri: gitUri(op), digest: commitDigest(result?.commit ?? '') }
    case 'context': {
      if (result === undefined) return undefined
      const content = await session.engine.select(result.tree, wholeTree, build.signal)
      return { name: op.name === 'context' ? 'context' : `context:${op.name}`, digest: { slipwayTree: hexOf(content) } }
    }
    default:
      return undefined
  }
}

const wholeTree = {
  patterns: ['/'],
  exclude: [],
  parents: false,
  literal: true,
  ignoreOwner: false,
  ignoreMode: false,
} as const

/** A base under the name that the Dockerfile has for it. What no registry has is known by its configuration. */
async function baseOf(
  { store }: Session,
  { op, platform }: Vertex & { readonly op: Op & { readonly kind: 'image' } },
  graphs: readonly StageGraph[],
): Promise<Dependency> {
  const questions = graphs.flatMap(({ images, answers }) =>
    [...images.values()].filter(({ key }) => answers.get(key)?.manifest === op.manifest),
  )
  const asked = questions.find((one) => one.platform.architecture === platform.architecture) ?? questions[0]
  const uri = imageUrl(asked?.reference === undefined ? op.reference : familiarName(asked.reference), platform)
  const image = await store.images.resolve(op.manifest).catch((error: unknown) => {
    if (error instanceof SlipwayError && error.code === 'image-not-found') return undefined
    throw error
  })
  const manifest = image?.remote ?? image?.manifest
  if (manifest !== undefined) return { uri, digest: { sha256: hexOf(manifest.digest) } }
  return {
    uri,
    digest: { sha256: hexOf(op.manifest) },
    ...(image === undefined ? {} : { mediaType: mediaTypes.ociConfig }),
  }
}

function gitUri({ remote, ref }: Op & { readonly kind: 'git' }): string {
  return `${redactUrls(remote)}${ref === undefined ? '' : `#${ref}`}`
}

/** The repository that is the context itself. */
function configDependency({ request, started }: EndedBuild): readonly Dependency[] {
  const { kind, commit } = started.definition.context
  return kind === 'git' && commit !== undefined
    ? [{ uri: redactUrls(request.context), digest: commitDigest(commit) }]
    : []
}
