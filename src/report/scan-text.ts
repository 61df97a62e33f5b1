import type { Vulnerability } from '../vulnerabilities/index.ts'
import { type Palette, paint } from './palette.ts'
import { formatAge } from './quantities.ts'
import { countLevels, isOfSystem, placeOf, type ScanReport } from './scan-report.ts'
import { renderTable } from './table.ts'
import { visibleText } from './visible-text.ts'

export interface ScanStyle {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly palette: Palette
}

/** A scan for people. */
export function scanText(report: ScanReport, { now, palette }: ScanStyle): readonly string[] {
  const { vulnerabilities, checked, distribution } = report
  const system = vulnerabilities.filter((one) => isOfSystem(one.package))
  const application = vulnerabilities.filter((one) => !isOfSystem(one.package))
  return [
    `${visibleText(report.name)}: ${counted(vulnerabilities)} in ${checked} packages`,
    ...section(`Packages of ${visibleText(distribution ?? 'the distribution')}`, system),
    ...section('Packages of applications', application),
    ...report.stages.flatMap(({ stage, vulnerabilities: found }) =>
      section(`Stage ${visibleText(stage)}, not in the image: for information`, found),
    ),
    ...aside(report),
    ...ages(report, now).map((line) => paint(palette.faint, line)),
  ]
}

/** `3 vulnerabilities (1 critical, 2 low)` */
export function counted(vulnerabilities: readonly Vulnerability[]): string {
  const levels = countLevels(vulnerabilities).map(([level, count]) => `${count} ${level}`)
  const count = vulnerabilities.length
  const noun = count === 1 ? 'vulnerability' : 'vulnerabilities'
  return count === 0 ? 'no vulnerabilities' : `${count} ${noun} (${levels.join(', ')})`
}

function section(title: string, vulnerabilities: readonly Vulnerability[]): readonly string[] {
  if (vulnerabilities.length === 0) return []
  const columns = ['LEVEL', 'ID', 'PACKAGE', 'VERSION', 'FIXED IN', 'FROM', 'WHAT'].map((name) => ({
    title: name,
    ...(name === 'WHAT' ? { max: 60 } : name === 'FROM' || name === 'PACKAGE' ? { max: 44 } : {}),
  }))
  const rows = vulnerabilities.map((one) => [
    one.score === undefined ? one.level : `${one.level} ${one.score.toFixed(1)}`,
    one.id,
    nameOf(one),
    one.package.version,
    one.fixed ?? '-',
    [...new Set(one.components.map(placeOf))].slice(0, 2).join(', '),
    summaryOf(one),
  ])
  return [
    '',
    `${title}: ${vulnerabilities.length}`,
    ...renderTable(
      columns,
      rows.map((row) => row.map(visibleText)),
    ),
  ]
}

/** The source package with what was built from it and is there, or the package itself. */
function nameOf({ package: of, components }: Vulnerability): string {
  const names = [...new Set(components.map(({ name }) => name))]
  return names.length === 1 && names[0] === of.name ? of.name : `${of.name} (${names.join(', ')})`
}

function summaryOf({ summary, components }: Vulnerability): string {
  const development = components.every((one) => one.development === true)
  const declared = components.every((one) => one.declared === true)
  const hint = development ? '[development only] ' : declared ? '[named by a lock file] ' : ''
  return `${hint}${summary}`
}

function aside(report: ScanReport): readonly string[] {
  const { suppressed, unfixed, expired, unchecked, notes } = report
  const lines = [
    ...(unfixed === 0 ? [] : [`${unfixed} more have no repaired version`]),
    ...suppressed.map(
      ({ vulnerability, by, reason }) =>
        `${by === 'vex' ? 'Cleared by VEX' : 'Accepted'}: ${vulnerability.id} in ${vulnerability.package.name}: ${reason}`,
    ),
    ...expired.map(({ id, expires, reason }) => `No longer accepted: ${id}, since ${expires} is over (${reason})`),
    ...unchecked.map(uncheckedText),
    ...notes,
  ]
  return lines.length === 0 ? [] : ['', ...lines.map(visibleText)]
}

export function uncheckedText({ what, count, ecosystem }: ScanReport['unchecked'][number]): string {
  if (ecosystem === undefined) return `Not looked up: ${count} ${what}: nobody publishes records of them`
  return `Not looked up: ${count} ${what}: the database has none of them (slipway db update --ecosystem ${JSON.stringify(ecosystem.split(':')[0])})`
}

function ages({ database }: ScanReport, now: number): readonly string[] {
  if (database.length === 0) return []
  const parts = database.map(({ name, updated }) => `${name} ${formatAge(updated, now).toLowerCase()}`)
  return ['', `Database: ${parts.join(', ')}`]
}
