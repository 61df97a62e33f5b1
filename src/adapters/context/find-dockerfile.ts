import { readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { nearest, SlipwayError, type Source } from '../../core/index.ts'
import { resolveInRoot } from '../../fileset/index.ts'
import { openDirectory } from './directory-view.ts'

export interface DockerfileSearch {
  /** `-f` as given; `-` is standard input. */
  readonly file?: string
  /** Absolute path of the context directory. */
  readonly context: string
  /** Where relative `-f` paths start, and what displayed paths are relative to. */
  readonly cwd: string
  /** The context came from a repository or an archive: `-f` is a path in it, and ignore files do not count. */
  readonly remote: boolean
  /** The bytes of standard input, for `-`. */
  readonly stdin?: () => Promise<Uint8Array>
}

export interface FoundDockerfile {
  readonly source: Source
  /** `<Dockerfile>.dockerignore` where it exists, else the `.dockerignore` of the context. Local directories only. */
  readonly ignoreFile?: Source
}

/**
 * Finds the Dockerfile of a build and the ignore file that goes with it: `Dockerfile`, then `dockerfile` in the context,
 * or the file that `-f` names. Throws `dockerfile-missing` with names that come near.
 */
export async function findDockerfile(search: DockerfileSearch): Promise<FoundDockerfile> {
  if (search.file === '-') {
    const bytes = await search.stdin?.()
    if (bytes === undefined) throw new SlipwayError('usage', 'there is no standard input to read the Dockerfile from')
    return { source: { path: '-', text: text(bytes) }, ...ignoreFileOf(search, undefined) }
  }
  const path = search.remote ? pathInContext(search) : localPath(search)
  if (path === undefined) throw missing(search)
  const source = {
    path: search.remote ? relative(search.context, path) : display(path, search.cwd),
    text: text(readFileSync(path)),
  }
  return { source, ...ignoreFileOf(search, path) }
}

const defaultNames = ['Dockerfile', 'dockerfile']

function localPath({ file, context, cwd }: DockerfileSearch): string | undefined {
  const named = file === undefined ? join(context, defaultNames[0] as string) : resolve(cwd, file)
  // BuildKit falls back to the lower-case name wherever `Dockerfile` is asked for, also by -f.
  const fallback = basename(named) === defaultNames[0] ? [join(dirname(named), defaultNames[1] as string)] : []
  return [named, ...fallback].find(isReadableFile)
}

/** Links in a foreign context are followed without leaving it. */
function pathInContext({ file, context }: DockerfileSearch): string | undefined {
  const view = openDirectory(context)
  for (const name of file === undefined ? defaultNames : [file]) {
    const found = resolveInRoot(view, name)
    if (typeof found === 'string' && view.node(found)?.kind === 'file') return join(context, found)
  }
  return undefined
}

function ignoreFileOf(
  { context, cwd, remote }: DockerfileSearch,
  dockerfile: string | undefined,
): { readonly ignoreFile?: Source } {
  const found = remote ? undefined : findIgnoreFile({ context, cwd }, dockerfile)
  return found === undefined ? {} : { ignoreFile: found }
}

/** The ignore file of a local context: `<Dockerfile>.dockerignore`, by the absolute path of the Dockerfile, else `.dockerignore`. */
export function findIgnoreFile(
  { context, cwd }: Pick<DockerfileSearch, 'context' | 'cwd'>,
  dockerfile: string | undefined,
): Source | undefined {
  const candidates = [
    ...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]),
    join(context, '.dockerignore'),
  ]
  const path = candidates.find(isReadableFile)
  return path === undefined ? undefined : { path: display(path, cwd), text: text(readFileSync(path)) }
}

function missing({ file, context, cwd, remote }: DockerfileSearch): SlipwayError {
  const wanted = file === undefined ? join(context, 'Dockerfile') : remote ? join(context, file) : resolve(cwd, file)
  const directory = dirname(wanted)
  const names = fileNames(directory)
  const similar = [
    ...new Set([...nearest(basename(wanted), names), ...names.filter((name) => /docker|container/i.test(name))]),
  ]
  const shown = remote ? relative(context, wanted) : display(wanted, cwd)
  const suggestions = similar.filter((name) => !name.endsWith('.dockerignore')).slice(0, 3)
  const hint =
    suggestions.length > 0
      ? `there is ${suggestions.map((name) => (remote ? name : display(join(directory, name), cwd))).join(', ')}; name it with -f`
      : 'name the Dockerfile with -f, or the context directory as the last argument'
  const what = isDirectory(wanted) ? `${shown} is a directory` : `there is no ${shown}`
  return new SlipwayError('dockerfile-missing', what, { hint })
}

function fileNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
  } catch {
    return []
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function isReadableFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EACCES')
      throw new SlipwayError('context-unreadable', `cannot read ${path}: permission denied`, { cause: error })
    return false
  }
}

function display(path: string, cwd: string): string {
  const near = relative(cwd, path)
  return near === '' || near.startsWith(`..${sep}`) || isAbsolute(near) ? path : near
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8')
}
