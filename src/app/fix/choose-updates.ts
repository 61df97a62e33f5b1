import { type Assessment, atMost, type ImageUse, referenceEdits, type Severity, textAfter } from '../../bases/index.ts'
import type { Edit } from '../../core/index.ts'
import { parseReference } from '../../oci/index.ts'

/** A use with what is known about it. */
export interface AssessedUse {
  readonly use: ImageUse
  readonly assessment: Assessment
}

/** The tag that a use is to have. */
export interface ChosenTag extends AssessedUse {
  readonly tag: string
  readonly edits: readonly Edit[]
  /** Why a newer tag was not taken. */
  readonly refused?: string
}

/**
 * The newest tag within a limit for each use. Uses that share an ARG move together: to the newest value of it that gives
 * each of them a tag that exists.
 */
export function chooseTags(uses: readonly AssessedUse[], limit: Severity): readonly ChosenTag[] {
  const chosen: ChosenTag[] = []
  const edits: Edit[] = []
  for (const one of uses) {
    const tag = one.assessment.tag ?? ''
    const now = tagIn(textAfter(one.use, edits))
    // An earlier use has moved the ARG that this one shares.
    const current = now === undefined || now === one.use.reference?.tag ? tag : now
    const best = current === tag ? bestCandidate(one, uses, { limit, edits }) : { tag: current, edits: [] }
    edits.push(...best.edits)
    chosen.push({ ...one, ...best })
  }
  return chosen
}

interface Choosing {
  readonly limit: Severity
  /** Those that are settled. */
  readonly edits: readonly Edit[]
}

function bestCandidate(
  { use, assessment }: AssessedUse,
  uses: readonly AssessedUse[],
  { limit, edits: settled }: Choosing,
): Pick<ChosenTag, 'tag' | 'edits' | 'refused'> {
  let refused: string | undefined
  for (const { tag } of assessment.newer.filter(({ severity }) => atMost(severity, limit))) {
    const found = referenceEdits(use, { tag })
    if ('refused' in found) refused ??= found.refused
    else {
      const all = [...settled, ...found.edits]
      const stuck = uses.find((other) => other.use !== use && !mayBecome(other, textAfter(other.use, all), limit))
      if (stuck === undefined) return { tag, edits: found.edits }
      refused ??= `${stuck.use.text} shares its variables, and has no such tag`
    }
  }
  return { tag: assessment.tag ?? '', edits: [], ...(refused === undefined ? {} : { refused }) }
}

/** Whether a use may have the text: it is the one it has, or an update of it within the limit. */
function mayBecome({ use, assessment }: AssessedUse, text: string, limit: Severity): boolean {
  if (text === use.text) return true
  const tag = tagIn(text)
  return assessment.newer.some((one) => one.tag === tag && atMost(one.severity, limit))
}

function tagIn(text: string): string | undefined {
  const reference = parseReference(text)
  return 'error' in reference ? undefined : reference.tag
}
