import { SlipwayError } from '../../core/index.ts'
import { type Level, levels } from '../../pitfalls/index.ts'
import type { CheckProblem, CheckResult, RuleEntry } from '../../report/index.ts'
import { type CheckChoice, checkDocument, type DocumentCheck, openCheck, shownPath } from './check-document.ts'
import { discoverFiles } from './discover-files.ts'

/** What `slipway check` was asked for. */
export interface CheckRequest extends CheckChoice {
  /** Directories, Dockerfiles, compose and bake files, `-`. */
  readonly paths: readonly string[]
  readonly file?: string
  readonly recursive: boolean
}

/** What checking needs of the process. */
export interface CheckWorld {
  readonly cwd: string
  readonly stdin: () => Promise<string>
  /** Milliseconds since 1970: some ignores end on a day. */
  readonly now: () => number
}

/**
 * Checks Dockerfiles with what belongs to them. Needs no network and no store. Paths that cannot be read are told in the
 * result, and the others are checked all the same. Rejects with `usage` for names of rules that nobody has.
 */
export async function checkPaths(request: CheckRequest, world: CheckWorld): Promise<CheckResult> {
  const { cwd } = world
  const run = await openCheck(request, world)
  const found = await discoverFiles(request.paths, {
    cwd,
    recursive: request.recursive,
    stdin: world.stdin,
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
  return {
    files: files.map(({ path: shown, findings }) => ({ path: shown, findings })),
    problems,
    hidden: {
      comments: sum(files.map(({ hidden }) => hidden.comments)),
      settings: sum(files.map(({ hidden }) => hidden.settings)),
      baseline: 0,
    },
    failed: files.some(({ failed }) => failed),
    notes: [...found.notes, ...nextLevel(files, run.catalogue)],
    rules: run.catalogue,
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

function nextLevel(files: readonly DocumentCheck[], catalogue: readonly RuleEntry[]): readonly string[] {
  const reached = Math.max(0, ...files.map(({ level }) => levels.indexOf(level)))
  for (const level of levels.slice(reached + 1)) {
    const more = catalogue.filter((entry) => entry.level === level && !entry.optIn).length
    if (more > 0 && files.length > 0)
      return [`${more} more ${more === 1 ? 'rule looks' : 'rules look'} at ${evidenceOf(level)}: --level ${level}`]
  }
  return []
}

function evidenceOf(level: Level): string {
  return {
    static: 'the Dockerfile',
    context: 'the build context',
    build: 'a build',
    image: 'the built image',
    run: 'a run of the image',
  }[level]
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
