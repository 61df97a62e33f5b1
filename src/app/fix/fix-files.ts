import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Finding, Fix } from '../../core/index.ts'
import { type FixOutcome, fixRounds } from '../../fixing/index.ts'
import { readUses, type UsesRequest } from '../outdated/read-uses.ts'
import { checkDraft, type DraftPlace } from './check-draft.ts'

/** Which files to repair, and which repairs are wanted. */
export interface FixRequest extends UsesRequest {
  /** Names of rules; empty for all. */
  readonly rules: readonly string[]
  /** Also fixes that a rebuild would have to prove. */
  readonly unproven: boolean
}

/** A text before and after; without `before` there is no such file yet. */
export interface ChangedText {
  /** Absolute. */
  readonly path: string
  readonly before?: string
  readonly after: string
}

/** A Dockerfile with the fixes that were made in its text, none of them written. */
export interface FixedFile {
  /** As shown. */
  readonly shown: string
  /** The directory that it is built from. Absolute. */
  readonly directory: string
  readonly outcome: FixOutcome
  readonly changes: readonly ChangedText[]
  /** Findings that have a fix which was not asked for. */
  readonly held: readonly Finding[]
}

/** Repairs the texts of Dockerfiles, each on its own. Writes nothing. Rejects for files that cannot be read. */
export async function fixFiles(request: FixRequest, cwd: string): Promise<readonly FixedFile[]> {
  const files = await readUses(request, cwd)
  return Promise.all(files.map(({ path: file, file: { source } }) => fixFile(request, { file, source })))
}

interface Place {
  readonly file: string
  readonly source: { readonly path: string; readonly text: string }
}

async function fixFile(request: FixRequest, { file, source }: Place): Promise<FixedFile> {
  const directory = path.dirname(file)
  const place = draftPlace(request, { directory, file, shown: source.path })
  const mayFix = ({ code }: Finding): boolean => request.rules.length === 0 || request.rules.includes(code)
  const isSafe = ({ safety = 'safe' }: Fix): boolean => safety === 'safe'
  const outcome = await fixRounds(
    { text: source.text, files: new Map() },
    {
      check: async (draft) => checkDraft(draft, place),
      wants: (finding, fix) => mayFix(finding) && (request.unproven || isSafe(fix)),
    },
  )
  const held = outcome.left.filter((finding) => mayFix(finding) && finding.fixes.some((fix) => !isSafe(fix)))
  return { shown: source.path, directory, outcome, changes: changesOf(outcome, { file, directory }), held }
}

function draftPlace(
  { buildArgs }: FixRequest,
  { directory, file, shown }: { readonly directory: string; readonly file: string; readonly shown: string },
): DraftPlace {
  const names = [`${path.relative(directory, file)}.dockerignore`, '.dockerignore']
  for (const name of names) {
    const text = readIfThere(path.join(directory, name))
    if (text !== undefined) return { path: shown, buildArgs, ignore: { path: name, text } }
  }
  return { path: shown, buildArgs }
}

function changesOf(
  { before, after }: FixOutcome,
  { file, directory }: { readonly file: string; readonly directory: string },
): readonly ChangedText[] {
  const own = after.text === before.text ? [] : [{ path: file, before: before.text, after: after.text }]
  const others = [...after.files].flatMap(([name, text]): readonly ChangedText[] => {
    const there = readIfThere(path.join(directory, name))
    if (there === text) return []
    return [{ path: path.join(directory, name), after: text, ...(there === undefined ? {} : { before: there }) }]
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
