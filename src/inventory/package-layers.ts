import type { Package } from './package.ts'
import { packageFileAt } from './package-files.ts'
import { largest, type ReadPart } from './root-files.ts'

/** What a layer has, as far as packages are concerned. */
export interface LayerContent {
  readonly entries: readonly {
    readonly path: string
    readonly kind: string
    readonly size: number
    readonly digest?: string
  }[]
  /** By the path in the layer. */
  readonly read: ReadPart
}

interface Version {
  readonly layer: number
  readonly entry: LayerContent['entries'][number]
}

/**
 * Which of the layers (lowest first) brought each package: the lowest from which on every version of its file names it. A
 * database of packages is written again by every installation, and a change of an owner writes all files again. Undefined where
 * no layer has the file.
 */
export function layersOfPackages(
  packages: readonly Package[],
  layers: readonly LayerContent[],
): readonly (number | undefined)[] {
  const versions = versionsOf(new Set(packages.map(({ path }) => path)), layers)
  const named = new Map<Version, ReadonlySet<string> | undefined>()
  const names = (version: Version): ReadonlySet<string> | undefined => {
    if (!named.has(version)) named.set(version, namesIn(version, layers[version.layer] as LayerContent))
    return named.get(version)
  }
  return packages.map((one) => {
    const all = versions.get(one.path) ?? []
    const top = all.at(-1)
    let found = top
    for (const version of all.slice(0, -1).reverse()) {
      const isSame = top?.entry.digest !== undefined && version.entry.digest === top.entry.digest
      if (!isSame && names(version)?.has(keyOf(one)) !== true) break
      found = version
    }
    return found?.layer
  })
}

/** The versions of each path, lowest first. A name that is removed loses those below; removed directories are not looked for. */
function versionsOf(
  paths: ReadonlySet<string>,
  layers: readonly LayerContent[],
): ReadonlyMap<string, readonly Version[]> {
  const versions = new Map<string, Version[]>()
  for (const [layer, { entries }] of layers.entries()) {
    for (const entry of entries) {
      if (!paths.has(entry.path)) continue
      if (entry.kind !== 'file' && entry.kind !== 'hardlink') versions.delete(entry.path)
      else versions.set(entry.path, [...(versions.get(entry.path) ?? []), { layer, entry }])
    }
  }
  return versions
}

/** Undefined for what is no file of packages, or cannot be read. */
function namesIn({ entry: { path, size } }: Version, { entries, read }: LayerContent): ReadonlySet<string> | undefined {
  const kind = packageFileAt(path)
  const bytes = kind === undefined || size > largest ? undefined : read(path, { offset: 0, length: size })
  if (kind === undefined || bytes === undefined) return undefined
  const companion = (suffix: string): Uint8Array | undefined => {
    const other = entries.find((entry) => entry.path === `${path}${suffix}`)
    return other === undefined ? undefined : read(other.path, { offset: 0, length: other.size })
  }
  return new Set(kind.read(bytes, { path, companion })?.map(keyOf))
}

function keyOf({
  name,
  version,
  architecture,
  within,
}: Pick<Package, 'name' | 'version' | 'architecture' | 'within'>): string {
  return [name, version, architecture, within].join('\n')
}
