import { allFindings, type CheckedFinding, type CheckResult } from './check-result.ts'
import { lineColumns } from './check-json.ts'

const severities = { error: 'critical', warning: 'major', info: 'info' } as const

/** Findings as GitLab's Code Quality report. Fingerprints stay when lines move, so that a merge request shows what is new. */
export function gitlabIssues(result: CheckResult): readonly Readonly<Record<string, unknown>>[] {
  return allFindings(result).map(issue)
}

function issue({ code, severity, message, hint, at, fingerprint }: CheckedFinding): Readonly<Record<string, unknown>> {
  const { line, endLine } = lineColumns(at)
  return {
    type: 'issue',
    check_name: code,
    description: message,
    ...(hint === undefined ? {} : { content: { body: hint } }),
    severity: severities[severity],
    fingerprint,
    location: { path: at.source.path, lines: { begin: line, end: endLine } },
  }
}
