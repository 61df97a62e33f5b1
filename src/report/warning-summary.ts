import { type Diagnostic, positionAt } from '../core/index.ts'
import { paint, type Palette } from './palette.ts'
import { visibleText } from './visible-text.ts'

/**
 * The warnings of a build, one line each with rule, message, file and line, and below it what to do about one that is no
 * finding of a rule; nothing when there are none.
 */
export function warningSummary(diagnostics: readonly Diagnostic[], palette: Palette): string[] {
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning')
  if (warnings.length === 0) return []
  const count = `${warnings.length} warning${warnings.length === 1 ? '' : 's'} found`
  // What comes from planning and building is no finding of a rule: a check of the file does not list it.
  const more = warnings.some(({ rule }) => rule !== undefined) ? ' (slipway build --check shows the places)' : ''
  return [
    '',
    ` ${paint(palette.warning, count)}${more}:`,
    ...warnings.flatMap(({ code, message, at, whole = at, rule, hint }) => {
      const line = positionAt(whole.source, whole.span.start).line
      // What to do about a finding of a rule stands on the page of the rule.
      const advice = rule === undefined && hint !== undefined ? [`   hint: ${visibleText(hint)}`] : []
      return [` - ${code}: ${visibleText(message)} (${visibleText(whole.source.path)}:${line})`, ...advice]
    }),
  ]
}
