import { baseOf, type LayerEntry, mergeLayers, walkTree } from '../archive/index.ts'
import type { ImageInside } from './image-inside.ts'

/** A stage that an image was copied from. */
export interface StageFiles {
  readonly stage: string
  /** Lowest first; `line` where it is not of the base. */
  readonly layers: readonly { readonly entries: readonly LayerEntry[]; readonly line?: number }[]
}

/** What the lines of a stage wrote and what of it the image has. */
export interface StageOutput {
  readonly stage: string
  /** Bytes that its own lines have written and that it shows at its end. */
  readonly bytes: number
  /** Of these the bytes whose content is in the image. */
  readonly shipped: number
  /** The directories that have most of what stays behind, without leading slashes. */
  readonly left: readonly { readonly path: string; readonly bytes: number }[]
}

/** How much of the name of a directory is told. */
const depth = 3

/** What stages wrote, and what of it stayed behind: by content, so that it counts wherever it was copied to. */
export function stageOutputs(inside: Pick<ImageInside, 'root'>, stages: readonly StageFiles[]): readonly StageOutput[] {
  const shipped = new Set<string>()
  for (const { entry } of walkTree(inside.root)) if (entry.digest !== undefined) shipped.add(entry.digest)
  return stages.map((stage) => outputOf(stage, shipped))
}

function outputOf({ stage, layers }: StageFiles, shipped: ReadonlySet<string>): StageOutput {
  const left = new Map<string, number>()
  let [bytes, taken] = [0, 0]
  for (const { entry, layer, content } of walkTree(mergeLayers(layers.map(({ entries }) => entries)))) {
    const isOwn = layers[layer]?.line !== undefined && content.path === entry.path
    if (!isOwn || entry.kind !== 'file') continue
    bytes += entry.size
    if (entry.digest !== undefined && shipped.has(entry.digest)) taken += entry.size
    else {
      const place = directoryOf(entry.path)
      left.set(place, (left.get(place) ?? 0) + entry.size)
    }
  }
  const places = [...left].map(([path, size]) => ({ path, bytes: size })).sort((one, other) => other.bytes - one.bytes)
  return { stage, bytes, shipped: taken, left: places.slice(0, 3) }
}

function directoryOf(path: string): string {
  const names = path.split('/').slice(0, -1)
  return names.slice(0, depth).join('/')
}

/** Where a stage has a file of this name (`libpq.so.5`), or what lies in a directory of it (`express`); without leading slashes. */
export function findInStages(
  name: string,
  stages: readonly StageFiles[],
): { readonly stage: string; readonly path: string } | undefined {
  const wanted = baseOf(name)
  if (wanted === '') return undefined
  for (const { stage, layers } of stages) {
    for (const { entry } of walkTree(mergeLayers(layers.map(({ entries }) => entries)))) {
      if (baseOf(entry.path) === wanted && endsWithNames(entry.path, name)) return { stage, path: entry.path }
    }
  }
  return undefined
}

/** Absolute paths have to be the same; of names with a slash (`@scope/name`) all of it. */
function endsWithNames(path: string, name: string): boolean {
  if (name.startsWith('/')) return path === name.slice(1)
  return path === name || path.endsWith(`/${name}`)
}
