import type { Component, Vulnerability } from '../vulnerabilities/index.ts'
import { counted, uncheckedText } from './scan-text.ts'
import { isOfSystem, placeOf, type ScanReport } from './scan-report.ts'

type Json = Readonly<Record<string, unknown>>

/** The JSON document of a scan, `schemaVersion` 1. Times are RFC 3339. */
export function scanJson(report: ScanReport): Json {
  const { vulnerabilities, suppressed, stages, database, ...rest } = report
  return {
    schemaVersion: 1,
    ...rest,
    counts: countsOf(vulnerabilities),
    vulnerabilities: vulnerabilities.map(plain),
    suppressed: suppressed.map(({ vulnerability, by, reason }) => ({ by, reason, ...plain(vulnerability) })),
    stages: stages.map(({ stage, vulnerabilities: found }) => ({ stage, vulnerabilities: found.map(plain) })),
    database: database.map(({ updated, ...family }) => ({ ...family, updated: new Date(updated).toISOString() })),
  }
}

function countsOf(vulnerabilities: readonly Vulnerability[]): Json {
  return Object.fromEntries(
    ['critical', 'high', 'medium', 'low', 'unknown'].map((level) => [
      level,
      vulnerabilities.filter((one) => one.level === level).length,
    ]),
  )
}

function plain(one: Vulnerability): Json {
  return { ...one, scope: isOfSystem(one.package) ? 'os' : 'application', url: urlOf(one) }
}

function urlOf({ id }: Vulnerability): string {
  return `https://osv.dev/vulnerability/${encodeURIComponent(id)}`
}

/** A scan as Markdown, for comments in reviews. */
export function scanMarkdown(report: ScanReport): readonly string[] {
  const { vulnerabilities, unchecked, notes, name, failed, failOn, checked } = report
  const rows = vulnerabilities.map((one) => {
    const { level, id, package: of, fixed = '', components, summary } = one
    const texts = [of.name, of.version, fixed, placeOf(components[0] ?? {}), summary].map(cell)
    return [level, `[${cell(id)}](${urlOf(one)})`, ...texts].join(' | ')
  })
  const gate = failOn === 'none' ? '' : failed ? `: fails at ${failOn}` : `: nothing is ${failOn}`
  return [
    `### ${cell(name)}: ${counted(vulnerabilities)}${gate}`,
    '',
    ...(rows.length === 0
      ? [`${checked} packages were looked up.`]
      : [
          '| level | id | package | version | fixed in | from | what |',
          '|---|---|---|---|---|---|---|',
          ...rows.map((row) => `| ${row} |`),
        ]),
    ...[...unchecked.map(uncheckedText), ...notes].flatMap((line) => ['', cell(line)]),
  ]
}

/** Text that others wrote, on one line and without markup. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\|<>`*_[\]]/g, '\\$&')
}

const sarifLevels = { critical: 'error', high: 'error', medium: 'warning', low: 'note', unknown: 'note' } as const

/** A scan as a SARIF 2.1.0 log; places are lines of Dockerfiles where they are known. */
export function scanSarif(report: ScanReport, { version }: { readonly version: string }): Json {
  const rules = new Map(report.vulnerabilities.map((one) => [one.id, one]))
  const ids = [...rules.keys()]
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'slipway', semanticVersion: version, rules: [...rules.values()].map(ruleOf) } },
        results: report.vulnerabilities.map((one) => ({
          ruleId: one.id,
          ruleIndex: ids.indexOf(one.id),
          level: sarifLevels[one.level],
          message: { text: messageOf(one) },
          locations: [{ physicalLocation: locationOf(one.components[0], report.name) }],
          partialFingerprints: { 'slipway/v1': `${one.id}:${one.package.type}:${one.package.name}` },
        })),
      },
    ],
  }
}

function ruleOf(one: Vulnerability): Json {
  return {
    id: one.id,
    shortDescription: { text: one.summary === '' ? one.id : one.summary },
    helpUri: urlOf(one),
    // Code scanning sorts by this number.
    ...(one.score === undefined ? {} : { properties: { 'security-severity': one.score.toFixed(1) } }),
  }
}

function messageOf({ id, package: of, fixed, summary }: Vulnerability): string {
  const repair = fixed === undefined ? 'no version repairs it' : `${fixed} repairs it`
  return `${of.name} ${of.version} has ${id}${summary === '' ? '' : `: ${summary}`}; ${repair}`
}

function locationOf(component: Component | undefined, name: string): Json {
  const [, file, line] = /^(.+):(\d+)$/.exec(component?.origin?.line ?? '') ?? []
  if (file !== undefined) return { artifactLocation: { uri: uriOf(file) }, region: { startLine: Number(line) } }
  return { artifactLocation: { uri: uriOf(component?.path ?? name) } }
}

function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
