import path from 'node:path'
import { type Severity, SlipwayError } from '../../core/index.ts'
import type { Level, Profile } from '../../pitfalls/index.ts'
import type { Project } from '../../project/index.ts'
import type { CheckedFile, CheckedFinding, CheckResult, RuleEntry } from '../../report/index.ts'
import { checkDockerfile } from './check-dockerfile.ts'
import type { RuleChoice } from './choose-rules.ts'
import { guessContext } from './guess-context.ts'
import { hideFindings } from './hide-findings.ts'
import type { Prices } from './image-prices.ts'
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
  readonly prices?: Prices
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
  /** What the context holds, for those who know it already. */
  readonly project?: Project
}

/** What is to be said about a document. */
export interface DocumentCheck extends CheckedFile {
  readonly hidden: Omit<CheckResult['hidden'], 'baseline'>
  /** What counts as a failure. */
  readonly failOn: FailOn
  /** What was looked at. */
  readonly level: Level
  /** What could not be known. */
  readonly notes: readonly string[]
}

/** Prepares a run. Rejects with `config-invalid` when the settings that were named cannot be read. */
export async function openCheck(
  choice: CheckChoice,
  { cwd, now, prices }: { readonly cwd: string; readonly now: () => number; readonly prices?: Prices },
): Promise<CheckRun> {
  const file = choice.config === undefined ? undefined : path.resolve(cwd, choice.config)
  const settings = settingsReader({ cwd, ...(file === undefined ? {} : { file }) })
  if (file !== undefined) await settings.near(cwd)
  return { choice, cwd, now, catalogue: ruleCatalogue(), settings, ...(prices === undefined ? {} : { prices }) }
}

/**
 * Checks one Dockerfile with its context, as its settings want it. Needs no network and no store. Rejects with `usage` for
 * names of rules that nobody has, and with `config-invalid`.
 */
export async function checkDocument(document: CheckedDocument, run: CheckRun): Promise<DocumentCheck> {
  const { cwd, catalogue } = run
  const directory = document.path === undefined ? cwd : path.dirname(document.path)
  const near = await run.settings.near(directory)
  const choice = chooseRules(run, near)
  const project = projectOf(document, choice.level, cwd)
  const level = project === undefined ? 'static' : choice.level
  const source = { path: shownPath(document.path, cwd), text: document.text }
  const report = checkDockerfile(
    {
      source,
      stablePath: document.path === undefined ? '-' : path.relative(rootOf(directory, cwd), document.path),
      buildArgs: run.choice.buildArgs ?? {},
      targets: document.targets,
      ...(project === undefined ? {} : { project }),
    },
    catalogue,
    { ...choice, level },
  )
  const shown = hideFindings(report, {
    catalogue,
    settings: near,
    path: document.path,
    today: new Date(run.now()).toISOString().slice(0, 10),
    reportUnused: run.choice.reportUnusedIgnores === true,
  })
  const costs = await run.prices?.(document.text)
  const unbuilt = run.prices !== undefined && costs === undefined
  return {
    path: source.path,
    findings: ranked(costs === undefined ? shown.findings : priceFindings(shown.findings, costs)),
    notes: unbuilt ? [`${source.path}: no image was built here of this text, so nobody knows what findings cost`] : [],
    hidden: shown.hidden,
    failOn: run.choice.failOn ?? near?.check.failOn ?? 'warning',
    level,
  }
}

/** Whether a finding is as grave as what counts as a failure. */
export function isFailure({ severity }: CheckedFinding, failOn: FailOn): boolean {
  return failOn !== 'never' && weight(severity) >= weight(failOn)
}

function projectOf(
  { path: file, text, context, top, project }: CheckedDocument,
  level: Level,
  cwd: string,
): Project | undefined {
  if (level === 'static') return undefined
  if (project !== undefined || file === undefined) return project
  const directory = context ?? guessContext(file, text, top)
  return directory === undefined ? undefined : readProject(directory, { dockerfile: file, cwd })
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
