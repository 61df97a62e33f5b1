import { positionAt } from '../core/index.ts'
import type { CheckedFile, CheckedFinding, CheckResult } from './check-result.ts'
import { counts } from './check-text.ts'
import { visibleText } from './visible-text.ts'

const signs = { error: ':x:', warning: ':warning:', info: ':information_source:' } as const

/** Findings as Markdown, for a comment or a summary page. Lines without a final line feed. */
export function markdownLines(result: CheckResult): string[] {
  const findings = result.files.flatMap((file) => file.findings)
  const files = `${result.files.length} ${result.files.length === 1 ? 'file' : 'files'}`
  return [
    '## slipway check',
    '',
    `${files} checked: ${findings.length === 0 ? 'nothing found' : counts(findings)}.`,
    ...result.files.filter((file) => file.findings.length > 0).flatMap(fileSection),
    ...(result.problems.length === 0 ? [] : ['', '### Not checked', '']),
    ...result.problems.map(({ path, message }) => `- \`${path}\`: ${plain(message)}`),
    ...(result.notes.length === 0 ? [] : ['', ...result.notes.map((note) => `_${plain(note)}_`)]),
  ]
}

function fileSection({ path, findings }: CheckedFile): string[] {
  return [
    '',
    `### \`${path}\``,
    '',
    '| | line | what | rule |',
    '|---|---|---|---|',
    ...findings.map((finding) => rowOf(finding, path)),
  ]
}

function rowOf({ severity, at, message, hint, code, rule }: CheckedFinding, path: string): string {
  const { line } = positionAt(at.source, at.span.start)
  const place = at.source.path === path ? String(line) : `\`${at.source.path}\` ${line}`
  const what = hint === undefined ? plain(message) : `${plain(message)}<br>${plain(hint)}`
  const name = rule?.url === undefined ? `\`${code}\`` : `[\`${code}\`](${rule.url})`
  return `| ${signs[severity]} | ${place} | ${what} | ${name} |`
}

/** What Markdown and its HTML would take for markup is spelled out. */
function plain(text: string): string {
  return visibleText(text.replaceAll('\n', ' '))
    .replace(/[\\`*_[\]#~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('|', '\\|')
}
