import { type Diagnostic, positionAt } from '../core/index.ts'
import { paint, type Palette } from './palette.ts'
import { visibleText } from './visible-text.ts'

/** The warnings of a build, one line each with rule, message, file and line; nothing when there are none. */
export function warningSummary(diagnostics: readonly Diagnostic[], palette: Palette): string[] {
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning')
  if (warnings.length === 0) return []
  const count = `${warnings.length} warning${warnings.length === 1 ? '' : 's'} found`
  // What comes from planning and building is no finding of a rule: a check of the file does not list it.
  const more = warnings.some(({ rule }) => rule !== undefined) ? ' (slipway build --check shows the places)' : ''
  return [
    '',
    ` ${paint(palette.warning, count)}${more}:`,
    ...warnings.map(({ code, message, at, whole = at }) => {
      const line = positionAt(whole.source, whole.span.start).line
      return ` - ${code}: ${visibleText(message)} (${visibleText(whole.source.path)}:${line})`
    }),
  ]
}
