import type { Diagnostic, Edit, Finding } from '../core/index.ts'
import { parseDockerfile } from '../dockerfile/index.ts'
import { type Candidate, type Draft, originOf } from './draft.ts'

/** A draft and what a check says about it. */
export interface Checked {
  readonly draft: Draft
  readonly findings: readonly Finding[]
}

/**
 * Why fixes must not be made, going by what came of them; undefined when all is well: no new fault in the text, no new
 * warning, and each finding they are for is gone.
 */
export function objection(before: Checked, after: Checked, candidates: readonly Candidate[]): string | undefined {
  return (
    newFault(before.draft.text, after.draft.text) ??
    staying(before.findings, after.findings, candidates) ??
    newFinding(before.findings, after.findings)
  )
}

function newFault(before: string, after: string): string | undefined {
  const [was, is] = [before, after].map((text) => parseDockerfile({ path: 'Dockerfile', text }))
  if (was === undefined || is === undefined) return undefined
  if (was.escape !== is.escape) return 'the escape character would be another one'
  const known = countBy(was.diagnostics.filter(isError), ({ message }) => message)
  const added = is.diagnostics.filter(isError).find(({ message }) => !take(known, message))
  return added === undefined ? undefined : `the file could not be read any more: ${added.message}`
}

function newFinding(before: readonly Finding[], after: readonly Finding[]): string | undefined {
  const known = countBy(before, ({ code }) => code)
  const added = after.find((finding) => !take(known, finding.code) && finding.severity !== 'info')
  return added === undefined ? undefined : `it would bring ${added.code}: ${added.message}`
}

/** A finding is gone when its rule has less to say about the instruction. Instructions are told apart by where they began. */
function staying(
  before: readonly Finding[],
  after: readonly Finding[],
  candidates: readonly Candidate[],
): string | undefined {
  const edits = candidates.flatMap(({ fix }) => fix.edits)
  const left = countBy(after, (finding) => placeOf(finding, edits))
  const had = countBy(before, (finding) => placeOf(finding, []))
  for (const { finding } of candidates) {
    const place = placeOf(finding, [])
    had.set(place, (had.get(place) ?? 0) - 1)
  }
  const stays = candidates.find(({ finding }) => {
    const place = placeOf(finding, [])
    return (left.get(place) ?? 0) > (had.get(place) ?? 0)
  })
  return stays === undefined ? undefined : `${stays.finding.code} would still be there`
}

function placeOf({ code, whole }: Finding, edits: readonly Edit[]): string {
  return `${code} ${originOf(whole.span.start, edits)} ${whole.source.path}`
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error'
}

function countBy<T>(list: readonly T[], key: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const one of list) counts.set(key(one), (counts.get(key(one)) ?? 0) + 1)
  return counts
}

function take(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key) ?? 0
  counts.set(key, count - 1)
  return count > 0
}
