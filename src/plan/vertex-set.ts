import { canonicalJson, type Digest, digestOf, type Json } from '../core/index.ts'
import { formatPlatform, normalizePlatform } from '../oci/index.ts'
import type { Op, Vertex } from './op.ts'

/** The vertices of a plan while it grows, by digest. */
export type VertexSet = Map<Digest, Vertex>

/**
 * Adds a vertex and returns its digest. One that is already there is kept, with the name of the first; it is taken from
 * the cache only if all its users allow that.
 */
export function addVertex(set: VertexSet, vertex: Omit<Vertex, 'digest'>): Digest {
  const digest = vertexDigest(vertex)
  const known = set.get(digest)
  if (known === undefined) set.set(digest, { digest, ...vertex })
  else if (vertex.ignoreCache === true && known.ignoreCache !== true) set.set(digest, { ...known, ignoreCache: true })
  return digest
}

/** The vertices that the roots need, inputs before users. */
export function reachableVertices(set: VertexSet, roots: readonly Digest[]): ReadonlyMap<Digest, Vertex> {
  const ordered = new Map<Digest, Vertex>()
  const visit = (digest: Digest): void => {
    const vertex = set.get(digest)
    if (vertex === undefined || ordered.has(digest)) return
    for (const input of vertex.inputs) visit(input)
    ordered.set(digest, vertex)
  }
  for (const root of roots) visit(root)
  return ordered
}

/** Name, origin and stage stay out, and the platform of ops that only handle files: builds for several platforms share them. */
function vertexDigest(vertex: Omit<Vertex, 'digest'>): Digest {
  const { op, inputs } = vertex
  const platform = dependsOnPlatform(op) ? formatPlatform(normalizePlatform(vertex.platform)) : ''
  return digestOf(canonicalJson({ op: definition(op), platform, inputs: [...inputs] }))
}

function dependsOnPlatform(op: Op): boolean {
  switch (op.kind) {
    case 'scratch':
    case 'context':
    case 'http':
    case 'git':
    case 'copy':
    case 'mkdir':
      return false
    case 'image':
    case 'exec':
      return true
  }
}

/** An image is its manifest: by which tag it was found, and where its layers lie, makes no difference. */
function definition(op: Op): Json {
  if (op.kind === 'image') return { kind: op.kind, manifest: op.manifest }
  // Ops are plain data by contract, so their JSON text holds all of them.
  return JSON.parse(JSON.stringify(op)) as Json
}
