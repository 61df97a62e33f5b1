import type { Location, Source } from '../../core/index.ts'
import type { CheckedFinding } from '../../report/index.ts'

/** A Dockerfile that stands in another file. */
export interface EmbeddedText {
  /** The service or target that it belongs to. */
  readonly name: string
  /** The file, as shown. */
  readonly host: Source
  /** For each code unit of the Dockerfile, and for its end, the offset in that file. */
  readonly offsets: readonly number[]
}

/** Findings of an embedded Dockerfile with their places in the file around it. Edits would be of another text: they go. */
export function findingsInHost(
  findings: readonly CheckedFinding[],
  text: string,
  embedded: EmbeddedText,
): readonly CheckedFinding[] {
  const move = (at: Location): Location => (at.source.text === text ? locationInHost(at, embedded) : at)
  return findings.map((finding) => ({
    ...finding,
    at: move(finding.at),
    whole: move(finding.whole),
    related: finding.related.map(({ note, at }) => ({ note, at: move(at) })),
    fixes: [],
  }))
}

function locationInHost({ span }: Location, { host, offsets }: EmbeddedText): Location {
  const last = offsets.length - 1
  const start = offsets[Math.min(span.start, last)] ?? 0
  // The end of a span is where its last letter ends: the next letter of the Dockerfile may stand further on.
  const end = span.end > span.start ? (offsets[Math.min(span.end - 1, last)] ?? start) + 1 : start
  return { source: host, span: { start, end: Math.max(start, end) } }
}
