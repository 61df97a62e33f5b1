import type { Cvss2, Cvss3P0, Cvss3P1, Cvss4P0 } from 'ae-cvss-calculator'
// Node finds no named exports in what this package has.
import calculators from 'ae-cvss-calculator'

/** How grave a vulnerability is, gravest first; `unknown` where nobody has said. */
export const levels = ['critical', 'high', 'medium', 'low', 'unknown'] as const
export type Level = (typeof levels)[number]

export interface Rating {
  readonly level: Level
  /** 0 to 10. */
  readonly score?: number
}

/** One entry of `severity` of an OSV record. */
export interface SeverityEntry {
  readonly type: string
  /** A CVSS vector, or a word. */
  readonly score: string
}

/** Whether one level is at least as grave as another. */
export function isAtLeast(level: Level, least: Level): boolean {
  return levels.indexOf(level) <= levels.indexOf(least)
}

/** The level that people's words stand for; undefined for words that stand for none. */
export function levelOfWord(word: string): Level | undefined {
  return words.get(word.trim().toLowerCase())
}

const words: ReadonlyMap<string, Level> = new Map([
  ['critical', 'critical'],
  ['high', 'high'],
  ['important', 'high'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['low', 'low'],
  ['minor', 'low'],
  ['negligible', 'low'],
  ['unimportant', 'low'],
])

/**
 * The rating of the newest CVSS version among the entries; without a valid vector that of the first word: those entries that
 * are words, then `words` (of the database, of the distribution).
 */
export function rate(entries: readonly SeverityEntry[], ...more: readonly (string | undefined)[]): Rating {
  for (const type of ['CVSS_V4', 'CVSS_V3', 'CVSS_V2']) {
    for (const entry of entries) {
      const score = entry.type === type ? scoreOf(entry.score) : undefined
      if (score !== undefined) return { level: levelOfScore(score, type), score }
    }
  }
  for (const word of [...entries.map(({ score }) => score), ...more]) {
    const level = word === undefined ? undefined : levelOfWord(word)
    if (level !== undefined) return { level }
  }
  return { level: 'unknown' }
}

/** Vectors with all optional metrics of version 4 have 250 characters. */
const longestVector = 400

/** The score of a CVSS vector of version 2, 3.0, 3.1 or 4.0; undefined for what is none, or lacks a metric. */
export function scoreOf(vector: string): number | undefined {
  if (vector.length > longestVector) return undefined
  try {
    const calculator = calculatorOf(vector)
    // The library rates what lacks a metric, and what is no vector at all, with 0.
    if (!calculator.isBaseFullyDefined()) return undefined
    const { overall } = calculator.calculateScores()
    return Number.isFinite(overall) && overall >= 0 && overall <= 10 ? overall : undefined
  } catch {
    return undefined
  }
}

function calculatorOf(vector: string): Cvss2 | Cvss3P0 | Cvss3P1 | Cvss4P0 {
  if (vector.startsWith('CVSS:4.0/')) return new calculators.Cvss4P0(vector)
  if (vector.startsWith('CVSS:3.1/')) return new calculators.Cvss3P1(vector)
  if (vector.startsWith('CVSS:3.0/')) return new calculators.Cvss3P0(vector)
  return new calculators.Cvss2(vector)
}

/** The names that the specifications give to scores; version 2 has no critical. */
function levelOfScore(score: number, type: string): Level {
  if (score >= 9 && type !== 'CVSS_V2') return 'critical'
  if (score >= 7) return 'high'
  return score >= 4 ? 'medium' : 'low'
}
