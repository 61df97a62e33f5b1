import { type MergedNode, walkTree } from '../archive/index.ts'
import { mayBeProgram, symbolBytes } from '../elf/index.ts'
import type { BlamedStep } from './blame.ts'
import { makersOf } from './blamed-path.ts'
import { classRules, type ContentClass } from './class-rules.ts'
import { developmentPackages } from './development-trees.ts'
import type { ImageInside } from './image-inside.ts'

export type { ContentClass } from './class-rules.ts'

/** What one step has brought of one class. */
export interface ClassShare {
  readonly class: ContentClass
  /** The step that made the files, by `blame`; the base where it has them. */
  readonly step: BlamedStep | undefined
  readonly files: number
  readonly bytes: number
  /** The directories that have most of it, without leading slashes. */
  readonly places: readonly string[]
}

const unstripped: ContentClass = {
  id: 'symbols',
  title: 'symbols of programs',
  remedy: 'strip the programs where they are built',
}
const development: ContentClass = {
  id: 'development-dependencies',
  title: 'development dependencies',
  remedy: 'install for production (npm ci --omit=dev), or prune before the copy',
}

/** Symbols of smaller programs are no matter of size. */
const leastProgram = 64 << 10

/**
 * What an image has that a program seldom needs at run time, by class and by the step that brought it, most bytes first. A file is
 * of one class; programs with symbols count with the bytes of those alone.
 */
export function classifyContent(inside: ImageInside): readonly ClassShare[] {
  const shares = new Map<string, OpenShare>()
  const isDevelopment = developmentPackages(inside)
  const makerOf = makersOf(inside)
  for (const node of walkTree(inside.root)) {
    const { entry, content } = node
    if (entry.kind !== 'file' || content.path !== entry.path) continue
    const found = classOf(inside, node, isDevelopment)
    if (found === undefined) continue
    const step = makerOf(node)
    const key = `${found.class.id} ${step?.source ?? ''} ${step?.line ?? ''} ${step?.text ?? ''}`
    const share = shares.get(key) ?? { class: found.class, step, files: 0, bytes: 0, places: new Map() }
    shares.set(key, share)
    share.files += 1
    share.bytes += found.bytes
    const place = placeOf(entry.path)
    share.places.set(place, (share.places.get(place) ?? 0) + found.bytes)
  }
  return [...shares.values()]
    .map(({ places, ...share }) => ({ ...share, places: largest(places) }))
    .sort((left, right) => right.bytes - left.bytes)
}

interface OpenShare {
  readonly class: ContentClass
  readonly step: BlamedStep | undefined
  files: number
  bytes: number
  readonly places: Map<string, number>
}

function classOf(
  inside: ImageInside,
  { entry, layer }: MergedNode,
  isDevelopment: (path: string) => boolean,
): { readonly class: ContentClass; readonly bytes: number } | undefined {
  const { path, size } = entry
  if (isDevelopment(path)) return { class: development, bytes: size }
  const rule = classRules.find(({ matches }) => matches(path))
  if (rule !== undefined) return { class: rule, bytes: size }
  if (size < leastProgram || !mayBeProgram(path, entry)) return undefined
  const bytes = symbolBytes((part) => inside.layers[layer]?.read(path, part)) ?? 0
  return bytes === 0 ? undefined : { class: unstripped, bytes }
}

/** The first directories of a path: enough to find it. */
function placeOf(path: string): string {
  const parts = path.split('/')
  return parts.slice(0, Math.min(4, Math.max(1, parts.length - 1))).join('/')
}

function largest(places: ReadonlyMap<string, number>): readonly string[] {
  return [...places]
    .sort((left, right) => right[1] - left[1])
    .slice(0, 3)
    .map(([place]) => place)
}
