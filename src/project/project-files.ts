import { groupBy } from './group-by.ts'
import { compileIgnore, parseIgnore } from '../ignore/index.ts'
import { once, type Source } from '../core/index.ts'
import type { ContextFile, Project } from './project.ts'

/** A file as a listing tells it: whether it is ignored is not known yet. */
export type ListedFile = Omit<ContextFile, 'ignored'>

/** The files of a directory, links not followed. */
export interface Listing {
  readonly files: readonly ListedFile[]
  /** There are more. */
  readonly truncated: boolean
}

/** How to look at what is listed. */
export interface ProjectAccess {
  /** The ignore file that counts. */
  readonly ignore?: Source
  /** The text of a file that is UTF-8 and has at most so many bytes; undefined otherwise. Throws never. */
  readonly read: (path: string, maxBytes: number) => string | undefined
  /** How people know a path of the context: relative to where they are. The path itself without it. */
  readonly shown?: (path: string) => string
}

/** The listing in forms that can be asked. */
export interface ProjectFiles extends Pick<Project, 'files' | 'file' | 'below' | 'ignored' | 'ignore' | 'text'> {
  /** Files by the last part of their path, except in trees that tools have made of somebody else's code. */
  readonly named: (name: string) => readonly ContextFile[]
  /** Files of the project's own, by the same exception. */
  readonly own: readonly ContextFile[]
  /** Text of a file of at most so many bytes, for lock files; it is not kept. */
  readonly large: (path: string, maxBytes: number) => string | undefined
  readonly source: (path: string) => Source | undefined
}

/** Directories whose content somebody else wrote, or some tool: manifests and keys in there are not the project's. */
const foreign =
  /(?:^|\/)(?:node_modules|bower_components|\.git|\.hg|\.svn|\.yarn|\.pnpm-store|vendor|site-packages|\.?venv|\.tox|\.nox|__pycache__|\.terraform|\.gradle|\.m2|\.cargo\/registry)\//

const textLimit = 1 << 20

/** Sorts and indexes a listing. */
export function indexFiles(listing: Listing, { ignore, read, shown = (path) => path }: ProjectAccess): ProjectFiles {
  const patterns = ignore === undefined ? [] : parseIgnore(ignore).patterns
  const { ignored } = compileIgnore(patterns)
  const files = listing.files
    .map((file) => ({ ...file, ignored: ignored(file.path) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  const byPath = new Map(files.map((file) => [file.path, file]))
  const own = once(() => files.filter(({ path }) => !foreign.test(path)))
  const byName = once(() => groupBy(own(), ({ path }) => nameOf(path)))
  // The context knows the file by another path than people do.
  const listedAs = ({ path }: Source): string =>
    files.find((file) => file.path.endsWith('dockerignore') && shown(file.path) === path)?.path ?? path
  const texts = new Map<string, string | undefined>()
  const readListed = (path: string, maxBytes: number): string | undefined => {
    const file = byPath.get(path)
    return file?.kind === 'file' && file.size <= maxBytes ? read(path, maxBytes) : undefined
  }
  const text = (path: string): string | undefined => {
    if (!texts.has(path)) texts.set(path, readListed(path, textLimit))
    return texts.get(path)
  }
  return {
    files,
    file: (path) => byPath.get(path),
    below: (directory) => (directory === '' ? files : slice(files, `${directory}/`)),
    ...(ignore === undefined ? {} : { ignore: ignoreFacts(ignore, { patterns, path: listedAs(ignore) }) }),
    ignored,
    text,
    large: readListed,
    get own() {
      return own()
    },
    named: (name) => (byName().get(name) ?? []).filter(({ kind }) => kind === 'file'),
    source: (path) => {
      const found = text(path)
      return found === undefined ? undefined : { path: shown(path), text: found }
    },
  }
}

function ignoreFacts(
  source: Source,
  { patterns, path }: { readonly patterns: readonly string[]; readonly path: string },
): NonNullable<Project['ignore']> {
  return { path, source, patterns, hasExceptions: patterns.some((pattern) => pattern.startsWith('!')) }
}

/** The run of a sorted list whose paths begin with the prefix. */
function slice(files: readonly ContextFile[], prefix: string): readonly ContextFile[] {
  const start = firstNotBefore(files, prefix)
  // `0` follows `/`: it is the first text after everything that begins with the prefix.
  return files.slice(start, firstNotBefore(files, `${prefix.slice(0, -1)}0`))
}

function firstNotBefore(files: readonly ContextFile[], path: string): number {
  let low = 0
  let high = files.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((files[middle]?.path ?? '') < path) low = middle + 1
    else high = middle
  }
  return low
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The directory of a path; `''` for the root. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** A path below a directory, which may be `''`; `..` and `.` are resolved. Undefined when it leaves the context. */
export function pathIn(directory: string, name: string): string | undefined {
  const parts: string[] = []
  for (const part of `${directory}/${name}`.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined
    } else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

/** The directory and those above it up to the root, nearest first. */
export function ancestorsOf(directory: string): readonly string[] {
  const found = [directory]
  for (let above = directory; above !== ''; ) {
    above = directoryOf(above)
    found.push(above)
  }
  return found
}
