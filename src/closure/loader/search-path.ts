import type { ElfFile, Root } from '../root.ts'
import type { Libc } from '../../elf/index.ts'
import { readLoaderCache } from './loader-cache.ts'

/** A program or library in a process. */
export interface LoadedObject {
  /** Where it lies, links resolved: who is blamed. */
  readonly path: string
  /** Where it was found, for `$ORIGIN`. */
  readonly name: string
  readonly elf: ElfFile
  /** Who needed it first; absent for the program. */
  readonly by?: LoadedObject
}

/** How the loader of one process looks for libraries. */
export interface SearchPath {
  readonly libc: Libc
  /** Paths at which the loader tries a name that an object needs, in order. */
  candidates(name: string, by: LoadedObject): readonly string[]
  /** Whether the loader would look there if `ldconfig` had run. */
  isConfigured(directory: string): boolean
}

export interface SearchOptions {
  readonly libc: Libc
  /** Path of the loader, links resolved. */
  readonly loader: string
  readonly env: Readonly<Record<string, string>>
  readonly program: LoadedObject
}

/** By the rules of ld.so(8), and of musl's dynamic linker. */
export function searchPath(root: Root, options: SearchOptions): SearchPath {
  return options.libc === 'musl' ? ofMusl(root, options) : ofGlibc(root, options)
}

function ofGlibc(root: Root, { loader, env, program }: SearchOptions): SearchPath {
  const cache = readLoaderCache(root.bytes('etc/ld.so.cache', 1 << 24) ?? Buffer.alloc(0))
  const defaults = trustedDirectories(loader)
  const environment = directoriesIn(env.LD_LIBRARY_PATH ?? '', { separators: /[:;]/ })
  const library = libraryDirectory(loader)
  let configured: ReadonlySet<string> | undefined
  return {
    libc: 'glibc',
    candidates: (name, by) => {
      const { runpath } = by.elf.dynamic ?? {}
      const after = runpath === undefined ? [] : expanded(runpath, by, library)
      return [
        ...(runpath === undefined ? inherited(by, program, library) : []),
        ...environment,
        ...after,
        ...(cache.get(name) ?? []).map((path) => ({ path })),
        ...defaults,
      ].map((place) => (typeof place === 'string' ? `${place}/${name}` : place.path))
    },
    isConfigured: (directory) => {
      configured ??= new Set(configuredDirectories(root, 'etc/ld.so.conf', 0))
      return configured.has(`/${directory}`) || defaults.includes(`/${directory}`)
    },
  }
}

/** `DT_RPATH` of the object, of who loaded it, and so on to the program; those with a `DT_RUNPATH` are passed over. */
function inherited(by: LoadedObject, program: LoadedObject, library: string): readonly string[] {
  const directories: string[] = []
  let sawProgram = false
  for (let one: LoadedObject | undefined = by; one !== undefined; one = one.by) {
    const { rpath, runpath } = one.elf.dynamic ?? {}
    if (rpath !== undefined && runpath === undefined) directories.push(...expanded(rpath, one, library))
    if (one === program) sawProgram = true
  }
  const { rpath, runpath } = program.elf.dynamic ?? {}
  if (!sawProgram && rpath !== undefined && runpath === undefined)
    directories.push(...expanded(rpath, program, library))
  return directories
}

function ofMusl(root: Root, { loader, env, program }: SearchOptions): SearchPath {
  const architecture = /ld-musl-(.+)\.so/.exec(loader)?.[1] ?? ''
  const written = root.text(`etc/ld-musl-${architecture}.path`)
  const system = written === undefined ? ['/lib', '/usr/local/lib', '/usr/lib'] : directoriesIn(written, musl)
  const environment = directoriesIn(env.LD_LIBRARY_PATH ?? '', musl)
  return {
    libc: 'musl',
    candidates: (name, by) => {
      const directories = [...environment]
      // musl makes no difference between the two, and inherits both.
      for (
        let one: LoadedObject | undefined = by;
        one !== undefined;
        one = one.by ?? (one === program ? undefined : program)
      ) {
        const { rpath, runpath } = one.elf.dynamic ?? {}
        directories.push(...expanded(runpath ?? rpath ?? '', one, 'lib'))
      }
      return [...directories, ...system].map((directory) => `${directory}/${name}`)
    },
    isConfigured: (directory) => system.includes(`/${directory}`),
  }
}

const musl = { separators: /[:\n]/ }

function directoriesIn(text: string, { separators }: { readonly separators: RegExp }): readonly string[] {
  // An empty element is the working directory, which no image should count on.
  return text.split(separators).flatMap((part) => (part.startsWith('/') ? [part.trim()] : []))
}

/** Fills in `$ORIGIN`, `$LIB` and `$PLATFORM`; what is relative to the working directory is left out. */
function expanded(text: string, by: LoadedObject, library: string): readonly string[] {
  // The directory of a program is that of the file itself, of a library that under which it was found.
  const origins = [...new Set([directoryOf(by.name), directoryOf(by.path)])]
  return text.split(':').flatMap((part) => {
    if (part.includes('$')) return origins.flatMap((origin) => filledIn(part, origin, library))
    return part.startsWith('/') ? [part] : []
  })
}

function filledIn(part: string, origin: string, library: string): readonly string[] {
  const directory = part
    .replaceAll(/\$(?:\{ORIGIN\}|ORIGIN\b)/g, origin)
    .replaceAll(/\$(?:\{LIB\}|LIB\b)/g, library)
    .replaceAll(/\$(?:\{PLATFORM\}|PLATFORM\b)/g, 'x86_64')
  return directory.startsWith('/') ? [directory] : []
}

function directoryOf(path: string): string {
  return `/${path.split('/').slice(0, -1).join('/')}`
}

/** The multiarch directory of Debian and its kin, from where the loader lies. */
function multiarch(loader: string): string | undefined {
  return /(?:^|\/)lib\/([a-z0-9_]+-linux-gnu\w*)\//.exec(loader)?.[1]
}

function libraryDirectory(loader: string): string {
  const triplet = multiarch(loader)
  return triplet === undefined ? 'lib64' : `lib/${triplet}`
}

/** Where glibc looks without being told. Those of other distributions do no harm: nothing lies in them. */
function trustedDirectories(loader: string): readonly string[] {
  const triplet = multiarch(loader)
  const own = triplet === undefined ? ['/lib64', '/usr/lib64'] : [`/lib/${triplet}`, `/usr/lib/${triplet}`]
  return [...own, '/lib', '/usr/lib']
}

const deepest = 8

/** The directories of a file in the format of /etc/ld.so.conf, with those that it includes. */
function configuredDirectories(root: Root, file: string, depth: number): readonly string[] {
  if (depth > deepest) return []
  return (root.text(file) ?? '').split('\n').flatMap((written) => {
    const line = written.replace(/#.*/, '').trim()
    const pattern = /^include\s+(\S+)/.exec(line)?.[1]
    if (pattern === undefined) return line.startsWith('/') ? [line.replace(/\/+$/, '')] : []
    const path = pattern.startsWith('/') ? pattern.slice(1) : `etc/${pattern}`
    return matching(root, path).flatMap((one) => configuredDirectories(root, one, depth + 1))
  })
}

/** Files that a pattern with a wildcard in its last part names. */
function matching(root: Root, pattern: string): readonly string[] {
  const directory = pattern.split('/').slice(0, -1).join('/')
  const last = pattern.slice(directory.length + 1)
  const place = root.find(directory)?.path
  if (place === undefined) return []
  const expression = new RegExp(
    `^${last
      .replaceAll(/[.+^$(){}|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )
  return root.image.view
    .names(place)
    .filter((name) => expression.test(name))
    .map((name) => `${place}/${name}`)
}
