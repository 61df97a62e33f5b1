import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Finding, type Fix, SlipwayError } from '../../core/index.ts'
import { parseDockerfile } from '../../dockerfile/index.ts'
import { type Draft, type FixOutcome, fixRounds } from '../../fixing/index.ts'
import { throwFirstError } from '../build/diagnostics.ts'
import { type CheckedDocument, type CheckRun, checkDocument, openCheck, shownPath } from '../check/check-document.ts'
import { discoverFiles } from '../check/discover-files.ts'
import { guessContext } from '../check/guess-context.ts'
import { rulesNamed } from '../check/rule-catalogue.ts'
import { type BuildPlace, draftProject } from './draft-project.ts'

/** Which files to repair, and which repairs are wanted. */
export interface FixRequest {
  /** As `slipway check` takes them. */
  readonly paths: readonly string[]
  /** The Dockerfile of a directory. */
  readonly file?: string
  readonly recursive: boolean
  readonly buildArgs: Readonly<Record<string, string>>
  /** Names of rules; empty for all. */
  readonly rules: readonly string[]
  /** Also fixes that only a rebuild can show to be right. */
  readonly unproven: boolean
}

/** What repairing needs of the process. */
export interface FixWorld {
  readonly cwd: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** A text before and after; without `before` there is no such file yet. */
export interface ChangedText {
  /** Absolute. */
  readonly path: string
  readonly before?: string
  readonly after: string
}

/** A Dockerfile with the fixes that were made in its text. */
export interface FixedText {
  /** As shown. */
  readonly shown: string
  readonly outcome: FixOutcome
  /** Findings that have a fix which was not asked for. */
  readonly held: readonly Finding[]
}

/** The same for a file; nothing is written. */
export interface FixedFile extends FixedText {
  readonly place: BuildPlace
  /** What is built of it; empty for its last stage. */
  readonly targets: readonly string[]
  readonly changes: readonly ChangedText[]
  /** The same again with these fixes only, by name. */
  readonly refix: (allowed: ReadonlySet<string>) => Promise<FixOutcome>
}

/**
 * Repairs the texts of Dockerfiles, each on its own. Writes nothing, and asks no network and no store. Rejects for files that
 * cannot be read, for those with syntax errors, and with `usage` for names of rules that nobody has.
 */
export async function fixFiles(request: FixRequest, world: FixWorld): Promise<readonly FixedFile[]> {
  const run = await openCheck({ buildArgs: request.buildArgs }, world)
  const rules = rulesOf(request, run)
  const { files, problems } = await discoverFiles(request.paths, {
    cwd: world.cwd,
    recursive: request.recursive,
    stdin: noStdin,
    ...(request.file === undefined ? {} : { file: request.file }),
  })
  const [problem] = problems
  if (problem !== undefined) throw problem.error
  const fixed: FixedFile[] = []
  for (const document of onePerPath(files)) fixed.push(await fixDocument(document, { run, rules, request }))
  return fixed
}

/**
 * Repairs a text that is in no file: there is no context, so rules look at the text alone, and it is all that is repaired.
 * Rejects for syntax errors, and with `usage` for names of rules that nobody has.
 */
export async function fixText(
  text: string,
  request: Pick<FixRequest, 'buildArgs' | 'rules' | 'unproven'>,
  world: FixWorld,
): Promise<FixedText> {
  const run = await openCheck({ buildArgs: request.buildArgs }, world)
  const document = { text, top: world.cwd, targets: [] }
  const check = async (draft: Draft): Promise<readonly Finding[]> =>
    (await checkDocument({ ...document, text: draft.text }, run)).findings
  const shown = shownPath(undefined, world.cwd)
  throwFirstError(parseDockerfile({ path: shown, text }).diagnostics)
  const wanted = wantedFixes(request, rulesOf(request, run))
  const inText = (fix: Fix): boolean => (fix.files ?? []).length === 0
  const wants = (finding: Finding, fix: Fix): boolean => inText(fix) && wanted.wants(finding, fix)
  const outcome = await fixRounds({ text, files: new Map() }, { check, wants })
  return { shown, outcome, held: wanted.held(outcome) }
}

/** A file that is built from several contexts is repaired for the first of them. What stands in another file is left alone. */
function onePerPath(files: readonly CheckedDocument[]): readonly CheckedDocument[] {
  const whole = files.filter(({ embedded }) => embedded === undefined)
  return whole.filter(({ path: file }, at) => whole.findIndex((one) => one.path === file) === at)
}

/** Among files, or for their contexts, standard input makes no sense. */
export function noStdin(): Promise<string> {
  throw new SlipwayError('usage', 'standard input is repaired alone, and has no context', {
    hint: 'slipway fix - < Dockerfile prints the repaired text; write it to a file first for all else',
  })
}

function rulesOf({ rules }: Pick<FixRequest, 'rules'>, { catalogue }: CheckRun): ReadonlySet<string> {
  const ids = rules.map((name) => {
    const entries = rulesNamed(catalogue, name)
    if (entries.length === 0) throw new SlipwayError('usage', `--rule: there is no rule ${name}`)
    return entries.map(({ id }) => id)
  })
  return new Set(ids.flat())
}

interface Fixing {
  readonly run: CheckRun
  readonly rules: ReadonlySet<string>
  readonly request: FixRequest
}

async function fixDocument(document: CheckedDocument, { run, rules, request }: Fixing): Promise<FixedFile> {
  const { path: file = '', text, targets } = document
  const shown = shownPath(file, run.cwd)
  requireUtf8(file, shown)
  throwFirstError(parseDockerfile({ path: shown, text }).diagnostics)
  const directory = document.context ?? guessContext(file, text, document.top) ?? path.dirname(file)
  const place = { file, directory, cwd: run.cwd }
  const check = checking(document, place, run)
  const { wants, held } = wantedFixes(request, rules)
  const before = { text, files: new Map() }
  const outcome = await fixRounds(before, { check, wants })
  return {
    shown,
    place,
    targets,
    outcome,
    changes: changesOf(outcome, place),
    held: held(outcome),
    refix: (allowed) => fixRounds(before, { check, wants, allowed }),
  }
}

interface WantedFixes {
  readonly wants: (finding: Finding, fix: Fix) => boolean
  /** What is left though there is a fix, which was not asked for. */
  readonly held: (outcome: FixOutcome) => readonly Finding[]
}

function wantedFixes({ unproven }: Pick<FixRequest, 'unproven'>, rules: ReadonlySet<string>): WantedFixes {
  const mayFix = ({ code }: Finding): boolean => rules.size === 0 || rules.has(code)
  return {
    wants: (finding, fix) => mayFix(finding) && (unproven || isSafe(fix)),
    held: ({ left }) =>
      unproven ? [] : left.filter((finding) => mayFix(finding) && finding.fixes.some((fix) => !isSafe(fix))),
  }
}

function isSafe({ safety = 'safe' }: Fix): boolean {
  return safety === 'safe'
}

/** The context is read once for all drafts that leave its other files alone. */
function checking(
  document: CheckedDocument,
  place: BuildPlace,
  run: CheckRun,
): (draft: Draft) => Promise<readonly Finding[]> {
  const asIs = draftProject({ files: new Map() }, place)
  return async (draft) => {
    const project = draft.files.size === 0 ? asIs : draftProject(draft, place)
    return (await checkDocument({ ...document, text: draft.text, project }, run)).findings
  }
}

function requireUtf8(file: string, shown: string): void {
  const bytes = readFileSync(file)
  if (Buffer.from(bytes.toString('utf8')).equals(bytes)) return
  throw new SlipwayError('dockerfile-syntax', `${shown} is not UTF-8 throughout, so it cannot be written back unharmed`)
}

/** What the texts of an outcome change on the disk. */
export function changesOf(
  { before, after }: Pick<FixOutcome, 'before' | 'after'>,
  place: BuildPlace,
): readonly ChangedText[] {
  const own = after.text === before.text ? [] : [{ path: place.file, before: before.text, after: after.text }]
  const others = [...after.files].flatMap(([name, text]): readonly ChangedText[] => {
    const file = path.join(place.directory, name)
    const there = readIfThere(file)
    return there === text ? [] : [{ path: file, after: text, ...(there === undefined ? {} : { before: there }) }]
  })
  return [...own, ...others]
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
