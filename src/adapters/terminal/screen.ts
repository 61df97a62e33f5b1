const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
const clearToEnd = '\u001b[J'
const clearLine = '\u001b[K'

/** The part of a terminal stream that a screen uses. */
export interface TerminalStream {
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
  on(event: 'resize', listener: () => void): unknown
  off(event: 'resize', listener: () => void): unknown
}

/** A block of lines at the bottom of a terminal that is drawn again and again. */
export interface Screen {
  /** Cells. */
  readonly width: number
  readonly height: number
  /** Replaces the block. No line may be wider than `width`; escape sequences for colours are fine. */
  draw(lines: readonly string[]): void
  /** Draws the block for the last time and leaves the cursor visible below it. Safe to call twice. */
  close(lines: readonly string[]): void
}

/**
 * Takes the bottom of a terminal over: hides the cursor, follows resizes, and gives the cursor back when the process ends
 * in whatever way lets it speak. Only for streams that are terminals.
 */
export function openScreen(stream: TerminalStream, onResize: () => void): Screen {
  let drawn: { readonly lines: number; readonly width: number } = { lines: 0, width: widthOf(stream) }
  let open = true
  const restore = () => void stream.write(showCursor)
  const resized = () => onResize()
  stream.write(hideCursor)
  stream.on('resize', resized)
  process.on('exit', restore)

  function frame(lines: readonly string[]): string {
    const rows = rowsOf(drawn, widthOf(stream))
    const up = rows === 0 ? '' : `\u001b[${rows}A`
    drawn = { lines: lines.length, width: widthOf(stream) }
    return `\r${up}${lines.map((line) => `${line}${clearLine}\n`).join('')}${clearToEnd}`
  }

  return {
    get width() {
      return widthOf(stream)
    },
    get height() {
      return Math.max(4, stream.rows ?? 24)
    },
    draw(lines) {
      if (open) stream.write(frame(lines))
    },
    close(lines) {
      if (!open) return
      open = false
      stream.off('resize', resized)
      process.off('exit', restore)
      stream.write(frame(lines) + showCursor)
    },
  }
}

function widthOf(stream: TerminalStream): number {
  return Math.max(20, stream.columns ?? 80)
}

/** Rows that the block takes now: lines drawn for a wider terminal have been wrapped. */
function rowsOf(drawn: { readonly lines: number; readonly width: number }, width: number): number {
  return drawn.lines * Math.max(1, Math.ceil(drawn.width / width))
}
