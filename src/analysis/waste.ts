import { walkTree } from '../archive/index.ts'
import { type HiddenFile, hiddenFiles } from './hidden-files.ts'
import type { ImageInside } from './image-inside.ts'

/** What one layer hides of another: bytes that are stored and sent, and that nobody can see. */
export interface HiddenShare {
  /** Indexes of the layer that has them and of the one that hides them. */
  readonly layer: number
  readonly by: number
  readonly how: HiddenFile['how']
  readonly files: number
  readonly bytes: number
  /** The largest files, without leading slashes. */
  readonly largest: readonly string[]
}

/** Files of the same content that the image shows under several names without sharing it. */
export interface DuplicatedFile {
  /** Without leading slashes. */
  readonly paths: readonly string[]
  /** Of one of them. */
  readonly size: number
  /** Bytes of all but one. */
  readonly bytes: number
  /** The layers that have them. */
  readonly layers: readonly number[]
}

/** Bytes of an image that are there more than once, or for nobody. */
export interface Waste {
  /** Most bytes first. */
  readonly hidden: readonly HiddenShare[]
  readonly hiddenBytes: number
  /** Most bytes first. */
  readonly duplicated: readonly DuplicatedFile[]
  readonly duplicatedBytes: number
}

/** Less is no matter of size: every package has its empty and one-line files. */
const leastDuplicate = 4096

/** Finds what later layers overwrite or delete, and what the image has several times. */
export function findWaste({ layers, root }: Pick<ImageInside, 'layers' | 'root'>): Waste {
  const hidden = hiddenShares(hiddenFiles(layers))
  const duplicated = duplicatedFiles(root)
  return {
    hidden,
    hiddenBytes: sum(hidden),
    duplicated,
    duplicatedBytes: sum(duplicated),
  }
}

function sum(items: readonly { readonly bytes: number }[]): number {
  return items.reduce((total, { bytes }) => total + bytes, 0)
}

function hiddenShares(files: readonly HiddenFile[]): readonly HiddenShare[] {
  const pairs = new Map<string, HiddenFile[]>()
  for (const file of files) {
    const key = `${file.layer} ${file.by} ${file.how}`
    const pair = pairs.get(key)
    if (pair === undefined) pairs.set(key, [file])
    else pair.push(file)
  }
  return [...pairs.values()].map(shareOf).sort((left, right) => right.bytes - left.bytes)
}

function shareOf(files: readonly HiddenFile[]): HiddenShare {
  const { layer, by, how } = files[0] as HiddenFile
  const sorted = files.toSorted((left, right) => right.entry.size - left.entry.size)
  const bytes = files.reduce((total, { entry }) => total + entry.size, 0)
  return { layer, by, how, files: files.length, bytes, largest: sorted.slice(0, 3).map(({ entry }) => entry.path) }
}

function duplicatedFiles(root: ImageInside['root']): readonly DuplicatedFile[] {
  const copies = new Map<string, { size: number; paths: string[]; layers: number[]; inodes: Set<string> }>()
  for (const { entry, inode, content } of walkTree(root)) {
    const { kind, digest, size, path } = entry
    if (kind !== 'file' || digest === undefined || size < leastDuplicate) continue
    const known = copies.get(digest) ?? { size, paths: [], layers: [], inodes: new Set<string>() }
    copies.set(digest, known)
    const name = inode ?? path
    if (known.inodes.has(name)) continue
    known.inodes.add(name)
    known.paths.push(path)
    known.layers.push(content.layer)
  }
  return [...copies.values()]
    .filter(({ paths }) => paths.length > 1)
    .map(({ size, paths, layers }) => ({ size, paths, layers, bytes: size * (paths.length - 1) }))
    .sort((left, right) => right.bytes - left.bytes)
}
