import { openScreen, type TerminalStream } from '../../adapters/terminal/index.ts'
import type { BuildEvent } from '../../core/index.ts'
import {
  emptyPlain,
  emptyProgress,
  emptyRawJson,
  failureLog,
  foldProgress,
  type Palette,
  paletteFrom,
  plainPalette,
  type ProgressState,
  renderTty,
  stepPlain,
  stepRawJson,
  tickPlain,
  visibleText,
  wantsColor,
  warningSummary,
} from '../../report/index.ts'

export type ProgressMode = 'auto' | 'tty' | 'plain' | 'rawjson' | 'quiet' | 'none'

/** Where the events of a build go to be seen. */
export interface ProgressDisplay {
  emit(event: BuildEvent): void
  /** Shows the end of the build and gives the terminal back. Call it before printing an error. Safe to call twice. */
  close(): void
}

export interface ProgressOptions {
  readonly mode: ProgressMode
  readonly stream: TerminalStream & { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since the epoch; replaced when a recorded build is shown again. */
  readonly now?: () => number
}

// Ten pictures a second look alive; more only cost the build its processor.
const frameInterval = 100
const plainInterval = 1000
const defaultLogLines = 6

/**
 * Opens the display that a mode and the environment ask for: `auto` is `tty` on a terminal, `plain` elsewhere and where CI
 * is set or TERM is dumb. `quiet` and `none` show nothing. Honours NO_COLOR, FORCE_COLOR, BUILDKIT_COLORS and
 * BUILDKIT_TTY_LOG_LINES.
 */
export function openProgress(options: ProgressOptions): ProgressDisplay {
  switch (chosenMode(options)) {
    case 'tty':
      return openTty(options)
    case 'plain':
      return openPlain(options)
    case 'rawjson':
      return openRawJson(options)
    default:
      return { emit: () => undefined, close: () => undefined }
  }
}

function chosenMode({ mode, stream, env }: ProgressOptions): Exclude<ProgressMode, 'auto'> {
  if (mode !== 'auto') return mode
  const ci = env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0'
  return stream.isTTY === true && env.TERM !== 'dumb' && !ci ? 'tty' : 'plain'
}

function openTty(options: ProgressOptions): ProgressDisplay {
  const now = options.now ?? Date.now
  const palette = wantsColor(options.stream, options.env) ? paletteFrom(options.env.BUILDKIT_COLORS) : plainPalette
  const logLines = linesFrom(options.env.BUILDKIT_TTY_LOG_LINES)
  let state = emptyProgress
  const lines = (finished: boolean) =>
    renderTty(state, now(), { width: screen.width, height: screen.height, palette, logLines, finished })
  const draw = () => screen.draw(state === emptyProgress ? [] : lines(false))
  const screen = openScreen(options.stream, draw)
  const timer = setInterval(draw, frameInterval).unref()
  let open = true
  return {
    emit(event) {
      state = foldProgress(state, event)
    },
    close() {
      if (!open) return
      open = false
      clearInterval(timer)
      // A command that had nothing to do says nothing.
      screen.close(state === emptyProgress ? [] : [...lines(true), ...afterwords(state, palette)])
    },
  }
}

/** What stays below the steps: notes, warnings, the end of the output of failed steps. */
function afterwords(state: ProgressState, palette: Palette): string[] {
  return [
    ...state.notes.map((note) => `NOTE: ${visibleText(note)}`),
    ...warningSummary(state.diagnostics, palette),
    ...failureLog(state, { palette, lines: 20 }),
  ]
}

function openPlain(options: ProgressOptions): ProgressDisplay {
  const now = options.now ?? Date.now
  let state = emptyPlain
  const print = (step: ReturnType<typeof stepPlain>) => {
    state = step.state
    if (step.lines.length > 0) options.stream.write(`${step.lines.join('\n')}\n`)
  }
  const timer = setInterval(() => print(tickPlain(state, now())), plainInterval).unref()
  const palette = wantsColor(options.stream, options.env) ? paletteFrom(options.env.BUILDKIT_COLORS) : plainPalette
  let open = true
  return {
    emit: (event) => print(stepPlain(state, event)),
    close() {
      if (!open) return
      open = false
      clearInterval(timer)
      // Whatever still waits is shown: the build may have been stopped in the middle.
      let rest = tickPlain(state, Number.POSITIVE_INFINITY)
      while (rest.lines.length > 0) {
        print(rest)
        rest = tickPlain(state, Number.POSITIVE_INFINITY)
      }
      print({ state, lines: warningSummary(state.progress.diagnostics, palette) })
    },
  }
}

function openRawJson(options: ProgressOptions): ProgressDisplay {
  let state = emptyRawJson
  return {
    emit(event) {
      const step = stepRawJson(state, event)
      state = step.state
      for (const line of step.lines) options.stream.write(`${line}\n`)
    },
    close: () => undefined,
  }
}

function linesFrom(setting: string | undefined): number {
  const lines = Number(setting)
  return setting !== undefined && setting !== '' && Number.isInteger(lines) && lines >= 0 ? lines : defaultLogLines
}
