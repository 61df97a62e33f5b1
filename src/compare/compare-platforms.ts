import { treeNodes } from '../fileset/index.ts'
import { formatPlatform } from '../oci/index.ts'
import { comparablePath, withoutArchitecture } from './architecture-names.ts'
import { compareConfigs, type SettingDifference } from './compare-config.ts'
import { comparePackages, type PackageDifference } from './compare-packages.ts'
import { type ForeignProgram, foreignPrograms } from './foreign-programs.ts'
import type { ImageFacts, ImageTotals } from './image-facts.ts'
import { totalsOf } from './totals.ts'

/** A file that only some platforms have. */
export interface PartialFile {
  /** As the first of its platforms calls it. */
  readonly path: string
  readonly platforms: readonly string[]
  /** Bytes on the first of them. */
  readonly size: number
}

/** How far the images of several platforms are the same image. JSON. */
export interface Parity {
  /** All platforms have the same, and every program fits its platform. */
  readonly same: boolean
  readonly images: readonly ImageTotals[]
  readonly config: readonly SettingDifference[]
  readonly packages: readonly PackageDifference[]
  /** Files that only some platforms have and no package of a distribution has brought. */
  readonly files: readonly PartialFile[]
  /** How many more of such files packages of distributions have brought: these build other files for each architecture. */
  readonly filesOfPackages: number
  readonly foreign: readonly (ForeignProgram & { readonly platform: string })[]
}

/** Compares the images of one index. Contents are not compared, since programs differ. */
export function comparePlatforms(images: readonly ImageFacts[]): Parity {
  const partial = partialFiles(images)
  const files = partial
    .filter(({ isOwned }) => !isOwned)
    .map(({ path, platforms, size }) => ({ path, platforms, size }))
  const architectures = images.map(({ platform }) => platform.architecture)
  const config = compareConfigs(
    images.map((image) => image.config.config),
    (value, image) => withoutArchitecture(value, architectures[image] ?? ''),
  )
  const packages = comparePackages(images)
  const foreign = images.flatMap(({ programs, platform }) =>
    foreignPrograms(programs, platform).map((program) => ({ ...program, platform: formatPlatform(platform) })),
  )
  return {
    same: config.length + packages.length + files.length + foreign.length === 0,
    images: images.map(totalsOf),
    config,
    packages,
    files,
    filesOfPackages: partial.length - files.length,
    foreign,
  }
}

function partialFiles(images: readonly ImageFacts[]): readonly (PartialFile & { readonly isOwned: boolean })[] {
  const found = new Map<string, { path: string; size: number; images: Set<ImageFacts>; isOwned: boolean }>()
  for (const image of images) {
    for (const [path, node] of treeNodes(image.view)) {
      // Debug files are named by a digest of the program.
      if (node.kind === 'dir' || path.includes('/.build-id/')) continue
      const key = comparablePath(path, image.platform.architecture)
      const entry = found.get(key) ?? { path, size: node.size, images: new Set<ImageFacts>(), isOwned: true }
      found.set(key, entry)
      entry.images.add(image)
      entry.isOwned &&= image.owned.has(path)
    }
  }
  return [...found]
    .filter(([, { path, images: having }]) => images.some((image) => !having.has(image) && !image.view.node(path)))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, { path, size, images: having, isOwned }]) => ({
      path,
      platforms: [...having].map(({ platform }) => formatPlatform(platform)),
      size,
      isOwned,
    }))
}
