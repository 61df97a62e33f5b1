import { type Diagnostic, formatLocation, type SlipwayError } from '../core/index.ts'
import { paint, type Palette } from './palette.ts'
import { type FrameStyle, sourceFrames } from './source-frame.ts'
import { visibleLines, visibleText } from './visible-text.ts'

// Seven places of the same mistake teach no more than five.
const frameLimit = 5

/**
 * An error for people: source frames, what was seen (log tail, attempts), the reason with its code, what to do. Never a
 * stack trace. Escape sequences in any part are spelled out. Lines without a final line feed.
 */
export function renderError(error: SlipwayError, style: FrameStyle): string[] {
  const { palette } = style
  const frames = sourceFrames(error.at.slice(0, frameLimit), style)
  const more = error.at.length > frameLimit ? [`and ${error.at.length - frameLimit} more places`] : []
  const notes = error.notes
    .flatMap((note) => visibleLines(note).split('\n'))
    .map((line) => paint(palette.faint, `  | ${line}`.trimEnd()))
  const [reason = '', ...rest] = visibleLines(error.message).trimEnd().split('\n')
  return [
    ...frames,
    ...more,
    ...notes,
    `${paint(palette.error, 'ERROR:')} ${reason} ${paint(palette.faint, `[${error.code}]`)}`,
    ...rest.map((line) => `  ${line}`),
    ...hintLines(error.hint, palette),
    ...(error.retryable ? ['  The cause may be temporary: the same command may succeed when it is run again.'] : []),
  ]
}

/** A diagnostic of a source: frame, message, hint, then the related places with their notes. */
export function renderDiagnostic(diagnostic: Diagnostic, style: FrameStyle): string[] {
  const { palette } = style
  const label = { error: 'ERROR:', warning: 'WARNING:', info: 'NOTE:' }[diagnostic.severity]
  const code = diagnostic.severity === 'error' ? palette.error : palette.warning
  const related = diagnostic.related.flatMap((note) => [
    `  ${visibleText(note.note)} (${visibleText(formatLocation(note.at))})`,
    ...sourceFrames([note.at], style).slice(1),
  ])
  return [
    ...sourceFrames([diagnostic.at], style),
    `${paint(code, label)} ${visibleLines(diagnostic.message)} ${paint(palette.faint, `[${diagnostic.code}]`)}`,
    ...hintLines(diagnostic.hint, palette),
    ...related,
  ]
}

/** A diagnostic in one line, for lists and logs: `Dockerfile:3:1: warning: message [code]`. */
export function diagnosticLine(diagnostic: Diagnostic): string {
  const place = visibleText(formatLocation(diagnostic.at))
  return `${place}: ${diagnostic.severity}: ${visibleText(diagnostic.message)} [${diagnostic.code}]`
}

function hintLines(hint: string | undefined, palette: Palette): string[] {
  if (hint === undefined || hint === '') return []
  const [first = '', ...rest] = visibleLines(hint).trimEnd().split('\n')
  return [`  ${paint(palette.strong, 'hint:')} ${first}`, ...rest.map((line) => `        ${line}`)]
}
