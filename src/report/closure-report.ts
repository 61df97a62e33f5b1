import type { BlamedStep } from '../analysis/index.ts'
import type { Gap } from '../closure/index.ts'
import { paint, type Palette } from './palette.ts'
import { visibleText } from './visible-text.ts'

export interface ClosureText {
  readonly gaps: readonly (Gap & { readonly steps: readonly BlamedStep[] })[]
  readonly unknown: readonly string[]
}

/** What an image needs to run and lacks, worst first; one line when nothing is missing. */
export function closureText({ gaps, unknown }: ClosureText, palette: Palette): string[] {
  const color = { error: palette.error, warning: palette.warning, info: palette.faint }
  return [
    ...gaps.flatMap(({ severity, message, hint, steps }) => [
      `${paint(color[severity], `${severity}:`)} ${visibleText(message)}${placesText(steps)}`,
      ...(hint === undefined ? [] : [`  hint: ${visibleText(hint)}`]),
    ]),
    ...(gaps.length === 0 ? ['nothing is missing of what it starts'] : []),
    ...unknown.map((sentence) => paint(palette.faint, `not followed: ${visibleText(sentence)}`)),
  ]
}

function placesText(steps: readonly BlamedStep[]): string {
  const places = steps.flatMap(({ source, line, stage }) =>
    source === undefined || line === undefined ? [] : [`${source}:${line}${stage === undefined ? '' : ` (${stage})`}`],
  )
  return places.length === 0 ? '' : ` [${visibleText(places.join(' from '))}]`
}
