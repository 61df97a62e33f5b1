import { type ImageUse, type NewName, referenceEdits, renamed, type Severity, textAfter } from '../../bases/index.ts'
import { type Digest, type Edit, SlipwayError } from '../../core/index.ts'
import { orderedEdits } from '../../editing/index.ts'
import type { RegistryQuestions } from '../outdated/ask-registries.ts'
import { type AssessedUse, type ChosenTag, chooseTags } from './choose-updates.ts'

/** Something about a use, for people. */
export interface UseNote {
  readonly use: ImageUse
  readonly why: string
}

export interface PlannedNames {
  /** What uses are to say; those that are not there stay. */
  readonly names: ReadonlyMap<ImageUse, NewName>
  /** What could be newer or pinned and is not: clauses that follow the name. */
  readonly kept: readonly UseNote[]
  /** What registries were asked in vain. */
  readonly problems: readonly UseNote[]
}

export interface PlanOptions {
  readonly limit: Severity
  /** Pin references that have no digest. */
  readonly pin: boolean
  readonly questions: RegistryQuestions
}

/**
 * New tags and digests for the uses of one file. A use whose new digest cannot be had or written stays as it is, and so do
 * those that share its variables; one that cannot be given its first digest gets its newer tag all the same.
 */
export async function planNames(assessed: readonly AssessedUse[], options: PlanOptions): Promise<PlannedNames> {
  /** With the reason, unless it is among the problems. */
  const stuck = new Map<ImageUse, string | undefined>()
  const problems: UseNote[] = []
  for (;;) {
    const movable = assessed.flatMap(({ use, assessment }) => {
      if (assessment.tag === undefined) return []
      return [{ use, assessment: stuck.has(use) ? { ...assessment, newer: [] } : assessment }]
    })
    const chosen = chooseTags(movable, options.limit)
    const free = chosen.filter(({ use }) => !stuck.has(use))
    const named = await Promise.all(free.map((one) => nameFor(one, options)))
    const failed = named.filter((one) => 'why' in one)
    if (failed.length === 0) {
      const { names, kept } = withPins(named.filter((one) => 'next' in one))
      return { names, kept: [...keptOf(assessed, chosen, stuck), ...kept], problems }
    }
    for (const { use, why, problem } of failed) {
      stuck.set(use, problem ? undefined : why)
      if (problem) problems.push({ use, why })
    }
  }
}

interface Named {
  readonly use: ImageUse
  /** Absent for a reference without a tag, which keeps to that until it is pinned. */
  readonly next?: NewName | undefined
  /** The first digest of a reference. */
  readonly pin?: Digest
}

interface Failed extends UseNote {
  /** It is a registry's doing. */
  readonly problem: boolean
}

async function nameFor({ use, tag }: ChosenTag, { pin, questions }: PlanOptions): Promise<Named | Failed> {
  const { reference } = use
  if (reference === undefined) return { use, next: undefined }
  const next = reference.tag === undefined ? undefined : { tag }
  if (reference.digest === undefined && !pin) return { use, next }
  try {
    const digest = await questions.digest({ ...reference, tag })
    if (reference.digest === undefined) return { use, next, pin: digest }
    const edits = referenceEdits(use, { tag, digest })
    return 'refused' in edits ? { use, why: edits.refused, problem: false } : { use, next: { tag, digest } }
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === 'cancelled') throw error
    return { use, why: error.message, problem: true }
  }
}

/** Adds the first digests where that changes nothing else. Uses that say the same are pinned together. */
function withPins(named: readonly Named[]): Pick<PlannedNames, 'names' | 'kept'> {
  let names = new Map(named.flatMap(({ use, next }) => (next === undefined ? [] : [[use, next] as const])))
  const uses = named.map(({ use }) => use)
  const kept: UseNote[] = []
  for (const text of new Set(named.flatMap(({ use, pin }) => (pin === undefined ? [] : [use.text])))) {
    const group = named.flatMap(({ use, next, pin }) =>
      pin === undefined || use.text !== text ? [] : [[use, { tag: next?.tag ?? 'latest', digest: pin }] as const],
    )
    const refused = group.flatMap(([use, next]) => {
      const edits = referenceEdits(use, next)
      return 'refused' in edits ? [edits.refused] : []
    })
    const pinned = new Map([...names, ...group])
    const [reason = 'it would reach other lines, too'] = refused
    if (refused.length === 0 && isConsistent(uses, pinned)) names = pinned
    else kept.push(...group.map(([use]) => ({ use, why: `gets no digest: ${reason}` })))
  }
  return { names, kept }
}

/** Whether all edits together make of each use what it is to be. */
function isConsistent(uses: readonly ImageUse[], names: ReadonlyMap<ImageUse, NewName>): boolean {
  const edits = editsFor(names)
  return (
    edits !== undefined &&
    uses.every((use) => {
      const next = names.get(use)
      return textAfter(use, edits) === (next === undefined ? use.text : renamed(use, next))
    })
  )
}

/** All edits of a file for its new names, in order; undefined when they contradict each other. */
export function editsFor(names: ReadonlyMap<ImageUse, NewName>): readonly Edit[] | undefined {
  const edits = [...names].flatMap(([use, next]) => {
    const found = referenceEdits(use, next)
    return 'refused' in found ? [] : found.edits
  })
  return orderedEdits(edits)
}

function keptOf(
  assessed: readonly AssessedUse[],
  chosen: readonly ChosenTag[],
  stuck: ReadonlyMap<ImageUse, string | undefined>,
): readonly UseNote[] {
  return assessed.flatMap(({ use, assessment }) => {
    const why = stuck.get(use)
    if (why !== undefined) return [{ use, why: `stays: ${why}` }]
    const refused = stuck.has(use) ? undefined : chosen.find((one) => one.use === use)?.refused
    if (refused !== undefined) return [{ use, why: `gets no newer tag: ${refused}` }]
    return assessment.tag === undefined ? [{ use, why: 'stays: it has no tag to follow' }] : []
  })
}
