import path from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import type { CheckedFinding, CheckProblem, CheckResult } from '../../report/index.ts'
import { replaceFile } from '../replace-file.ts'
import type { FindImage } from './built-image.ts'
import {
  type CheckChoice,
  checkDocument,
  type DocumentCheck,
  isFailure,
  openCheck,
  shownPath,
} from './check-document.ts'
import { discoverFiles } from './discover-files.ts'

/** What `slipway check` was asked for. */
export interface CheckRequest extends CheckChoice {
  /** Directories, Dockerfiles, compose and bake files, `-`. */
  readonly paths: readonly string[]
  readonly file?: string
  readonly recursive: boolean
  /** Findings of this file do not count. */
  readonly baseline?: string
  /** All findings are written to this file, and nothing is a failure. */
  readonly writeBaseline?: string
}

/** What checking needs of the process. */
export interface CheckWorld {
  readonly cwd: string
  readonly stdin: () => Promise<string>
  /** Milliseconds since 1970: some ignores end on a day. */
  readonly now: () => number
  /** What was built of the files, for those who may look. */
  readonly findImage?: FindImage
  /** Variables of bake files have these values, where it has them. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * Checks Dockerfiles with what belongs to them. Needs no network and no store. Paths that cannot be read are told in the
 * result, and the others are checked all the same. Rejects with `usage` for names of rules that nobody has.
 */
export async function checkPaths(request: CheckRequest, world: CheckWorld): Promise<CheckResult> {
  const { cwd } = world
  const known = request.baseline === undefined ? undefined : await knownFindings(request.baseline, cwd)
  const run = await openCheck(request, world)
  const found = await discoverFiles(request.paths, {
    cwd,
    recursive: request.recursive,
    stdin: world.stdin,
    now: world.now,
    ...(world.environment === undefined ? {} : { environment: world.environment }),
    ...(request.file === undefined ? {} : { file: request.file }),
  })
  const problems = found.problems.map(({ path: name, error }) => problemOf(name, error))
  const files: DocumentCheck[] = []
  for (const one of found.files) {
    try {
      files.push(await checkDocument(one, run))
    } catch (error) {
      if (error instanceof SlipwayError && error.code === 'usage') throw error
      problems.push(problemOf(shownPath(one.path, cwd), error))
    }
  }
  const written = await writeFindings(request.writeBaseline, files, cwd)
  const isNew = ({ fingerprint }: CheckedFinding): boolean => known?.has(fingerprint) !== true
  const shown = files.map((file) => ({ ...file, findings: file.findings.filter(isNew) }))
  return {
    files: shown.map(({ path: name, findings }) => ({ path: name, findings })),
    problems,
    hidden: hiddenIn(files, shown),
    failed:
      written.length === 0 && shown.some(({ findings, failOn }) => findings.some((one) => isFailure(one, failOn))),
    notes: [...found.notes, ...written, ...outlived(files, known), ...nextLevel(files)],
    rules: run.catalogue,
  }
}

async function knownFindings(name: string, cwd: string): Promise<ReadonlySet<string>> {
  const { readBaseline } = await import('./baseline.ts')
  return readBaseline(path.resolve(cwd, name), name)
}

async function writeFindings(
  name: string | undefined,
  files: readonly DocumentCheck[],
  cwd: string,
): Promise<readonly string[]> {
  if (name === undefined) return []
  const { baselineText } = await import('./baseline.ts')
  const findings = files.flatMap((file) => file.findings)
  try {
    replaceFile(path.resolve(cwd, name), baselineText(findings))
  } catch (cause) {
    throw new SlipwayError('bad-option-value', `cannot write ${name}: ${(cause as Error).message}`, { cause })
  }
  return [`${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} written to ${name}`]
}

function outlived(files: readonly DocumentCheck[], known: ReadonlySet<string> | undefined): readonly string[] {
  if (known === undefined) return []
  const found = new Set(files.flatMap(({ findings }) => findings.map(({ fingerprint }) => fingerprint)))
  const gone = [...known].filter((fingerprint) => !found.has(fingerprint)).length
  if (gone === 0) return []
  return [
    `${gone} of the baseline ${gone === 1 ? 'is' : 'are'} no longer found: --write-baseline takes ${gone === 1 ? 'it' : 'them'} out`,
  ]
}

function hiddenIn(files: readonly DocumentCheck[], shown: readonly DocumentCheck[]): CheckResult['hidden'] {
  const count = (all: readonly DocumentCheck[]): number => sum(all.map(({ findings }) => findings.length))
  return {
    comments: sum(files.map(({ hidden }) => hidden.comments)),
    settings: sum(files.map(({ hidden }) => hidden.settings)),
    baseline: count(files) - count(shown),
  }
}

/** A mistake of the program costs the findings of one file, not those of all. */
function problemOf(name: string, error: unknown): CheckProblem {
  if (!(error instanceof SlipwayError))
    return { path: name, code: 'internal', message: `${name} could not be checked: ${String(error)}`, cause: error }
  const {
    code,
    message,
    hint,
    at: [at],
  } = error
  return { path: name, code, message, ...(hint === undefined ? {} : { hint }), ...(at === undefined ? {} : { at }) }
}

/** What more could be known of the files of which the least is known. */
function nextLevel(files: readonly DocumentCheck[]): readonly string[] {
  for (const { at, looks, how } of nextLevels) {
    const waiting = files.filter(({ level }) => level === at)
    const more = Math.max(0, ...waiting.map(({ beyond }) => beyond))
    if (waiting.length === 0) continue
    const way = waiting.some(({ path: name }) => name === '-') && at === 'static' ? 'name its directory' : how
    return more === 0 ? [] : [`${more} more ${more === 1 ? 'rule looks' : 'rules look'} at ${looks}: ${way}`]
  }
  return []
}

const nextLevels = [
  { at: 'static', looks: 'the build context', how: '--level context' },
  { at: 'context', looks: 'the image that is built', how: '--level build, or --level image when it was built' },
  { at: 'image', looks: 'how the container starts', how: '--level run' },
] as const

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
