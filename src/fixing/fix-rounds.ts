import type { Edit, Finding, Fix, Severity } from '../core/index.ts'
import { type Candidate, type Draft, draftKey, originOf, withFixes } from './draft.ts'
import { type Checked, objection } from './judge.ts'

export interface FixingOptions {
  /** What is wrong with a draft. */
  readonly check: (draft: Draft) => Promise<readonly Finding[]>
  /** Whether a fix may be made at all. */
  readonly wants: (finding: Finding, fix: Fix) => boolean
  /** Names of the only fixes to make: see `AppliedFix.name`. Absent: all. */
  readonly allowed?: ReadonlySet<string>
}

/** A fix that was made. */
export interface AppliedFix extends Candidate {
  /** Tells it from the other fixes of the file, whatever else is made: rule, title and the place in the original text. */
  readonly name: string
  /** Where the instruction began in the original text. */
  readonly place: number
  /** From 1. */
  readonly round: number
}

/** A fix that was not made, or taken back. */
export interface WithdrawnFix extends Candidate {
  readonly name: string
  readonly place: number
  readonly reason: string
}

export interface FixOutcome {
  readonly before: Draft
  readonly after: Draft
  readonly applied: readonly AppliedFix[]
  readonly withdrawn: readonly WithdrawnFix[]
  /** What the check says about the result. */
  readonly left: readonly Finding[]
}

/** Fixes may make way for others; more rounds than this is a circle that no text has shown yet. */
const maxRounds = 20

const weights: Readonly<Record<Severity, number>> = { error: 2, warning: 1, info: 0 }

/**
 * Makes fixes until none is left. Each round makes all fixes that do not touch each other, the weightiest first, and checks
 * the result; what does harm, or no good, is withdrawn, with the reason. A text that was there before ends it.
 */
export async function fixRounds(before: Draft, options: FixingOptions): Promise<FixOutcome> {
  const state: State = { applied: [], withdrawn: [], rounds: [], refused: new Set() }
  const seen = new Set([draftKey(before)])
  let now: Checked = { draft: before, findings: await options.check(before) }
  for (let round = 1; round <= maxRounds; round += 1) {
    const candidates = apart(now.draft, rank(now.findings, state, options))
    const made = await makeAll(now, candidates, { state, options })
    if (made.candidates.length === 0) {
      // What was withdrawn may have stood in the way of others.
      if (candidates.length > 0) continue
      break
    }
    const key = draftKey(made.checked.draft)
    if (seen.has(key)) {
      for (const candidate of made.candidates) withdraw(state, candidate, 'it would undo what another fix has done')
      continue
    }
    seen.add(key)
    for (const candidate of made.candidates)
      state.applied.push({ ...candidate, ...originalPlace(candidate, state.rounds), round })
    state.rounds.push(made.candidates.flatMap(({ fix }) => fix.edits))
    now = made.checked
  }
  const withdrawn = stillWanted(state, now.findings)
  return { before, after: now.draft, applied: state.applied, withdrawn, left: now.findings }
}

/** Another fix may have made one needless that was withdrawn: then there is nothing to say about it. */
function stillWanted({ withdrawn, rounds }: State, left: readonly Finding[]): readonly WithdrawnFix[] {
  const places = new Set(left.map((finding) => placeOf(finding, rounds)))
  return withdrawn.filter(({ finding: { code, at }, place }) => places.has(`${code} ${at.source.path} ${place}`))
}

function placeOf({ code, at, whole }: Finding, rounds: State['rounds']): string {
  return `${code} ${at.source.path} ${beforeRounds(whole.span.start, rounds)}`
}

function beforeRounds(offset: number, rounds: State['rounds']): number {
  return rounds.toReversed().reduce((place, edits) => originOf(place, edits), offset)
}

interface State {
  readonly applied: AppliedFix[]
  readonly withdrawn: WithdrawnFix[]
  /** The edits of each round, in the text of that round. */
  readonly rounds: (readonly Edit[])[]
  readonly refused: Set<string>
}

/** The first wanted fix of each finding: by severity, by what it gains, by how much of the text it replaces, by place. */
function rank(findings: readonly Finding[], state: State, { wants, allowed }: FixingOptions): readonly Candidate[] {
  const candidates = findings.flatMap((finding): readonly Candidate[] => {
    const fix = finding.fixes.find((one) => {
      const { name } = originalPlace({ finding, fix: one }, state.rounds)
      return wants(finding, one) && !state.refused.has(name) && (allowed === undefined || allowed.has(name))
    })
    return fix === undefined ? [] : [{ finding, fix }]
  })
  return candidates.toSorted(
    (a, b) =>
      weights[b.finding.severity] - weights[a.finding.severity] ||
      gainOf(b.finding) - gainOf(a.finding) ||
      reachOf(b.fix) - reachOf(a.fix) ||
      a.finding.whole.span.start - b.finding.whole.span.start,
  )
}

function gainOf({ evidence }: Finding): number {
  return typeof evidence['bytes'] === 'number' ? evidence['bytes'] : 0
}

/** Whoever takes an instruction away makes fixes inside of it needless. */
function reachOf({ edits }: Fix): number {
  return edits.reduce((sum, { span }) => sum + span.end - span.start, 0)
}

/** Those that can be made together, what does the same only once; the others wait for the next round. */
function apart(draft: Draft, ranked: readonly Candidate[]): readonly Candidate[] {
  const chosen: Candidate[] = []
  for (const candidate of ranked) {
    if (withFixes(draft, [...chosen, candidate]) === undefined) continue
    if (!chosen.some((one) => doesAll(one.fix, candidate.fix))) chosen.push(candidate)
  }
  return chosen
}

/** Making the one makes the other: rules that see the same fault from two sides. */
function doesAll(made: Fix, other: Fix): boolean {
  const isSame = (one: Edit, edit: Edit): boolean =>
    one.text === edit.text && one.span.start === edit.span.start && one.span.end === edit.span.end
  const isMade = other.edits.every((edit) => made.edits.some((one) => isSame(one, edit)))
  const isWritten = (other.files ?? []).every((file) =>
    (made.files ?? []).some(({ path, text }) => path === file.path && text === file.text),
  )
  return isMade && isWritten
}

interface Made {
  readonly checked: Checked
  readonly candidates: readonly Candidate[]
}

/** All of them when the result is good, else as many of each half as can be. */
async function makeAll(
  from: Checked,
  candidates: readonly Candidate[],
  how: { readonly state: State; readonly options: FixingOptions },
): Promise<Made> {
  const nothing = { checked: from, candidates: [] }
  if (candidates.length === 0) return nothing
  const draft = withFixes(from.draft, candidates)
  const checked = draft === undefined ? undefined : { draft, findings: await how.options.check(draft) }
  const reason = checked === undefined ? 'it contradicts itself' : objection(from, checked, candidates)
  if (checked !== undefined && reason === undefined) return { checked, candidates }
  const [first] = candidates
  if (candidates.length === 1 && first !== undefined) {
    withdraw(how.state, first, reason ?? '')
    return nothing
  }
  const middle = candidates.length >> 1
  const kept: Candidate[] = []
  for (const half of [candidates.slice(0, middle), candidates.slice(middle)])
    kept.push(...(await makeAll(from, half, how)).candidates)
  return together(from, kept, how)
}

/** Halves that are good on their own may not be so together: then the first of them, as many as go. */
async function together(
  from: Checked,
  kept: readonly Candidate[],
  { options }: { readonly options: FixingOptions },
): Promise<Made> {
  for (let count = kept.length; count > 0; count -= 1) {
    const candidates = kept.slice(0, count)
    const draft = withFixes(from.draft, candidates)
    if (draft === undefined) continue
    const checked = { draft, findings: await options.check(draft) }
    if (objection(from, checked, candidates) === undefined) return { checked, candidates }
  }
  return { checked: from, candidates: [] }
}

function withdraw(state: State, candidate: Candidate, reason: string): void {
  const named = originalPlace(candidate, state.rounds)
  state.refused.add(named.name)
  state.withdrawn.push({ ...candidate, ...named, reason })
}

function originalPlace(
  { finding, fix }: Candidate,
  rounds: State['rounds'],
): { readonly name: string; readonly place: number } {
  const place = beforeRounds(finding.whole.span.start, rounds)
  return { name: `${finding.code} ${place} ${fix.title}`, place }
}
