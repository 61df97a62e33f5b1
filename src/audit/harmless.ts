import type { Edit, Fix } from '../core/index.ts'

/** A fix that changes the text alone: the same image comes of it. */
export function harmless(title: string, edits: readonly Edit[]): readonly Fix[] {
  return edits.length === 0 ? [] : [{ title, edits, claims: ['same-files', 'same-config'] }]
}
