import { type Digest, type Json, positionAt } from '../core/index.ts'
import { type Descriptor, formatPlatform } from '../oci/index.ts'
import type { BuildPlan, Op, PlannedImage, Vertex } from '../plan/index.ts'

type Members = { readonly [key: string]: Json }

/** What an image needs of a plan, inputs before their users: one plan serves several platforms. */
export function stepOrder(plan: BuildPlan, image: PlannedImage): readonly Vertex[] {
  const needed = new Set<Digest>()
  const visit = (digest: Digest): void => {
    const vertex = plan.vertices.get(digest)
    if (vertex === undefined || needed.has(digest)) return
    needed.add(digest)
    for (const input of vertex.inputs) visit(input)
  }
  visit(image.root)
  return [...plan.vertices.values()].filter(({ digest }) => needed.has(digest))
}

/** Every step with its digest, what it does and the steps it starts from: `step0` and so on, the order of `stepOrder`. */
export function buildSteps(
  plan: BuildPlan,
  image: PlannedImage,
  withoutCredentials: (text: string) => string,
): readonly Members[] {
  const order = stepOrder(plan, image)
  const idOf = idsOf(order)
  return order.map((vertex) => ({
    id: idOf(vertex.digest),
    digest: vertex.digest,
    ...(vertex.name === '' ? {} : { name: withoutCredentials(vertex.name) }),
    op: describeOp(vertex.op, withoutCredentials),
    platform: formatPlatform(vertex.platform),
    inputs: vertex.inputs.map(idOf),
  }))
}

/** The lines of the Dockerfile that each step comes from. */
export function sourceLocations(plan: BuildPlan, image: PlannedImage): Members {
  const order = stepOrder(plan, image)
  const idOf = idsOf(order)
  const located = order.filter(({ origin }) => origin.length > 0)
  return Object.fromEntries(
    located.map(({ digest, origin }) => [
      idOf(digest),
      origin.map(({ source, span }) => ({
        filename: source.path,
        start: { ...positionAt(source, span.start) },
        end: { ...positionAt(source, span.end) },
      })),
    ]),
  )
}

/** The layer of the image that each step made. */
export function stepLayers(plan: BuildPlan, image: PlannedImage, layers: ReadonlyMap<Digest, Descriptor>): Members {
  const order = stepOrder(plan, image)
  const idOf = idsOf(order)
  return Object.fromEntries(
    order.flatMap(({ digest }) => {
      const layer = layers.get(digest)
      if (layer === undefined) return []
      const { mediaType, size } = layer
      return [[idOf(digest), [{ mediaType, digest: layer.digest, size }]]]
    }),
  )
}

function idsOf(order: readonly Vertex[]): (digest: Digest) => string {
  const positions = new Map(order.map(({ digest }, index) => [digest, index]))
  return (digest) => `step${positions.get(digest) ?? ''}`
}

/** Plain data; of a base what names it, and not where its layers lie on this machine. */
function describeOp(op: Op, withoutCredentials: (text: string) => string): Members {
  switch (op.kind) {
    case 'image':
      return { kind: op.kind, reference: op.reference }
    case 'http':
      return { ...plain(op), url: withoutCredentials(op.url) }
    case 'git':
      return { ...plain(op), remote: withoutCredentials(op.remote) }
    default:
      return plain(op)
  }
}

function plain(op: Op): Members {
  return JSON.parse(JSON.stringify(op)) as Members
}
