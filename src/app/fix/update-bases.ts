import { assessUse, type ImageUse, type NewName, referenceEdits, renamed, type Severity } from '../../bases/index.ts'
import { type Edit, SlipwayError } from '../../core/index.ts'
import { parseDockerfile } from '../../dockerfile/index.ts'
import { applyEdits, orderedEdits, sameOutside } from '../../editing/index.ts'
import { askRegistries, type RegistryQuestions } from '../outdated/ask-registries.ts'
import { type FileUses, readUses, type UsesRequest, usesOf } from '../outdated/read-uses.ts'
import type { Session } from '../session.ts'
import { type AssessedUse, type ChosenTag, chooseTags } from './choose-updates.ts'

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
  /** What could be newer or pinned and is not: a clause that follows its name. */
  readonly kept: readonly { readonly use: ImageUse; readonly why: string }[]
  /** What could not be asked of registries. */
  readonly problems: readonly { readonly use: ImageUse; readonly why: string }[]
}

type World = { readonly cwd: string; readonly signal: AbortSignal }
type Note = { readonly use: ImageUse; readonly why: string }

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
      const planned = await planNames(assessed, request, questions)
      const notes = { kept: planned.kept, problems: withoutRepeats([...problems, ...planned.problems]) }
      return { ...rewrite(file, planned.names, { request, cwd: world.cwd }), ...notes }
    }),
  )
}

async function assess(
  uses: readonly ImageUse[],
  questions: RegistryQuestions,
  now: number,
): Promise<{ readonly assessed: readonly AssessedUse[]; readonly problems: readonly Note[] }> {
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

function withoutRepeats(notes: readonly Note[]): readonly Note[] {
  return notes.filter(({ use, why }, at) => notes.findIndex((one) => one.use === use && one.why === why) === at)
}

interface Planned {
  readonly names: ReadonlyMap<ImageUse, NewName>
  readonly kept: readonly Note[]
  readonly problems: readonly Note[]
}

/** A use whose new digest cannot be had or written stays as it is, and so do those that share its variables. */
async function planNames(
  assessed: readonly AssessedUse[],
  { limit, pin }: UpdateRequest,
  questions: RegistryQuestions,
): Promise<Planned> {
  /** With the reason, unless it is among the problems. */
  const stuck = new Map<ImageUse, string | undefined>()
  const problems: Note[] = []
  for (;;) {
    const movable = assessed.map((one) =>
      stuck.has(one.use) ? { ...one, assessment: { ...one.assessment, newer: [] } } : one,
    )
    const chosen = chooseTags(
      movable.filter(({ assessment }) => assessment.tag !== undefined),
      limit,
    )
    const named = await Promise.all(chosen.map((one) => nameFor(one, { pin, stuck, questions })))
    const failed = named.filter((one) => 'why' in one && !stuck.has(one.use))
    if (failed.length === 0) {
      const unpinned = named.flatMap((one) =>
        'unpinned' in one && one.unpinned !== undefined
          ? [{ use: one.use, why: `gets no digest: ${one.unpinned}` }]
          : [],
      )
      return { names: namesOf(named), kept: [...keptOf(assessed, chosen, stuck), ...unpinned], problems }
    }
    for (const one of failed) {
      if (!('why' in one)) continue
      stuck.set(one.use, one.problem ? undefined : one.why)
      if (one.problem) problems.push({ use: one.use, why: one.why })
    }
  }
}

type Named =
  | { readonly use: ImageUse; readonly next: NewName; readonly unpinned?: string }
  | { readonly use: ImageUse; readonly why: string; readonly problem: boolean }

async function nameFor(
  { use, tag }: ChosenTag,
  {
    pin,
    stuck,
    questions,
  }: {
    readonly pin: boolean
    readonly stuck: ReadonlyMap<ImageUse, string | undefined>
    readonly questions: RegistryQuestions
  },
): Promise<Named> {
  const { reference } = use
  if (reference === undefined || stuck.has(use)) return { use, why: stuck.get(use) ?? '', problem: false }
  const pinned = reference.digest !== undefined
  if (!pinned && !pin) return { use, next: { tag: reference.tag === undefined ? '' : tag } }
  try {
    const next = { tag, digest: await questions.digest({ ...reference, tag }) }
    const edits = referenceEdits(use, next)
    if (!('refused' in edits)) return { use, next }
    if (pinned) return { use, why: edits.refused, problem: false }
    // The newer tag is worth having without the pin.
    return { use, next: { tag: reference.tag === undefined ? '' : tag }, unpinned: edits.refused }
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === 'cancelled') throw error
    return { use, why: error.message, problem: true }
  }
}

function namesOf(named: readonly Named[]): ReadonlyMap<ImageUse, NewName> {
  return new Map(named.flatMap((one) => ('next' in one && one.next.tag !== '' ? [[one.use, one.next] as const] : [])))
}

function keptOf(
  assessed: readonly AssessedUse[],
  chosen: readonly ChosenTag[],
  stuck: ReadonlyMap<ImageUse, string | undefined>,
): readonly Note[] {
  return assessed.flatMap(({ use, assessment }) => {
    const why = stuck.get(use)
    if (why !== undefined) return [{ use, why: `stays: ${why}` }]
    const refused = stuck.has(use) ? undefined : chosen.find((one) => one.use === use)?.refused
    if (refused !== undefined) return [{ use, why: `gets no newer tag: ${refused}` }]
    return assessment.tag === undefined ? [{ use, why: 'stays: it has no tag to follow' }] : []
  })
}

function rewrite(
  { path, file, uses }: FileUses,
  names: ReadonlyMap<ImageUse, NewName>,
  { request, cwd }: { readonly request: UpdateRequest; readonly cwd: string },
): Pick<FileUpdate, 'path' | 'before' | 'after' | 'changes'> {
  const { text: before, path: shown } = file.source
  const edits = orderedEdits([...names].flatMap(([use, next]) => editsOf(use, next)))
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

function editsOf(use: ImageUse, next: NewName): readonly Edit[] {
  const found = referenceEdits(use, next)
  return 'refused' in found ? [] : found.edits
}
