import path from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import type { BuildCall, CheckedDocument } from './check-document.ts'
import { ofBake, ofCompose } from './built-documents.ts'
import type { Discovery, DiscoveryDraft, DiscoveryOptions } from './discovery.ts'
import { findBuildFiles, kindOfFile } from './find-build-files.ts'
import { dockerfileIn, readText, stateOf } from './read-dockerfile.ts'

/**
 * The Dockerfiles that paths stand for: directories with a Dockerfile, Dockerfiles, compose files and bake files, `-`.
 * A Dockerfile that is named several times is there once for each context, with all its targets.
 */
export async function discoverFiles(paths: readonly string[], options: DiscoveryOptions): Promise<Discovery> {
  const draft: DiscoveryDraft = { files: [], problems: [], notes: [], bakes: new Set() }
  for (const name of paths) {
    try {
      draft.files.push(...(await filesOf(name, options, draft)))
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error
      draft.problems.push({ path: name, error })
    }
  }
  const { problems, notes } = draft
  return { files: merged(draft.files), problems, notes }
}

async function filesOf(
  name: string,
  options: DiscoveryOptions,
  draft: DiscoveryDraft,
): Promise<readonly CheckedDocument[]> {
  const { cwd } = options
  if (name === '-') return [{ text: await options.stdin(), top: cwd, targets: [] }]
  if (/^(?:https?|git|ssh):\/\/|^git@/.test(name))
    throw new SlipwayError('unsupported', `${name} is not on this machine`, {
      hint: 'clone it and check the directory',
    })
  const absolute = path.resolve(cwd, name)
  const stats = stateOf(absolute, name)
  if (stats === undefined) throw new SlipwayError('dockerfile-missing', `there is no ${name}`)
  if (!stats.isDirectory()) return ofFile(absolute, { ...options, top: topFor(absolute, cwd) }, draft)
  if (options.file !== undefined) {
    const file = path.resolve(cwd, options.file)
    return [{ path: file, text: readText(file, options.file), context: absolute, top: absolute, targets: [] }]
  }
  if (options.recursive) return below(absolute, name, options, draft)
  const file = dockerfileIn(absolute)
  if (file === undefined && stateOf(path.join(absolute, 'Dockerfile'), name)?.isDirectory() === true)
    throw new SlipwayError('dockerfile-missing', `${path.join(name, 'Dockerfile')} is a directory`, {
      hint: `name it when the Dockerfile lies in it: ${path.join(name, 'Dockerfile')}`,
    })
  if (file === undefined)
    throw new SlipwayError('dockerfile-missing', `there is no ${path.join(name, 'Dockerfile')}`, {
      hint: 'name it with -f, or look for Dockerfiles in all directories below with -r',
    })
  return [
    {
      path: file,
      text: readText(file, path.join(name, path.basename(file))),
      context: absolute,
      top: absolute,
      targets: [],
    },
  ]
}

/** Contexts of a file are looked for up to the working directory, if it is below that. */
function topFor(file: string, cwd: string): string {
  return isBelow(file, cwd) ? cwd : path.dirname(file)
}

function isBelow(file: string, directory: string): boolean {
  const way = path.relative(directory, file)
  return way !== '' && way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way)
}

async function ofFile(
  absolute: string,
  options: DiscoveryOptions & { readonly top: string },
  draft: DiscoveryDraft,
): Promise<readonly CheckedDocument[]> {
  const kind = kindOfFile(absolute)
  if (kind === 'compose') return ofCompose(absolute, options, draft)
  if (kind === 'bake') return ofBake(absolute, options, draft)
  const shown = path.relative(options.cwd, absolute)
  return [{ path: absolute, text: readText(absolute, shown), top: options.top, targets: [] }]
}

/** Every Dockerfile in a directory and below, with the contexts that compose and bake files there give them. */
async function below(
  directory: string,
  name: string,
  options: DiscoveryOptions,
  draft: DiscoveryDraft,
): Promise<readonly CheckedDocument[]> {
  const found = findBuildFiles(directory)
  const named: CheckedDocument[] = []
  for (const file of found.filter((one) => kindOfFile(one) !== 'dockerfile')) {
    try {
      named.push(...(await ofFile(file, { ...options, top: directory }, draft)))
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error
      draft.problems.push({ path: path.relative(options.cwd, file), error })
    }
  }
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
    const key = JSON.stringify([file.path, file.context, file.embedded?.name])
    const known = byPlace.get(key)
    const targets = [...new Set([...(known?.targets ?? []), ...file.targets])]
    const builds = distinctBuilds([...(known?.builds ?? []), ...(file.builds ?? [])])
    byPlace.set(key, { ...file, targets, ...(builds.length === 0 ? {} : { builds }) })
  }
  return [...byPlace.values()]
}

/** A matrix builds one Dockerfile in many ways; what they have in common shows in the first ones. */
const mostBuilds = 20

function distinctBuilds(builds: readonly BuildCall[]): readonly BuildCall[] {
  return [...new Map(builds.map((one) => [JSON.stringify([one.target, one.args]), one] as const)).values()].slice(
    0,
    mostBuilds,
  )
}
