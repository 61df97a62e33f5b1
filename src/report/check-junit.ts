import { formatLocation } from '../core/index.ts'
import type { CheckedFile, CheckedFinding, CheckProblem, CheckResult } from './check-result.ts'
import { xmlTag, xmlText } from './xml-text.ts'

/**
 * Findings as a JUnit report: a suite for each file, a failed test for each finding, and one that passes for a file without
 * any. What is only worth a note passes, too. Lines without a final line feed.
 */
export function junitLines({ files, problems }: CheckResult): string[] {
  const failures = files.flatMap(({ findings }) => findings.filter(isFailure)).length
  const tests = files.reduce((sum, { findings }) => sum + Math.max(1, findings.length), 0) + problems.length
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    xmlTag('testsuites', { name: 'slipway check', tests, failures, errors: problems.length }),
    ...files.flatMap(suiteOf),
    ...problems.flatMap(problemSuite),
    '</testsuites>',
  ]
}

function isFailure({ severity }: CheckedFinding): boolean {
  return severity !== 'info'
}

function suiteOf({ path, findings }: CheckedFile): string[] {
  const failures = findings.filter(isFailure).length
  const cases =
    findings.length === 0
      ? [`    ${xmlTag('testcase', { name: 'nothing found', classname: path }, { empty: true })}`]
      : findings.flatMap((finding) => testCase(finding, path))
  const suite = { name: path, tests: Math.max(1, findings.length), failures, errors: 0 }
  return [`  ${xmlTag('testsuite', suite)}`, ...cases, '  </testsuite>']
}

function testCase(finding: CheckedFinding, path: string): string[] {
  const { code, severity, message, hint, at } = finding
  const place = formatLocation(at)
  const text = [place, message, ...(hint === undefined ? [] : [`hint: ${hint}`])].join('\n')
  const open = xmlTag('testcase', { name: `${code} (${place})`, classname: path })
  const [tag, attributes] = isFailure(finding) ? ['failure', { message, type: severity }] : ['system-out', {}]
  return [`    ${open}`, `      ${xmlTag(tag, attributes)}${xmlText(text)}</${tag}>`, '    </testcase>']
}

function problemSuite({ path, code, message }: CheckProblem): string[] {
  return [
    `  ${xmlTag('testsuite', { name: path, tests: 1, failures: 0, errors: 1 })}`,
    `    ${xmlTag('testcase', { name: code, classname: path })}`,
    `      ${xmlTag('error', { message, type: code }, { empty: true })}`,
    '    </testcase>',
    '  </testsuite>',
  ]
}
