import type { VersionRelation } from '../../versions/index.ts'

/** One alternative of a dependency: a package name, perhaps with a version bound. */
export interface Relation {
  readonly name: string
  readonly bound?: { readonly relation: VersionRelation; readonly version: string }
}

/** Alternatives, any of which will do. */
export type Clause = readonly Relation[]

const shape = /^([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\s*(?:\(\s*(<<|<=|=|>=|>>|<|>)\s*([^\s)]+)\s*\))?/i

/**
 * A relationship field (Depends, Pre-Depends, Provides, Conflicts, …) as clauses. Architecture qualifiers (`:any`) are
 * dropped: a base holds packages of one architecture. Unreadable alternatives are left out.
 * https://www.debian.org/doc/debian-policy/ch-relationships.html
 */
export function parseRelations(field: string | undefined): readonly Clause[] {
  if (field === undefined) return []
  return field
    .split(',')
    .map((clause) => clause.split('|').flatMap((text) => parseRelation(text.trim())))
    .filter((clause) => clause.length > 0)
}

function parseRelation(text: string): readonly Relation[] {
  const match = shape.exec(text)
  if (match === null) return []
  const [, name = '', relation, version] = match
  if (relation === undefined || version === undefined) return [{ name }]
  return [{ name, bound: { relation: modern(relation), version } }]
}

/** `<` and `>` are the deprecated spellings of `<=` and `>=`. */
function modern(relation: string): VersionRelation {
  if (relation === '<') return '<='
  if (relation === '>') return '>='
  return relation as VersionRelation
}
