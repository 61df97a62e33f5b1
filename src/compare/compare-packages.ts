import type { PackageType } from '../inventory/index.ts'
import { architecturesOfPackages, withoutArchitecture } from './architecture-names.ts'
import type { ImageFacts, StatedPackage } from './image-facts.ts'

/** A package of which images have other versions, or none. */
export interface PackageDifference {
  readonly type: PackageType
  /** With its architecture (`libc6:i386`) where that is not the image's own; `{arch}` stands for that between platforms. */
  readonly name: string
  /** Parallel to the images: the versions there are in each, sorted; several copies are common for npm. */
  readonly versions: readonly (readonly string[])[]
  /** `Dockerfile:3`, of the last image that has it; absent where nobody knows. */
  readonly source?: string
}

/** The packages of which not all images have the same versions, by type and name. */
export function comparePackages(
  images: readonly Pick<ImageFacts, 'packages' | 'platform'>[],
): readonly PackageDifference[] {
  const isMixed = new Set(images.map(({ platform }) => platform.architecture)).size > 1
  const found = new Map<string, { type: PackageType; name: string; versions: Set<string>[]; source?: string }>()
  for (const [index, image] of images.entries()) {
    for (const one of image.packages) {
      const name = comparableName(one, image.platform.architecture, isMixed)
      const key = `${one.type} ${name}`
      const entry = found.get(key) ?? { type: one.type, name, versions: images.map(() => new Set<string>()) }
      found.set(key, entry)
      entry.versions[index]?.add(one.version)
      const source = one.from?.maker?.source ?? one.from?.source
      if (source !== undefined) entry.source = source
    }
  }
  return [...found]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, { versions, ...one }]) => ({ ...one, versions: versions.map((set) => [...set].sort()) }))
    .filter(({ versions }) => new Set(versions.map((list) => list.join('\n'))).size > 1)
}

/** What is for the image's own architecture needs no word of it, and between platforms must not have one. */
function comparableName({ type, name, architecture }: StatedPackage, own: string, isMixed: boolean): string {
  const plain = isMixed ? withoutArchitecture(name, own) : name
  const isForeign = architecture !== undefined && type !== 'gem' && !isNative(architecture, own)
  return isForeign ? `${name}:${architecture}` : plain
}

function isNative(architecture: string, own: string): boolean {
  return ['all', 'noarch', ...architecturesOfPackages(own)].includes(architecture)
}
