import type { Fix, Location } from '../core/index.ts'
import { lineColumns } from './check-json.ts'
import {
  allFindings,
  type CheckedFinding,
  type CheckProblem,
  type CheckResult,
  type RuleEntry,
} from './check-result.ts'

type Json = Readonly<Record<string, unknown>>

const levels = { error: 'error', warning: 'warning', info: 'note' } as const

/** Findings as a SARIF 2.1.0 log, for code scanning and editors. Paths are URIs relative to the working directory. */
export function sarifLog(result: CheckResult, { version }: { readonly version: string }): Json {
  const findings = allFindings(result)
  const used = new Set(findings.map(({ code }) => code))
  const rules = result.rules.filter(({ id }) => used.has(id))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'slipway', semanticVersion: version, rules: rules.map(ruleDescriptor) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { PROJECT: { description: { text: 'The directory in which slipway check ran.' } } },
        invocations: [
          {
            executionSuccessful: result.problems.length === 0,
            toolExecutionNotifications: result.problems.map(notification),
          },
        ],
        artifacts: artifactsOf(result, findings),
        results: findings.map((finding) => resultOf(finding, rules)),
      },
    ],
  }
}

function ruleDescriptor({ id, summary, severity, level, profiles, url, peers }: RuleEntry): Json {
  const others = [peers.hadolint, peers.dockle, peers.trivy, peers.buildkit].flatMap((ids) => ids ?? [])
  return {
    id,
    shortDescription: { text: summary },
    ...(url === undefined ? {} : { helpUri: url }),
    help: { text: `${summary} \`slipway explain ${id}\` says more.` },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: [...profiles], level, alsoKnownAs: others },
  }
}

function resultOf(finding: CheckedFinding, rules: readonly RuleEntry[]): Json {
  const { code, severity, message, hint, at, related, fixes, fingerprint, evidence } = finding
  const ruleIndex = rules.findIndex(({ id }) => id === code)
  const ownFixes = fixes.filter(({ edits }) => edits.length > 0)
  return {
    ruleId: code,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    level: levels[severity],
    message: { text: hint === undefined ? message : `${message}\n${hint}` },
    locations: [{ physicalLocation: physical(at) }],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((note, id) => ({
            id,
            physicalLocation: physical(note.at),
            message: { text: note.note },
          })),
        }),
    partialFingerprints: { 'slipway/v1': fingerprint },
    ...(ownFixes.length === 0 ? {} : { fixes: ownFixes.map((fix) => fixOf(fix, at)) }),
    ...(Object.keys(evidence).length === 0 ? {} : { properties: evidence }),
  }
}

function physical({ source, span }: Location): Json {
  return { artifactLocation: artifact(source.path), region: regionOf({ source, span }) }
}

function regionOf(at: Location): Json {
  const { line, column, endLine, endColumn } = lineColumns(at)
  return { startLine: line, startColumn: column, endLine, endColumn }
}

/** A blank or a colon in a path would make another URI of it. */
function artifact(path: string): Json {
  const uri = path.split('/').map(encodeURIComponent).join('/')
  return path.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: 'PROJECT' }
}

function artifactsOf({ files }: CheckResult, findings: readonly CheckedFinding[]): readonly Json[] {
  const paths = new Set([...files.map(({ path }) => path), ...findings.map(({ at }) => at.source.path)])
  return [...paths].map((path) => ({ location: artifact(path) }))
}

function fixOf({ title, edits }: Fix, { source }: Location): Json {
  return {
    description: { text: title },
    artifactChanges: [
      {
        artifactLocation: artifact(source.path),
        replacements: edits.map(({ span, text }) => ({
          deletedRegion: regionOf({ source, span }),
          insertedContent: { text },
        })),
      },
    ],
  }
}

function notification({ path, code, message }: CheckProblem): Json {
  return {
    level: 'error',
    descriptor: { id: code },
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: artifact(path) } }],
  }
}
