import { packageKey } from './ecosystems.ts'
import type { Vulnerability } from './find-vulnerabilities.ts'

/** A vulnerability that somebody accepts, and why. */
export interface IgnoreEntry {
  readonly id: string
  /** Only in this package, by its name or by that of its source. */
  readonly package?: string
  readonly reason: string
  /** The last day on which it counts: `YYYY-MM-DD`. */
  readonly expires?: string
}

/** A vulnerability that does not count. */
export interface Suppressed {
  readonly vulnerability: Vulnerability
  readonly by: 'ignore' | 'vex'
  readonly reason: string
}

export interface Sifted {
  readonly counted: readonly Vulnerability[]
  readonly suppressed: readonly Suppressed[]
  /** Entries that would have applied, and are over. */
  readonly expired: readonly IgnoreEntry[]
  /** Entries that nothing was found for. */
  readonly unused: readonly IgnoreEntry[]
}

/** Takes out what the entries accept on that day (`YYYY-MM-DD`). */
export function applyIgnores(
  vulnerabilities: readonly Vulnerability[],
  entries: readonly IgnoreEntry[],
  today: string,
): Sifted {
  const used = new Set<IgnoreEntry>()
  const counted: Vulnerability[] = []
  const suppressed: Suppressed[] = []
  for (const vulnerability of vulnerabilities) {
    const fitting = entries.filter((entry) => appliesTo(entry, vulnerability))
    for (const entry of fitting) used.add(entry)
    const valid = fitting.find((entry) => !isOver(entry, today))
    if (valid === undefined) counted.push(vulnerability)
    else suppressed.push({ vulnerability, by: 'ignore', reason: valid.reason })
  }
  return {
    counted,
    suppressed,
    expired: entries.filter((entry) => used.has(entry) && isOver(entry, today)),
    unused: entries.filter((entry) => !used.has(entry)),
  }
}

function isOver({ expires }: IgnoreEntry, today: string): boolean {
  return expires !== undefined && expires < today
}

function appliesTo({ id, package: name }: IgnoreEntry, { ids, package: of, components }: Vulnerability): boolean {
  if (!ids.some((one) => one.toUpperCase() === id.toUpperCase())) return false
  if (name === undefined) return true
  const wanted = packageKey(of.type, name)
  return [of.name, ...components.map((component) => component.name)].some((one) => packageKey(of.type, one) === wanted)
}
