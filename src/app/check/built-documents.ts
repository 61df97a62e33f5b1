import { existsSync } from 'node:fs'
import path from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import type { CheckedDocument } from './check-document.ts'
import type { DiscoveryDraft, DiscoveryOptions } from './discovery.ts'
import type { NamedBuild, NamedBuilds } from './named-build.ts'
import { dockerfileIn, readText } from './read-dockerfile.ts'

/** Files that buildx reads as one when none is named, in this order; compose files come before them. */
const standardFiles = ['docker-bake.json', 'docker-bake.hcl', 'docker-bake.override.json', 'docker-bake.override.hcl']

/** The Dockerfiles of the services of a compose file. Throws `config-invalid`. */
export async function ofCompose(
  absolute: string,
  options: DiscoveryOptions,
  draft: DiscoveryDraft,
): Promise<readonly CheckedDocument[]> {
  const { composeBuilds } = await import('./compose-builds.ts')
  const shown = path.relative(options.cwd, absolute)
  const found = composeBuilds({ path: shown, text: readText(absolute, shown) })
  return documentsOf(found, { ...options, file: absolute }, draft)
}

/**
 * The Dockerfiles of the targets of a bake file. The files that buildx reads when none is named are read as one, and once;
 * another is read alone, and after those when it cannot stand alone. Throws `config-invalid`.
 */
export async function ofBake(
  absolute: string,
  options: DiscoveryOptions,
  draft: DiscoveryDraft,
): Promise<readonly CheckedDocument[]> {
  const directory = path.dirname(absolute)
  const standard = standardFiles.map((name) => path.join(directory, name)).filter((file) => existsSync(file))
  if (!standard.includes(absolute)) return aloneOrAfter(absolute, standard, { options, draft })
  if (draft.bakes.has(directory)) return []
  draft.bakes.add(directory)
  return readAsOne(standard, absolute, { options, draft })
}

interface Reading {
  readonly options: DiscoveryOptions
  readonly draft: DiscoveryDraft
}

async function aloneOrAfter(
  absolute: string,
  standard: readonly string[],
  { options, draft }: Reading,
): Promise<readonly CheckedDocument[]> {
  const attempt: DiscoveryDraft = { files: [], problems: [], notes: [], bakes: draft.bakes }
  const alone = await readAsOne([absolute], absolute, { options, draft: attempt }).catch((error: unknown) => {
    if (standard.length === 0 || !(error instanceof SlipwayError)) throw error
    return undefined
  })
  const isWhole = alone !== undefined && !attempt.problems.some(({ error }) => error.code === 'config-invalid')
  if (isWhole || standard.length === 0) {
    draft.problems.push(...attempt.problems)
    draft.notes.push(...attempt.notes)
    return alone ?? []
  }
  const names = standard.map((file) => path.relative(options.cwd, file)).join(', ')
  draft.notes.push(`${path.relative(options.cwd, absolute)} is read after ${names}: it cannot be read alone`)
  return readAsOne([...standard, absolute], absolute, { options, draft })
}

async function readAsOne(
  files: readonly string[],
  absolute: string,
  { options, draft }: Reading,
): Promise<readonly CheckedDocument[]> {
  const { bakeBuilds } = await import('./bake-builds.ts')
  const sources = files.map((file) => {
    const shown = path.relative(options.cwd, file)
    return { path: shown, text: readText(file, shown) }
  })
  const environment = options.environment ?? {}
  const { problems, ...found } = bakeBuilds(sources, { environment, now: options.now?.() ?? 0 })
  for (const error of problems) draft.problems.push({ path: error.at[0]?.source.path ?? '', error })
  return documentsOf(found, { ...options, file: absolute }, draft)
}

function documentsOf(
  { builds, notes }: NamedBuilds,
  { cwd, file }: DiscoveryOptions & { readonly file: string },
  draft: DiscoveryDraft,
): readonly CheckedDocument[] {
  draft.notes.push(...notes)
  return builds.flatMap((build): readonly CheckedDocument[] => {
    try {
      return [documentOf(build, { cwd, file })]
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error
      if (build.isBase === true && error.code === 'dockerfile-missing') return []
      const { path: name } = dockerfileOf(build, { cwd, file })
      draft.problems.push({ path: path.relative(cwd, name), error: error.locatedAt([build.at]) })
      return []
    }
  })
}

interface BuildPlace {
  readonly cwd: string
  /** The compose or bake file. */
  readonly file: string
}

function documentOf(build: NamedBuild, place: BuildPlace): CheckedDocument {
  const { inline, target, args } = build
  const targets = target === undefined ? [] : [target]
  const builds = [{ args, ...(target === undefined ? {} : { target }) }]
  if (inline !== undefined) {
    const context = contextsOf(build, place).find((directory) => existsSync(directory))
    const host = path.resolve(place.cwd, inline.embedded.host.path)
    const known = context === undefined ? {} : { context }
    return { path: host, ...inline, ...known, top: path.dirname(host), targets, builds }
  }
  const { path: dockerfile, context, exists } = dockerfileOf(build, place)
  const shown = path.relative(place.cwd, dockerfile)
  if (!exists) throw new SlipwayError('dockerfile-missing', `there is no ${shown}`)
  return { path: dockerfile, text: readText(dockerfile, shown), context, top: context, targets, builds }
}

/** Buildx counts contexts from its working directory on, people write them for that of the file: where the Dockerfile is counts. */
function dockerfileOf(
  build: NamedBuild,
  place: BuildPlace,
): { readonly path: string; readonly context: string; readonly exists: boolean } {
  const found = contextsOf(build, place).map((context) => {
    const file = build.dockerfile === undefined ? dockerfileIn(context) : path.resolve(context, build.dockerfile)
    return { context, path: file ?? path.join(context, 'Dockerfile'), exists: file !== undefined && existsSync(file) }
  })
  return found.find(({ exists }) => exists) ?? found[0] ?? { context: place.cwd, path: place.cwd, exists: false }
}

function contextsOf({ context }: NamedBuild, { cwd, file }: BuildPlace): readonly string[] {
  if (context.startsWith('cwd://')) return [path.resolve(cwd, context.slice('cwd://'.length))]
  return [path.resolve(path.dirname(file), context), path.resolve(cwd, context)]
}
