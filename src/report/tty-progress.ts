import { cachesText } from './caches-text.ts'
import { clipToWidth, displayWidth, padToWidth } from './display-width.ts'
import { paint, type Palette } from './palette.ts'
import { type ProgressState, type StepState, type TransferState, visibleTail } from './progress-state.ts'
import { formatSeconds, formatTransfer } from './quantities.ts'
import { visibleText } from './visible-text.ts'

/** The terminal and what to show on it. */
export interface TtyView {
  readonly width: number
  readonly height: number
  readonly palette: Palette
  /** Lines of output under a running step; BUILDKIT_TTY_LOG_LINES, 6 by default. */
  readonly logLines: number
  /** The build is over: nothing is left out for lack of height. */
  readonly finished: boolean
}

/**
 * The build as BuildKit shows it on a terminal: a header, a line per step with its time at the right edge, transfers and
 * the last output lines below running steps. Every line fits `width` cells and, until `finished`, all fit `height`.
 * `now` is in milliseconds since the epoch.
 */
export function renderTty(state: ProgressState, now: number, view: TtyView): string[] {
  const steps = [...state.steps.values()]
  const shown = view.finished ? steps.map((step) => stepBlock(step, now, view)) : fittingBlocks(steps, now, view)
  return [header(state, steps, now, view), ...shown.flatMap((block) => block.lines)]
}

interface Block {
  readonly running: boolean
  readonly lines: readonly string[]
}

function header(state: ProgressState, steps: readonly StepState[], now: number, view: TtyView): string {
  const done = steps.filter((step) => step.finished !== undefined).length
  const end = view.finished ? (state.last ?? now) : now
  const over = view.finished ? ' FINISHED' : ''
  const text = `[+] Building ${formatSeconds(end - (state.started ?? now))} (${done}/${steps.length})${over}`
  return paint(view.finished ? view.palette.run : '', clipToWidth(text, view.width))
}

function stepBlock(step: StepState, now: number, view: TtyView): Block {
  const running = step.finished === undefined
  const color = outcomeColor(step, view.palette)
  const label = { cached: 'CACHED ', failed: 'ERROR ', cancelled: 'CANCELED ', built: '' }[step.outcome ?? 'built']
  const title = timedLine(` => ${label}${visibleText(step.name)}`, (step.finished ?? now) - step.started, {
    color,
    width: view.width,
  })
  const transfers = [...step.transfers.values()].map((transfer) => transferLine(transfer, step, { now, view, color }))
  const tail = running ? visibleTail(step, view.logLines) : []
  const logs = tail.map((line) =>
    paint(view.palette.faint, clipToWidth(` => => # ${visibleText(line.replaceAll('\t', '    '))}`, view.width)),
  )
  const remarks = [
    ...(step.why === undefined ? [] : [` => => why: ${visibleText(step.why)}`]),
    ...(step.caches === undefined ? [] : [` => => caches: ${visibleText(cachesText(step.caches))}`]),
  ]
  const reason = remarks.map((line) => paint(view.palette.faint, clipToWidth(line, view.width)))
  return { running, lines: [title, ...reason, ...transfers, ...logs] }
}

function outcomeColor(step: StepState, palette: Palette): string {
  if (step.outcome === undefined) return ''
  return { cached: palette.run, built: palette.run, failed: palette.error, cancelled: palette.cancel }[step.outcome]
}

function transferLine(
  transfer: TransferState,
  step: StepState,
  shown: { readonly now: number; readonly view: TtyView; readonly color: string },
): string {
  const end = transfer.finished ?? step.finished ?? shown.now
  const amount = amountOf(transfer)
  const line = { color: shown.color, width: shown.view.width }
  return timedLine(
    ` => => ${visibleText(transfer.id)}${amount === '' ? '' : ` ${amount}`}`,
    end - transfer.started,
    line,
  )
}

/** `12.30MB / 40.00MB`, or the amount alone when the total is unknown. */
export function amountOf(transfer: TransferState): string {
  const spell = (value: number) => (transfer.unit === 'bytes' ? formatTransfer(value) : String(value))
  if (transfer.total !== undefined && transfer.total > 0) return `${spell(transfer.current)} / ${spell(transfer.total)}`
  if (transfer.current === 0) return ''
  return transfer.unit === 'bytes' ? spell(transfer.current) : `${transfer.current} files`
}

function timedLine(
  text: string,
  milliseconds: number,
  line: { readonly color: string; readonly width: number },
): string {
  const time = ` ${formatSeconds(milliseconds)}`
  const room = Math.max(0, line.width - displayWidth(time))
  return paint(line.color, padToWidth(clipToWidth(text, room), room) + time)
}

/** Leaves out the oldest finished steps first, then output lines, then transfers, then the oldest running steps. */
function fittingBlocks(steps: readonly StepState[], now: number, view: TtyView): readonly Block[] {
  // One line for the header, one for the cursor.
  const height = Math.max(1, view.height - 2)
  for (let logLines = view.logLines; logLines >= 0; logLines -= 1) {
    const blocks = withoutOldest(
      steps.map((step) => stepBlock(step, now, { ...view, logLines })),
      height,
    )
    if (lineCount(blocks) <= height) return blocks
  }
  const titles = steps.filter((step) => step.finished === undefined).map((step) => stepBlock(step, now, view))
  return titles.slice(-height).map((block) => ({ ...block, lines: block.lines.slice(0, 1) }))
}

function withoutOldest(blocks: readonly Block[], height: number): readonly Block[] {
  let excess = lineCount(blocks) - height
  return blocks.filter((block) => {
    if (excess <= 0 || block.running) return true
    excess -= block.lines.length
    return false
  })
}

function lineCount(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + block.lines.length, 0)
}
