/** A text that people wrote, with the name they know it by. `path` is for display; `-` is standard input. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** Half-open range `[start, end)` in UTF-16 code units of `Source.text`. Lines and columns are derived for display only. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A place in a source. */
export interface Location {
  readonly source: Source
  readonly span: Span
}

/** One-based line and column; the column counts UTF-16 code units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The position of an offset. `\n`, `\r\n` and the end of the text end a line. */
export function positionAt(source: Source, offset: number): Position {
  let line = 1
  let lineStart = 0
  for (;;) {
    const next = source.text.indexOf('\n', lineStart)
    if (next < 0 || next >= offset) return { line, column: offset - lineStart + 1 }
    line += 1
    lineStart = next + 1
  }
}

/** `path:line:column` of the start of a location, as editors and compilers print it. */
export function formatLocation(at: Location): string {
  const { line, column } = positionAt(at.source, at.span.start)
  return `${at.source.path}:${line}:${column}`
}
