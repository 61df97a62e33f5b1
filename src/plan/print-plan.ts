import { type Digest, hexOf, type Json, positionAt } from '../core/index.ts'
import { formatPlatform } from '../oci/index.ts'
import type { BuildPlan, PlannedImage, Vertex } from './op.ts'

/** The plan in Graphviz' language: vertices as boxes, numbered inputs as arrows, images as bold boxes. */
export function planToDot(plan: BuildPlan): string {
  const vertices = [...plan.vertices.values()]
  const boxes = vertices.map((vertex) => `  ${id(vertex.digest)} [shape=box, label=${JSON.stringify(vertex.name)}]`)
  const arrows = vertices.flatMap((vertex) =>
    vertex.inputs.map((input, index) => `  ${id(input)} -> ${id(vertex.digest)} [label="${index}"]`),
  )
  const images = plan.images.flatMap((image, index) => [
    `  "image ${index}" [shape=box, style=bold, label=${JSON.stringify(`${image.stage} ${formatPlatform(image.platform)}`)}]`,
    `  ${id(image.root)} -> "image ${index}"`,
  ])
  return ['digraph plan {', '  rankdir=LR', ...boxes, ...arrows, ...images, '}', ''].join('\n')
}

/** The plan as plain data: vertices with their ops and inputs, inputs first; images with config and history. */
export function planToJson(plan: BuildPlan): Json {
  return {
    vertices: [...plan.vertices.values()].map(vertexToJson),
    images: plan.images.map(imageToJson),
    ...(plan.epoch === undefined ? {} : { epoch: plan.epoch }),
  }
}

function vertexToJson(vertex: Vertex): Json {
  const [origin] = vertex.origin
  return {
    digest: vertex.digest,
    name: vertex.name,
    stage: vertex.stage ?? null,
    line: origin === undefined ? null : positionAt(origin.source, origin.span.start).line,
    platform: formatPlatform(vertex.platform),
    inputs: [...vertex.inputs],
    ignoreCache: vertex.ignoreCache === true,
    op: plain(vertex.op),
  }
}

function imageToJson(image: PlannedImage): Json {
  return {
    platform: formatPlatform(image.platform),
    stage: image.stage,
    root: image.root,
    config: plain(image.config),
    history: image.history.map(({ origin, ...entry }) => ({
      ...(plain(entry) as { readonly [key: string]: Json }),
      line: origin === undefined ? null : positionAt(origin.source, origin.span.start).line,
    })),
  }
}

/** Contracts of the plan are plain data; their JSON text holds all of them. */
function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json
}

function id(digest: Digest): string {
  return `"${hexOf(digest).slice(0, 12)}"`
}
