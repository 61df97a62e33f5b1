import { assessUse, type ImageUse, type NewName, renamed, type Severity } from '../../bases/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { parseDockerfile } from '../../dockerfile/index.ts'
import { applyEdits, sameOutside } from '../../editing/index.ts'
import { askRegistries, type RegistryQuestions } from '../outdated/ask-registries.ts'
import { type FileUses, readUses, type UsesRequest, usesOf } from '../outdated/read-uses.ts'
import type { Session } from '../session.ts'
import type { AssessedUse } from './choose-updates.ts'
import { editsFor, planNames, type UseNote } from './plan-names.ts'

export interface UpdateRequest extends UsesRequest {
  /** The largest change of a tag; with `digest` tags stay, and pins follow them. */
  readonly limit: Severity
  /** Pin references that have no digest. */
  readonly pin: boolean
}

/** A file before and after. */
export interface FileUpdate {
  /** Absolute. */
  readonly path: string
  readonly before: string
  readonly after: string
  readonly changes: readonly { readonly use: ImageUse; readonly to: string }[]
  /** What could be newer or pinned and is not: clauses that follow the name. */
  readonly kept: readonly UseNote[]
  /** What registries were asked in vain. */
  readonly problems: readonly UseNote[]
}

type World = { readonly cwd: string; readonly signal: AbortSignal }

/**
 * New tags and digests for the images that files name. Writes nothing. Every result has been read again: nothing but the
 * references has changed, and each of them is what it was to be.
 */
export async function updateBases(
  session: Session,
  request: UpdateRequest,
  world: World,
): Promise<readonly FileUpdate[]> {
  const files = await readUses(request, world.cwd)
  const questions = askRegistries(session, world.signal)
  return Promise.all(
    files.map(async (file) => {
      const { assessed, problems } = await assess(file.uses, questions, session.now())
      const planned = await planNames(assessed, { limit: request.limit, pin: request.pin, questions })
      const notes = { kept: planned.kept, problems: withoutRepeats([...problems, ...planned.problems]) }
      return { ...rewrite(file, planned.names, { request, cwd: world.cwd }), ...notes }
    }),
  )
}

async function assess(
  uses: readonly ImageUse[],
  questions: RegistryQuestions,
  now: number,
): Promise<{ readonly assessed: readonly AssessedUse[]; readonly problems: readonly UseNote[] }> {
  const asked = await Promise.all(
    uses.map(async (use) => {
      const { reference } = use
      if (reference === undefined) return undefined
      const { problems, ...facts } = await questions.facts(reference)
      const assessment = assessUse({ ...use, reference }, facts, now)
      return { use, assessment, problems: problems.map((why) => ({ use, why })) }
    }),
  )
  const known = asked.filter((one) => one !== undefined)
  return { assessed: known, problems: known.flatMap(({ problems }) => problems) }
}

function withoutRepeats(notes: readonly UseNote[]): readonly UseNote[] {
  return notes.filter(({ use, why }, at) => notes.findIndex((one) => one.use === use && one.why === why) === at)
}

function rewrite(
  { path, file, uses }: FileUses,
  names: ReadonlyMap<ImageUse, NewName>,
  { request, cwd }: { readonly request: UpdateRequest; readonly cwd: string },
): Pick<FileUpdate, 'path' | 'before' | 'after' | 'changes'> {
  const { text: before, path: shown } = file.source
  const edits = editsFor(names)
  const after = edits === undefined ? undefined : applyEdits(before, edits)
  const wanted = uses.map((use) => {
    const next = names.get(use)
    return next === undefined ? use.text : renamed(use, next)
  })
  const changes = uses.flatMap((use, at) => (use.text === wanted[at] ? [] : [{ use, to: wanted[at] ?? '' }]))
  const read = after === undefined ? undefined : parseDockerfile({ path: shown, text: after })
  const texts = read === undefined ? [] : usesOf(read, request, cwd).map(({ text }) => text)
  const sound =
    edits !== undefined &&
    read !== undefined &&
    sameOutside(file, read, edits) &&
    texts.length === wanted.length &&
    texts.every((text, at) => text === wanted[at])
  if (after === undefined || !sound)
    throw new SlipwayError('unsupported', `${shown}: new references would change more than the images they name`, {
      hint: 'the file was left as it is; variables that several lines put together differently are edited by hand',
    })
  return { path, before, after, changes }
}
