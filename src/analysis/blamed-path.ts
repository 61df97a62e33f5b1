import { findNode, type MergedNode, parentOf, walkTree } from '../archive/index.ts'
import { type BlamedStep, blameIn } from './blame.ts'
import type { ImageInside, InsideLayer } from './image-inside.ts'

/** A path of an image and who made it. */
export interface BlamedPath {
  /** Without leading slash. */
  readonly path: string
  readonly kind: MergedNode['entry']['kind']
  /** Bytes of a regular file, 0 for everything else. */
  readonly size: number
  readonly mode: number
  readonly linkname?: string
  /** Number of the layer that shows it, 0 being the lowest; absent for directories that no layer states. */
  readonly layer?: number
  /** The step that wrote the layer first, the one that made the file last. Never empty where a layer is known. */
  readonly steps: readonly BlamedStep[]
}

/** All that one step made of an image. */
export interface BlamedShare {
  /** As in `BlamedPath`: the last one made the files. */
  readonly steps: readonly BlamedStep[]
  /** Everything but directories. */
  readonly files: number
  /** Bytes of regular files that the image shows; names of one file count once. */
  readonly bytes: number
  /** The largest files, largest first. */
  readonly largest: readonly { readonly path: string; readonly size: number }[]
}

/** Who made a path; undefined when the image does not show it. Links are not followed. */
export function blamePath(inside: ImageInside, path: string): BlamedPath | undefined {
  const node = findNode(inside.root, path)
  return node === undefined ? undefined : blameNode(inside, node)
}

/** The layer that removed a path which a lower one has, and that lower one; undefined for paths that never were. */
export function removalOf(
  { layers }: ImageInside,
  path: string,
): { readonly removed: InsideLayer; readonly had: InsideLayer } | undefined {
  let had: InsideLayer | undefined
  let removed: InsideLayer | undefined
  for (const layer of layers) {
    for (const entry of layer.entries) {
      if (entry.kind !== 'whiteout' && entry.path === path) [had, removed] = [layer, undefined]
      else if (entry.kind === 'whiteout' && isWithin(path, entry.path) && had !== undefined) removed ??= layer
    }
  }
  return had === undefined || removed === undefined ? undefined : { had, removed }
}

/** The steps that made what the image shows below a path, by their share of its bytes. */
export function blameShares(inside: ImageInside, below = '', examples = 3): readonly BlamedShare[] {
  const top = findNode(inside.root, below)
  const shares = new Map<string, { steps: readonly BlamedStep[]; files: number; bytes: number; all: Sized[] }>()
  const inodes = new Set<string>()
  const count = (node: MergedNode): void => {
    if (node.entry.kind === 'dir') return
    const { steps, size, path } = blameNode(inside, node)
    const makers = steps.map(withoutPath)
    const key = JSON.stringify(makers)
    const share = shares.get(key) ?? { steps: makers, files: 0, bytes: 0, all: [] }
    shares.set(key, share)
    share.files += 1
    if (node.inode !== undefined && inodes.has(node.inode)) return
    if (node.inode !== undefined) inodes.add(node.inode)
    share.bytes += size
    keepLargest(share.all, { path, size }, examples)
  }
  if (top !== undefined) {
    count(top)
    for (const node of walkTree(top)) count(node)
  }
  return [...shares.values()]
    .map(({ all, ...share }) => ({ ...share, largest: all }))
    .sort((left, right) => right.bytes - left.bytes || right.files - left.files)
}

/** The line that is to be changed so that a node is not there: of the step that made it, or that took it from the context. */
export function makersOf(inside: ImageInside): (node: MergedNode) => BlamedStep | undefined {
  return (node) => {
    const { steps } = blameNode(inside, node)
    return steps.findLast(({ line }) => line !== undefined) ?? steps.at(-1)
  }
}

interface Sized {
  readonly path: string
  readonly size: number
}

function keepLargest(all: Sized[], one: Sized, most: number): void {
  const at = all.findIndex(({ size }) => size < one.size)
  if (at >= 0) all.splice(at, 0, one)
  else if (all.length < most) all.push(one)
  if (all.length > most) all.pop()
}

function blameNode(inside: ImageInside, { entry, layer, content }: MergedNode): BlamedPath {
  const { path, kind, size, mode, linkname } = entry
  return {
    path,
    kind,
    size: kind === 'file' ? size : 0,
    mode,
    ...(linkname === undefined ? {} : { linkname }),
    ...(layer < 0 ? {} : { layer }),
    steps: layer < 0 ? [] : stepsOf(inside, layer, content.layer === layer ? content.path : path),
  }
}

/** By what was kept of the build, else by the history alone. */
function stepsOf({ blame, layers }: ImageInside, layer: number, path: string): readonly BlamedStep[] {
  const known = blame === undefined ? [] : blameIn(blame, layer, path)
  const [first] = known
  const made = layers[layer]
  if (first !== undefined && first.kind !== 'base') return known
  // What a line of the base's own history has done came here by FROM.
  if (first !== undefined) return made?.instruction ? [first, { kind: 'base', text: made.instruction }] : [first]
  return [
    {
      kind: kindOf(made?.instruction ?? ''),
      text: made?.instruction ?? '',
      ...(made?.source === undefined ? {} : { source: made.source }),
      ...(made?.line === undefined ? {} : { line: made.line }),
      ...(made?.stage === undefined ? {} : { stage: made.stage }),
    },
  ]
}

/** Histories of classic docker have `/bin/sh -c #(nop) COPY file:…`, those of BuildKit the instruction. */
function kindOf(instruction: string): BlamedStep['kind'] {
  const [word = ''] = instruction.replace(/^\/bin\/sh -c #\(nop\)\s*/, '').split(/\s/)
  if (word === 'COPY' || word === 'ADD') return 'copy'
  return word === 'WORKDIR' ? 'workdir' : 'run'
}

function withoutPath(step: BlamedStep): BlamedStep {
  const { path: _path, ...rest } = step
  return rest
}

function isWithin(path: string, directory: string): boolean {
  for (let at: string | undefined = path; at !== undefined; at = parentOf(at)) if (at === directory) return true
  return false
}
