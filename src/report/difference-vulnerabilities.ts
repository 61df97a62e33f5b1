import type { VulnerabilityDelta, VulnerabilityGroup } from '../vulnerabilities/index.ts'
import type { DifferenceStyle } from './difference-style.ts'
import { paint } from './palette.ts'
import { visibleText } from './visible-text.ts'

/** Packages of a group that are named. */
const namedPackages = 4

/** Vulnerabilities by what they came or went with: `gone with gcc-12: 12`. A sentence instead where they were not compared. */
export function vulnerabilityLines(delta: VulnerabilityDelta | string): string[] {
  if (typeof delta === 'string') return [delta]
  const lines = [
    ...delta.gone.map((group) => groupText('gone', group)),
    ...delta.added.map((group) => groupText('new', group)),
  ]
  const kept = delta.kept.reduce((sum, { vulnerabilities }) => sum + vulnerabilities.length, 0)
  return [...lines, ...(kept === 0 ? [] : [`in both: ${kept}`]), ...(lines.length + kept === 0 ? ['none known'] : [])]
}

/** The same under a heading. */
export function vulnerabilityText(delta: VulnerabilityDelta | string, { palette }: DifferenceStyle): string[] {
  if (typeof delta === 'string') return [delta]
  const levels = levelText(delta)
  const title = paint(palette.strong, 'Vulnerabilities')
  return [levels === '' ? title : `${title}: ${levels}`, ...vulnerabilityLines(delta).map((line) => `  ${line}`)]
}

/** `critical 1 → 0, high 5 → 2`; levels that neither image has are left out. */
export function levelText({ counts }: VulnerabilityDelta): string {
  return Object.entries(counts)
    .filter(([, [before, after]]) => before + after > 0)
    .map(([level, [before, after]]) => `${level} ${before} → ${after}`)
    .join(', ')
}

function groupText(word: string, { cause, packages, origin, vulnerabilities }: VulnerabilityGroup): string {
  const names = packages.slice(0, namedPackages).join(', ')
  const more = packages.length > namedPackages ? ` and ${packages.length - namedPackages} more` : ''
  const by = cause === 'version' ? 'with another version of' : cause === 'records' ? 'by newer records of' : 'with'
  const line = origin?.line === undefined ? '' : ` (${origin.line})`
  return visibleText(`${word} ${by} ${names}${more}: ${vulnerabilities.length}${line}`)
}
