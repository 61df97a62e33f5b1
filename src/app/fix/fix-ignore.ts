import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { CheckedDocument } from '../check/check-document.ts'
import { discoverFiles } from '../check/discover-files.ts'
import { guessContext } from '../check/guess-context.ts'
import { shownPath } from '../check/check-document.ts'
import { type Dockerfile, parseDockerfile } from '../../dockerfile/index.ts'
import { type ContextNeed, type Draft, type IgnorePlan, planIgnore } from '../../fixing/index.ts'
import { resolveGraph } from '../../graph/index.ts'
import { type Facts, gatherPitfallFacts, type StepModel } from '../../pitfalls/index.ts'
import type { Project } from '../../project/index.ts'
import { throwFirstError } from '../build/diagnostics.ts'
import { machinePlatform } from '../build/plan-request.ts'
import { type BuildPlace, draftProject, ignoreFileOf } from './draft-project.ts'
import { type ChangedText, type FixRequest, noStdin } from './fix-files.ts'

/** The ignore file of a Dockerfile's context, planned and not written. */
export interface FixedIgnore {
  /** The Dockerfile, as shown. */
  readonly dockerfile: string
  /** The ignore file, as shown. */
  readonly shown: string
  readonly place: BuildPlace
  /** Undefined when nothing is missing. */
  readonly plan?: IgnorePlan
  readonly change?: ChangedText
  /** The texts before and after, for builds. */
  readonly drafts: { readonly before: Draft; readonly after: Draft }
  /** The listing was cut: amounts are less than the truth. */
  readonly truncated: boolean
}

/**
 * Generates or completes the ignore files of Dockerfiles. Writes nothing. Rejects for files that cannot be read, and with
 * `dockerfile-syntax`.
 */
export async function fixIgnore(
  request: Pick<FixRequest, 'paths' | 'file' | 'recursive' | 'buildArgs'>,
  { cwd }: { readonly cwd: string },
): Promise<readonly FixedIgnore[]> {
  const { files, problems } = await discoverFiles(request.paths, {
    cwd,
    recursive: request.recursive,
    stdin: noStdin,
    ...(request.file === undefined ? {} : { file: request.file }),
  })
  const [problem] = problems
  if (problem !== undefined) throw problem.error
  return files
    .filter(({ embedded }) => embedded === undefined)
    .map((document) => fixOne(document, { cwd, buildArgs: request.buildArgs }))
}

function fixOne(
  document: CheckedDocument,
  { cwd, buildArgs }: { readonly cwd: string; readonly buildArgs: Readonly<Record<string, string>> },
): FixedIgnore {
  const { path: file = '', text, context, top } = document
  const dockerfile = shownPath(file, cwd)
  const parsed = parseDockerfile({ path: dockerfile, text })
  throwFirstError(parsed.diagnostics)
  const directory = context ?? guessContext(file, text, top) ?? path.dirname(file)
  const place = { file, directory, cwd }
  const before: Draft = { text, files: new Map() }
  const ignore = ignoreFileOf(before, place)
  const target = ignore === undefined ? path.join(directory, '.dockerignore') : path.resolve(cwd, ignore.path)
  const whole = wholeProject(place)
  const facts = factsOf(parsed, { project: whole, buildArgs })
  const steps = facts?.stages.flatMap((stage) => stage.steps) ?? []
  const plan = planIgnore({
    files: whole.files,
    needs: steps.flatMap(needsOf),
    patterns: draftProject(before, place).ignore?.patterns ?? [],
    text: ignore?.text ?? '',
    builds: steps.some(({ command }) => command?.actions.some(({ kind }) => kind === 'build') === true),
  })
  const shown = shownPath(target, cwd)
  const common = { dockerfile, shown, place, truncated: whole.truncated }
  if (plan === undefined) return { ...common, drafts: { before, after: before } }
  const was = ignore === undefined ? {} : { before: readFileSync(target, 'utf8') }
  return {
    ...common,
    plan,
    change: { path: target, after: plan.text, ...was },
    drafts: { before, after: { text, files: new Map([[path.relative(directory, target), plan.text]]) } },
  }
}

/** The context with nothing left out. */
function wholeProject(place: BuildPlace): Project {
  const name = path.relative(place.directory, `${place.file}.dockerignore`)
  return draftProject({ files: new Map([[name, '']]) }, place)
}

function factsOf(
  file: Dockerfile,
  { project, buildArgs }: { readonly project: Project; readonly buildArgs: Readonly<Record<string, string>> },
): Facts | undefined {
  const platform = machinePlatform()
  const graph = resolveGraph(file, { buildArgs, platform, buildPlatform: platform, allStages: true })
  return gatherPitfallFacts({ file, graph, project, namedTargets: [] })
}

/** What a step takes from the context. A path that depends on what nobody knows may be any path. */
function needsOf({ transfer, mounts, line }: StepModel): readonly ContextNeed[] {
  const copied =
    transfer?.from.kind === 'context'
      ? transfer.sources.filter(({ kind }) => kind === 'path').map((one) => one.path)
      : []
  const mounted = mounts
    .filter(({ mount, source }) => mount.type === 'bind' && source?.kind === 'context')
    .map(({ mount }) => mount.source ?? '')
  return [...copied, ...mounted].map((one) => ({ path: cleaned(one), line }))
}

function cleaned(text: string): string {
  const clean = text
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
  return clean.includes('$') || /^\*+(?:\/\*+)*$/.test(clean) ? '' : clean
}
