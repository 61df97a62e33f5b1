import { formatLocation, type Location, positionAt } from '../core/index.ts'
import type { CheckedFinding, CheckProblem, CheckResult, RuleEntry } from './check-result.ts'
import { allFindings, ruleUrls } from './check-result.ts'

/** A place with 1-based lines and columns; the end is exclusive, columns count UTF-16 code units. */
export interface LineColumns {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** Where a location is, for programs. */
export function lineColumns({ source, span }: Location): LineColumns {
  const start = positionAt(source, span.start)
  const end = positionAt(source, Math.max(span.start, span.end))
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column }
}

/** The document that `--format json` prints. Members may be added; those that are there keep their meaning under one `schemaVersion`. */
export function checkResultJson(result: CheckResult): Readonly<Record<string, unknown>> {
  const findings = allFindings(result)
  const count = (severity: string): number => findings.filter((one) => one.severity === severity).length
  const urls = ruleUrls(result)
  return {
    schemaVersion: 1,
    findings: findings.map((finding) => findingJson(finding, urls)),
    errors: result.problems.map(problemJson),
    summary: {
      files: result.files.length,
      error: count('error'),
      warning: count('warning'),
      info: count('info'),
      hidden: result.hidden,
    },
    notes: result.notes,
  }
}

function findingJson(
  finding: CheckedFinding,
  urls: ReadonlyMap<string, RuleEntry['url']>,
): Readonly<Record<string, unknown>> {
  const { code, severity, message, at, hint, level, related, evidence, fixes, fingerprint } = finding
  const url = urls.get(code)
  return {
    rule: code,
    file: at.source.path,
    ...lineColumns(at),
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    level,
    ...(url === undefined ? {} : { url }),
    related: related.map((note) => ({ file: note.at.source.path, ...lineColumns(note.at), message: note.note })),
    evidence,
    fixes: fixes.map(({ title }) => title),
    fingerprint,
  }
}

function problemJson({ path, code, message, hint, at }: CheckProblem): Readonly<Record<string, unknown>> {
  return {
    path,
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(at === undefined ? {} : { at: formatLocation(at) }),
  }
}
