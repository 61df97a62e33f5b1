import { positionAt } from '../core/index.ts'
import { allFindings, type CheckedFinding, type CheckResult } from './check-result.ts'
import { xmlTag } from './xml-text.ts'

/** Findings as checkstyle reports them, file by file. Lines without a final line feed. */
export function checkstyleLines(result: CheckResult): string[] {
  const byFile = new Map<string, CheckedFinding[]>(result.files.map(({ path }) => [path, []]))
  for (const finding of allFindings(result)) {
    const file = finding.at.source.path
    byFile.set(file, [...(byFile.get(file) ?? []), finding])
  }
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<checkstyle version="4.3">',
    ...[...byFile].flatMap(([name, findings]) =>
      findings.length === 0
        ? [xmlTag('file', { name }, { empty: true })]
        : [xmlTag('file', { name }), ...findings.map(errorElement), '</file>'],
    ),
    ...result.problems.flatMap(({ path, message, code }) => [
      xmlTag('file', { name: path }),
      `  ${xmlTag('error', { line: 1, severity: 'error', message, source: `slipway.${code}` }, { empty: true })}`,
      '</file>',
    ]),
    '</checkstyle>',
  ]
}

function errorElement({ at, severity, message, code }: CheckedFinding): string {
  const { line, column } = positionAt(at.source, at.span.start)
  return `  ${xmlTag('error', { line, column, severity, message, source: `slipway.${code}` }, { empty: true })}`
}
