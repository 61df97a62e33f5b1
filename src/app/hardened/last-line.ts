import type { Place } from '../../hardening/index.ts'
import type { HistoryEntry } from '../../oci/index.ts'

/** Where a history entry comes from in a Dockerfile. */
export type HistoryOrigin = Place

/** The line of the last instruction of a keyword in a history, as far as it is known; the one of a base is not. */
export function lastLineOf(
  keyword: string,
  history: readonly HistoryEntry[],
  origins: readonly (HistoryOrigin | null)[],
): Place | undefined {
  const written = new RegExp(`^(?:/bin/sh -c #\\(nop\\)\\s+)?${keyword}\\b`, 'i')
  const index = history.findLastIndex(({ created_by: text = '' }) => written.test(text))
  return origins[index] ?? undefined
}
