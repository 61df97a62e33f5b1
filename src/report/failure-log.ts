import { paint, type Palette } from './palette.ts'
import { failedSteps, type ProgressState, visibleTail } from './progress-state.ts'
import { visibleText } from './visible-text.ts'

/** What is left on the terminal of steps that failed: the end of their output, as BuildKit prints it below the steps. */
export function failureLog(
  state: ProgressState,
  view: { readonly palette: Palette; readonly lines: number },
): string[] {
  return failedSteps(state).flatMap((step) => {
    const tail = visibleTail(step, view.lines)
    if (tail.length === 0) return []
    const title = paint(view.palette.error, ` > ${visibleText(step.name)}:`)
    return ['------', title, ...tail.map((line) => visibleText(line.replaceAll('\t', '    '))), '------']
  })
}
