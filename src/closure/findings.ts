import type { Closure, Gap } from './closure.ts'

/** What is gathered on the way through an image. */
export interface Findings {
  /** A gap that is there already is not taken again. */
  gap(gap: Gap): void
  reach(path: string): void
  /** Says that something could not be followed. */
  doubt(sentence: string): void
  closure(): Closure
}

const severities = ['error', 'warning', 'info'] as const

export function gatherFindings(): Findings {
  const gaps = new Map<string, Gap>()
  const reached = new Set<string>()
  const unknown = new Set<string>()
  return {
    gap: (gap) => {
      // A closed directory is one gap, whatever is below it.
      const place = gap.kind === 'permission' ? undefined : gap.file
      const key = JSON.stringify([gap.kind, place, gap.needs])
      const known = gaps.get(key)
      if (known === undefined || rank(gap) < rank(known)) gaps.set(key, gap)
    },
    reach: (path) => void reached.add(path),
    doubt: (sentence) => void unknown.add(sentence),
    closure: () => ({
      gaps: [...gaps.values()].sort((a, b) => rank(a) - rank(b)),
      reached,
      unknown: [...unknown],
    }),
  }
}

function rank({ severity }: Gap): number {
  return severities.indexOf(severity)
}
