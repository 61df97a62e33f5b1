import type { Edit, Finding, Fix } from '../core/index.ts'
import { applyEdits, orderedEdits } from '../editing/index.ts'

/** The texts as they are after some fixes: the Dockerfile, and other files by their path from the root of the project. */
export interface Draft {
  readonly text: string
  readonly files: ReadonlyMap<string, string>
}

/** A fix with the finding it is for. */
export interface Candidate {
  readonly finding: Finding
  readonly fix: Fix
}

/** The draft with all these fixes made; undefined when two of them want the same characters, or the same file. */
export function withFixes(draft: Draft, candidates: readonly Candidate[]): Draft | undefined {
  const edits = orderedEdits(candidates.flatMap(({ fix }) => fix.edits))
  const files = new Map<string, string>()
  for (const { path, text } of candidates.flatMap(({ fix }) => fix.files ?? [])) {
    if ((files.get(path) ?? text) !== text) return undefined
    files.set(path, text)
  }
  if (edits === undefined) return undefined
  return { text: applyEdits(draft.text, edits), files: new Map([...draft.files, ...files]) }
}

/** A text that tells drafts apart. */
export function draftKey({ text, files }: Draft): string {
  return JSON.stringify([text, [...files].sort(([a], [b]) => (a < b ? -1 : 1))])
}

/** Where an offset of the edited text was before: what was inserted counts as the place of its insertion. */
export function originOf(offset: number, edits: readonly Edit[]): number {
  let shift = 0
  for (const { span, text } of orderedEdits(edits) ?? []) {
    const start = span.start + shift
    if (offset < start) break
    if (offset < start + text.length) return span.start
    shift += text.length - (span.end - span.start)
  }
  return offset - shift
}
