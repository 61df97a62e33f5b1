import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import type { CheckedDocument } from './check-document.ts'
import { composeBuilds } from './compose-builds.ts'
import { findBuildFiles, kindOfFile } from './find-build-files.ts'

/** A path that could not be used, with the reason. */
export interface UnusablePath {
  readonly path: string
  readonly error: SlipwayError
}

export interface Discovery {
  readonly files: readonly CheckedDocument[]
  readonly problems: readonly UnusablePath[]
  readonly notes: readonly string[]
}

/** Where paths are looked for, and how. */
export interface DiscoveryOptions {
  readonly cwd: string
  /** `-f`: the Dockerfile of the one directory that is named. */
  readonly file?: string
  readonly recursive: boolean
  readonly stdin: () => Promise<string>
}

type Draft = { files: CheckedDocument[]; problems: UnusablePath[]; notes: string[] }

/**
 * The Dockerfiles that paths stand for: directories with a Dockerfile, Dockerfiles, compose files and bake files in JSON, `-`.
 * A Dockerfile that is named several times is there once for each context, with all its targets.
 */
export async function discoverFiles(paths: readonly string[], options: DiscoveryOptions): Promise<Discovery> {
  const draft: Draft = { files: [], problems: [], notes: [] }
  for (const name of paths) {
    try {
      draft.files.push(...(await filesOf(name, options, draft)))
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error
      draft.problems.push({ path: name, error })
    }
  }
  return { ...draft, files: merged(draft.files) }
}

async function filesOf(name: string, options: DiscoveryOptions, draft: Draft): Promise<readonly CheckedDocument[]> {
  const { cwd } = options
  if (name === '-') return [{ text: await options.stdin(), top: cwd, targets: [] }]
  if (/^(?:https?|git|ssh):\/\/|^git@/.test(name))
    throw new SlipwayError('unsupported', `${name} is not on this machine`, {
      hint: 'clone it and check the directory',
    })
  const absolute = path.resolve(cwd, name)
  const stats = statSync(absolute, { throwIfNoEntry: false })
  if (stats === undefined) throw new SlipwayError('dockerfile-missing', `there is no ${name}`)
  if (!stats.isDirectory()) return ofFile(absolute, { ...options, top: topFor(absolute, cwd) }, draft)
  if (options.file !== undefined) {
    const file = path.resolve(cwd, options.file)
    return [{ path: file, text: readText(file, options.file), context: absolute, top: absolute, targets: [] }]
  }
  if (options.recursive) return below(absolute, name, options, draft)
  const file = dockerfileIn(absolute)
  if (file === undefined)
    throw new SlipwayError('dockerfile-missing', `there is no ${path.join(name, 'Dockerfile')}`, {
      hint: 'name it with -f, or look for Dockerfiles in all directories below with -r',
    })
  return [{ path: file, text: readText(file, name), context: absolute, top: absolute, targets: [] }]
}

/** Contexts of a file are looked for up to the working directory, if it is below that. */
function topFor(file: string, cwd: string): string {
  return isBelow(file, cwd) ? cwd : path.dirname(file)
}

function isBelow(file: string, directory: string): boolean {
  const way = path.relative(directory, file)
  return way !== '' && way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way)
}

function ofFile(
  absolute: string,
  options: DiscoveryOptions & { readonly top: string },
  draft: Draft,
): readonly CheckedDocument[] {
  const shown = path.relative(options.cwd, absolute)
  const kind = kindOfFile(absolute)
  if (kind === 'compose' || kind === 'bake') return builtBy(absolute, { ...options, shown, kind }, draft)
  if (kind === 'bake-hcl')
    throw new SlipwayError('unsupported', `${shown}: bake files in HCL are not read`, {
      hint: '`docker buildx bake --print` writes what it means as JSON, which can be checked; or check the Dockerfiles with -r',
    })
  return [{ path: absolute, text: readText(absolute, shown), top: options.top, targets: [] }]
}

function builtBy(
  absolute: string,
  { cwd, shown, kind }: DiscoveryOptions & { readonly shown: string; readonly kind: 'compose' | 'bake' },
  draft: Draft,
): readonly CheckedDocument[] {
  const { builds, notes } = composeBuilds({ path: shown, text: readText(absolute, shown) }, kind)
  draft.notes.push(...notes)
  return builds.flatMap((build): CheckedDocument[] => {
    const context = path.resolve(path.dirname(absolute), build.context)
    const file = build.dockerfile === undefined ? dockerfileIn(context) : path.resolve(context, build.dockerfile)
    const name = path.relative(cwd, file ?? path.join(context, 'Dockerfile'))
    try {
      if (file === undefined) throw new SlipwayError('dockerfile-missing', `there is no ${name}`)
      const targets = build.target === undefined ? [] : [build.target]
      return [{ path: file, text: readText(file, name), context, top: context, targets }]
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error
      const at = [build.at]
      draft.problems.push({ path: name, error: error.locatedAt(at) })
      return []
    }
  })
}

/** Every Dockerfile in a directory and below, with the contexts that compose and bake files there give them. */
function below(directory: string, name: string, options: DiscoveryOptions, draft: Draft): readonly CheckedDocument[] {
  const found = findBuildFiles(directory)
  const named = found.flatMap((file): readonly CheckedDocument[] => {
    const kind = kindOfFile(file)
    if (kind === 'dockerfile' || kind === 'bake-hcl') return []
    try {
      return builtBy(file, { ...options, shown: path.relative(options.cwd, file), kind }, draft)
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error
      draft.problems.push({ path: path.relative(options.cwd, file), error })
      return []
    }
  })
  const known = new Set(named.map((file) => file.path))
  const others = found.filter((file) => kindOfFile(file) === 'dockerfile' && !known.has(file))
  if (named.length + others.length === 0)
    throw new SlipwayError('dockerfile-missing', `there is no Dockerfile in ${name} or below it`)
  return [
    ...named,
    ...others.map((file): CheckedDocument => {
      return { path: file, text: readText(file, path.relative(options.cwd, file)), top: directory, targets: [] }
    }),
  ].sort((a, b) => ((a.path ?? '') < (b.path ?? '') ? -1 : 1))
}

function merged(files: readonly CheckedDocument[]): readonly CheckedDocument[] {
  const byPlace = new Map<string, CheckedDocument>()
  for (const file of files) {
    const key = JSON.stringify([file.path, file.context])
    const known = byPlace.get(key)
    const targets = [...new Set([...(known?.targets ?? []), ...file.targets])]
    byPlace.set(key, { ...file, targets })
  }
  return [...byPlace.values()]
}

function dockerfileIn(directory: string): string | undefined {
  return ['Dockerfile', 'dockerfile', 'Containerfile', 'containerfile']
    .map((name) => path.join(directory, name))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
}

function readText(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw new SlipwayError('dockerfile-missing', `there is no ${shown}`, { cause })
    throw new SlipwayError('context-unreadable', `cannot read ${shown}: ${(cause as Error).message}`, { cause })
  }
}
