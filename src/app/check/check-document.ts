import path from 'node:path'
import { catalogueDate } from '../../bases/index.ts'
import { once, type Severity, SlipwayError } from '../../core/index.ts'
import { type Level, levels, type Profile } from '../../pitfalls/index.ts'
import type { Project } from '../../project/index.ts'
import type { CheckedFile, CheckedFinding, CheckResult, RuleEntry } from '../../report/index.ts'
import type { BuiltImage, FindImage } from './built-image.ts'
import { checkDockerfile } from './check-dockerfile.ts'
import { isChosen, type RuleChoice } from './choose-rules.ts'
import { type EmbeddedText, findingsInHost } from './embedded-text.ts'
import { guessContext } from './guess-context.ts'
import { hideFindings } from './hide-findings.ts'
import { bytesOf, priceFindings } from './price-findings.ts'
import { readProject } from './read-project.ts'
import { ruleCatalogue, rulesNamed } from './rule-catalogue.ts'
import { type CheckSettings, type SettingsReader, settingsReader } from './settings.ts'
import { rootOf } from './stable-path.ts'

/** From which severity on findings make a failure. */
export type FailOn = Severity | 'never'

/** What rules are asked for. What is absent is up to the settings, and then to the program. */
export interface CheckChoice {
  readonly level?: Level
  readonly profile?: Profile
  readonly failOn?: FailOn
  /** Names of rules: only these, and these not. */
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  readonly buildArgs?: Readonly<Record<string, string>>
  /** The settings file, in place of those that are found. */
  readonly config?: string
  readonly reportUnusedIgnores?: boolean
}

/** What is the same for all files of a run. */
export interface CheckRun {
  readonly choice: CheckChoice
  readonly cwd: string
  /** Milliseconds since 1970: some ignores end on a day. */
  readonly now: () => number
  readonly catalogue: readonly RuleEntry[]
  readonly settings: SettingsReader
  readonly findImage?: FindImage
}

/** A Dockerfile as it is on the disk or in an editor. */
export interface CheckedDocument {
  /** Absolute; absent for standard input. */
  readonly path?: string
  readonly text: string
  /** Absolute path of its context, when somebody said which it is. */
  readonly context?: string
  /** Where a context that nobody named is looked for: not above this directory. */
  readonly top: string
  /** What is built of it; empty for its last stage. */
  readonly targets: readonly string[]
  /** How it is built, for those who know: each way is looked at. */
  readonly builds?: readonly BuildCall[]
  /** The file that it stands in, which is at `path` then. */
  readonly embedded?: EmbeddedText
  /** What the context holds, for those who know it already. */
  readonly project?: Project
}

/** One way in which a Dockerfile is built. */
export interface BuildCall {
  readonly target?: string
  readonly args: Readonly<Record<string, string>>
}

/** What is to be said about a document. */
export interface DocumentCheck extends CheckedFile {
  readonly hidden: Omit<CheckResult['hidden'], 'baseline'>
  /** What counts as a failure. */
  readonly failOn: FailOn
  /** What was looked at. */
  readonly level: Level
  /** How many of the rules that are wanted look at what the next level has. */
  readonly beyond: number
}

/** Prepares a run. Rejects with `config-invalid` when the settings that were named cannot be read. */
export async function openCheck(
  choice: CheckChoice,
  { cwd, now, findImage }: { readonly cwd: string; readonly now: () => number; readonly findImage?: FindImage },
): Promise<CheckRun> {
  const file = choice.config === undefined ? undefined : path.resolve(cwd, choice.config)
  const settings = settingsReader({ cwd, ...(file === undefined ? {} : { file }) })
  if (file !== undefined) await settings.near(cwd)
  return { choice, cwd, now, catalogue: ruleCatalogue(), settings, ...(findImage === undefined ? {} : { findImage }) }
}

/**
 * Checks one Dockerfile with its context, as its settings want it, and with its image where the run may look for one. Rejects
 * with `usage` for names of rules that nobody has, with `config-invalid`, and with `image-not-found` when rules are asked for
 * that need an image.
 */
export async function checkDocument(document: CheckedDocument, run: CheckRun): Promise<DocumentCheck> {
  const { cwd, catalogue } = run
  const directory = document.path === undefined ? cwd : path.dirname(document.path)
  const near = await run.settings.near(directory)
  const choice = withinReach(chooseRules(run, near), document, run)
  const directoryOf = once(() => contextOf(document))
  const project = projectOf(document, choice.level, { directory: directoryOf, cwd })
  const built = await imageOf(document, run, { level: choice.level, directory: directoryOf })
  const level = project === undefined && !looksInside(choice.level) ? 'static' : choice.level
  const source = { path: shownPath(document.path, cwd), text: document.text }
  const today = new Date(run.now()).toISOString().slice(0, 10)
  const report = checkDockerfile(
    {
      source,
      stablePath: stablePathOf(document, rootOf(directory, cwd)),
      buildArgs: run.choice.buildArgs ?? {},
      targets: document.targets,
      ...(document.builds === undefined ? {} : { builds: document.builds }),
      // A clock that is behind the catalogue is wrong.
      ...(today < catalogueDate ? {} : { today }),
      ...(project === undefined ? {} : { project }),
      // Reading all layers takes longer than the rest: that is for those who ask for it.
      ...(built?.facts === undefined || !looksInside(level) ? {} : { image: built.facts }),
      ...(built?.run === undefined ? {} : { run: built.run }),
    },
    catalogue,
    { ...choice, level },
  )
  const shown = hideFindings(report, {
    catalogue,
    settings: near,
    path: document.path,
    today,
    reportUnused: run.choice.reportUnusedIgnores === true,
  })
  const next = nextAfter(level)
  const findings = ranked(built === undefined ? shown.findings : priceFindings(shown.findings, built.layers))
  return {
    path: source.path,
    findings: document.embedded === undefined ? findings : findingsInHost(findings, document.text, document.embedded),
    hidden: shown.hidden,
    failOn: run.choice.failOn ?? near?.check.failOn ?? 'warning',
    level,
    beyond:
      document.embedded !== undefined && next !== 'context'
        ? 0
        : catalogue.filter((entry) => entry.level === next && isChosen(entry, choice)).length,
  }
}

function stablePathOf({ path: file, embedded }: CheckedDocument, root: string): string {
  if (file === undefined) return '-'
  const shown = path.relative(root, file)
  return embedded === undefined ? shown : `${shown}#${embedded.name}`
}

/** Whether a finding is as grave as what counts as a failure. */
export function isFailure({ severity }: CheckedFinding, failOn: FailOn): boolean {
  return failOn !== 'never' && weight(severity) >= weight(failOn)
}

function projectOf(
  { path: file, project }: CheckedDocument,
  level: Level,
  { directory: directoryOf, cwd }: { readonly directory: () => string | undefined; readonly cwd: string },
): Project | undefined {
  if (level === 'static') return undefined
  if (project !== undefined || file === undefined) return project
  const directory = directoryOf()
  return directory === undefined ? undefined : readProject(directory, { dockerfile: file, cwd })
}

function contextOf({ path: file, text, context, top }: CheckedDocument): string | undefined {
  return context ?? (file === undefined ? undefined : guessContext(file, text, top))
}

/** What the document has become; for a look at the file alone nobody looks for it. */
async function imageOf(
  { path: file, text, targets: [target], embedded }: CheckedDocument,
  { findImage, cwd }: CheckRun,
  { level, directory }: { readonly level: Level; readonly directory: () => string | undefined },
): Promise<BuiltImage | undefined> {
  if (level === 'static' || embedded !== undefined) return undefined
  const context = looksInside(level) ? directory() : undefined
  const built = await findImage?.({
    text,
    target,
    ...(file === undefined ? {} : { path: file }),
    ...(context === undefined ? {} : { context }),
  })
  if (!looksInside(level) || built?.facts !== undefined) return built
  const name = shownPath(file, cwd)
  throw built === undefined
    ? new SlipwayError('image-not-found', `${name}: no image was built here of exactly this text`, {
        hint: 'let it be built with --level build, build it first with slipway build, or name an image with --image',
      })
    : new SlipwayError('image-not-found', `${name}: layers of the base of its image are not here`, {
        hint: 'write --level image on the command line: they are fetched then',
      })
}

/**
 * Settings may ask for images where nobody can look for one: in an editor, and while fixes are tried. A program is not started
 * because a file says so, but because somebody has asked for it. A Dockerfile within another file has no path that a build could be given.
 */
function withinReach(choice: RuleChoice, { embedded }: CheckedDocument, run: CheckRun): RuleChoice {
  const isOutOfReach = run.findImage === undefined || embedded !== undefined
  if (isOutOfReach && looksInside(choice.level)) return { ...choice, level: 'context' }
  return choice.level === 'run' && run.choice.level !== 'run' ? { ...choice, level: 'image' } : choice
}

/** Whether rules of a level look into the image. */
function looksInside(level: Level): boolean {
  return levels.indexOf(level) >= levels.indexOf('image')
}

/** The level after one that has rules; nothing is said at `build` that needs no image. */
function nextAfter(level: Level): Level | undefined {
  return level === 'static' ? 'context' : level === 'context' ? 'image' : level === 'image' ? 'run' : undefined
}

function chooseRules({ choice, catalogue }: CheckRun, settings: CheckSettings | undefined): RuleChoice {
  const named = (names: readonly string[], flag: string): ReadonlySet<string> =>
    new Set(
      names.flatMap((name) => idsOf(catalogue, name, new SlipwayError('usage', `${flag}: there is no rule ${name}`))),
    )
  const severities = new Map<string, Severity>()
  const off: string[] = []
  for (const [name, value] of Object.entries(settings?.check.rules ?? {})) {
    const at = settings === undefined ? [] : [settings.placeOf(['check', 'rules', name])]
    const ids = idsOf(catalogue, name, new SlipwayError('config-invalid', `there is no rule ${name}`, { at }))
    if (value === 'off') off.push(...ids)
    else for (const id of ids) severities.set(id, value)
  }
  const profile = choice.profile ?? settings?.check.profile
  return {
    level: choice.level ?? settings?.check.level ?? 'context',
    ...(profile === undefined ? {} : { profile }),
    only: named(choice.only ?? [], '--rule'),
    skipped: new Set([...named(choice.skip ?? [], '--skip-rule'), ...off]),
    severities,
  }
}

function idsOf(catalogue: readonly RuleEntry[], name: string, missing: SlipwayError): readonly string[] {
  const entries = rulesNamed(catalogue, name)
  if (entries.length === 0) throw missing
  return entries.map(({ id }) => id)
}

/** As reached from the working directory. */
export function shownPath(file: string | undefined, cwd: string): string {
  return file === undefined ? '-' : path.relative(cwd, file)
}

function ranked(findings: readonly CheckedFinding[]): readonly CheckedFinding[] {
  return findings
    .map((finding, order) => ({ finding, order }))
    .sort(
      (a, b) =>
        weight(b.finding.severity) - weight(a.finding.severity) ||
        bytesOf(b.finding) - bytesOf(a.finding) ||
        a.order - b.order,
    )
    .map(({ finding }) => finding)
}

function weight(severity: Severity): number {
  return { info: 0, warning: 1, error: 2 }[severity]
}
