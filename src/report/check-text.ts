import type { Severity } from '../core/index.ts'
import { formatLocation } from '../core/index.ts'
import {
  allFindings,
  type CheckedFile,
  type CheckedFinding,
  type CheckProblem,
  type CheckResult,
} from './check-result.ts'
import { paint, type Palette } from './palette.ts'
import { type FrameStyle, sourceFrames } from './source-frame.ts'
import { visibleLines, visibleText } from './visible-text.ts'
import { wrapWords } from './wrap-words.ts'

/** Findings for people: file by file, each with its place in the source and what to do. Lines without a final line feed. */
export function checkResultText(result: CheckResult, style: FrameStyle): string[] {
  return [
    ...result.files.filter(({ findings }) => findings.length > 0).flatMap((file) => fileText(file, style)),
    ...result.problems.flatMap((problem) => problemText(problem, style)),
    ...summaryText(result, style.palette),
  ]
}

function fileText({ path, findings }: CheckedFile, style: FrameStyle): string[] {
  const title = `${path === '-' ? 'standard input' : visibleText(path)}: ${counts(findings)}`
  return [
    paint(style.palette.strong, title),
    '',
    ...findings.flatMap((finding) => [...findingText(finding, style), '']),
  ]
}

function findingText(finding: CheckedFinding, style: FrameStyle): string[] {
  const { palette } = style
  const { severity, message, code, at, hint, related, fixes } = finding
  const [first = '', ...rest] = visibleLines(message).split('\n')
  return [
    `${paint(colorOf(severity, palette), `${severity}:`)} ${first} ${paint(palette.faint, `[${code}]`)}`,
    ...rest.map((line) => `  ${line}`),
    ...sourceFrames([at], { ...style, around: 0, open: true }),
    ...related.map((note) => `  ${visibleText(formatLocation(note.at))}: ${visibleText(note.note)}`),
    ...labelled('hint:', hint, style),
    ...fixes.slice(0, 1).flatMap(({ title }) => labelled('fix:', title, style)),
  ]
}

/** A label with its text beside it, filled to the width. */
function labelled(label: string, text: string | undefined, { palette, width }: FrameStyle): string[] {
  if (text === undefined || text === '') return []
  const room = Math.max(40, width - label.length - 3)
  const lines = visibleLines(text)
    .trimEnd()
    .split('\n')
    .flatMap((line) => wrapWords(line, room))
  return lines.map((line, at) =>
    at === 0 ? `  ${paint(palette.strong, label)} ${line}` : `  ${' '.repeat(label.length)} ${line}`,
  )
}

function colorOf(severity: Severity, palette: Palette): string {
  return { error: palette.error, warning: palette.warning, info: palette.run }[severity]
}

function problemText({ message, hint, code, at }: CheckProblem, style: FrameStyle): string[] {
  const { palette } = style
  return [
    ...(at === undefined ? [] : sourceFrames([at], { ...style, around: 0, open: true })),
    `${paint(palette.error, 'ERROR:')} ${visibleLines(message)} ${paint(palette.faint, `[${code}]`)}`,
    ...labelled('hint:', hint, style),
    '',
  ]
}

function summaryText(result: CheckResult, palette: Palette): string[] {
  const findings = allFindings(result)
  const files = `${result.files.length} ${result.files.length === 1 ? 'file' : 'files'}`
  const { comments, settings, baseline } = result.hidden
  const hidden = [
    ...(comments === 0 ? [] : [`${comments} ignored by comments`]),
    ...(settings === 0 ? [] : [`${settings} by settings`]),
    ...(baseline === 0 ? [] : [`${baseline} in the baseline`]),
  ]
  const what = findings.length === 0 ? 'nothing found' : counts(findings)
  const line = `${files} checked: ${what}${hidden.length === 0 ? '' : ` (${hidden.join(', ')})`}`
  const fixable = findings.filter(({ fixes }) => fixes.length > 0).length
  return [
    ...(result.files.length === 0 ? [] : [paint(palette.strong, line)]),
    ...(fixable === 0 ? [] : [`slipway fix has repairs for ${fixable}`]),
    ...result.notes.map((note) => paint(palette.faint, visibleText(note))),
  ]
}

/** `2 errors, 1 warning`; empty kinds are left out. */
export function counts(findings: readonly { readonly severity: Severity }[]): string {
  const kinds: readonly [Severity, string, string][] = [
    ['error', 'error', 'errors'],
    ['warning', 'warning', 'warnings'],
    ['info', 'note', 'notes'],
  ]
  return kinds
    .map(([severity, one, many]) => ({
      count: findings.filter((each) => each.severity === severity).length,
      one,
      many,
    }))
    .filter(({ count }) => count > 0)
    .map(({ count, one, many }) => `${count} ${count === 1 ? one : many}`)
    .join(', ')
}
