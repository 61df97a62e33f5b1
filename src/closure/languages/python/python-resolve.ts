import { joinPath } from '../../../fileset/index.ts'
import type { ImageFiles, LibC } from '../image-files.ts'

/** What an extension module must be built for. */
export interface ExtensionTags {
  /** Of 3.x. */
  readonly minor: number | undefined
  readonly libc: LibC | undefined
  /** As compilers call it: `x86_64`. */
  readonly machine: string
}

export type FoundModule =
  /** `directory` for packages: where their submodules are. */
  | { readonly kind: 'source'; readonly path: string; readonly directory?: string }
  | { readonly kind: 'extension'; readonly path: string }
  /** Directories of one name without `__init__.py`. */
  | { readonly kind: 'namespace'; readonly directories: readonly string[] }
  /** Only extension modules that this interpreter does not load. */
  | { readonly kind: 'other-extension'; readonly path: string; readonly why: 'minor' | 'platform' }

export interface ModuleSearch {
  readonly files: ImageFiles
  readonly tags: ExtensionTags
  /** Names of directories that were read. */
  readonly listings: Map<string, ReadonlySet<string>>
}

/** One part of a module's name in the first of the directories that has it. */
export function findModule(
  name: string,
  directories: readonly string[],
  search: ModuleSearch,
): FoundModule | undefined {
  const namespaces: string[] = []
  let other: FoundModule | undefined
  for (const directory of directories) {
    const found = findIn(name, directory, search)
    if (found?.kind === 'namespace') namespaces.push(...found.directories)
    else if (found?.kind === 'other-extension') other ??= found
    else if (found !== undefined) return found
  }
  return other ?? (namespaces.length > 0 ? { kind: 'namespace', directories: namespaces } : undefined)
}

function findIn(name: string, directory: string, search: ModuleSearch): FoundModule | undefined {
  const { files } = search
  const names = listing(directory, search)
  if (names.has(name)) {
    const at = joinPath(directory, name)
    const init = ['__init__.py', '__init__.pyc']
      .map((file) => files.file(joinPath(at, file)))
      .find((path) => path !== undefined)
    if (init !== undefined) return { kind: 'source', path: init, directory: files.directory(at) ?? at }
  }
  const extension = findExtension(name, directory, search)
  if (extension?.kind === 'extension') return extension
  for (const suffix of ['.py', '.pyc']) {
    const path = names.has(name + suffix) ? files.file(joinPath(directory, name + suffix)) : undefined
    if (path !== undefined) return { kind: 'source', path }
  }
  if (extension !== undefined) return extension
  const plain = names.has(name) ? files.directory(joinPath(directory, name)) : undefined
  return plain === undefined ? undefined : { kind: 'namespace', directories: [plain] }
}

function listing(directory: string, { files, listings }: ModuleSearch): ReadonlySet<string> {
  const known = listings.get(directory)
  if (known !== undefined) return known
  const names = new Set(files.names(directory))
  listings.set(directory, names)
  return names
}

function findExtension(name: string, directory: string, search: ModuleSearch): FoundModule | undefined {
  let other: FoundModule | undefined
  for (const file of listing(directory, search)) {
    if (!file.startsWith(`${name}.`) || !file.endsWith('.so')) continue
    const path = search.files.file(joinPath(directory, file))
    if (path === undefined) continue
    const why = refusal(file.slice(name.length + 1), search.tags)
    if (why === undefined) return { kind: 'extension', path }
    other ??= { kind: 'other-extension', path, why }
  }
  return other
}

/** Why an interpreter passes over a file with this suffix: it looks for its own tag, `abi3` and none (PEP 3149). */
function refusal(suffix: string, { minor, libc, machine }: ExtensionTags): 'minor' | 'platform' | undefined {
  const tag = /^cpython-3(\d+)([a-z]*)(?:-(.+?))?\.so$/.exec(suffix)
  if (tag === null) return undefined
  if (minor === undefined) return undefined
  if (Number(tag[1]) !== minor) return 'minor'
  const triplet = tag[3]
  if (triplet === undefined) return undefined
  if (!triplet.startsWith(machine)) return 'platform'
  // CPython for musl had the name of glibc until 3.9.
  if (libc === undefined || minor < 10) return undefined
  return triplet.includes('musl') === (libc === 'musl') ? undefined : 'platform'
}
