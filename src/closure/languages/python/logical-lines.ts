/** A statement line of Python: brackets and backslashes joined, comments gone, strings emptied. */
export interface LogicalLine {
  /** Columns, a tab to the next multiple of eight. */
  readonly indent: number
  /** Without the indent. */
  readonly text: string
}

/** What ends plain text: a string (with its prefix), a comment, a bracket, a line end, a joined line. */
const marks = /"""|'''|"|'|#|[([{]|[)\]}]|\\\r?\n|\r?\n/g

/**
 * The logical lines of a text (https://docs.python.org/3/reference/lexical_analysis.html). The contents of strings are
 * left out: what is written in them is no code. Expressions within f-strings are skipped with them.
 */
export function logicalLines(text: string): readonly LogicalLine[] {
  const lines: LogicalLine[] = []
  let depth = 0
  let line = ''
  let from = 0
  const finish = (): void => {
    const code = line.trimStart()
    if (code.trim() !== '') lines.push({ indent: indentOf(line), text: code.trimEnd() })
    line = ''
  }
  marks.lastIndex = 0
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    const mark = match[0]
    line += text.slice(from, match.index)
    from = match.index + mark.length
    if (mark === '#') {
      const end = text.indexOf('\n', from)
      from = end < 0 ? text.length : end
    } else if (mark.startsWith('\\')) line += ' '
    else if (mark.endsWith('\n')) {
      if (depth > 0) line += ' '
      else finish()
    } else if (/["']/.test(mark)) {
      from = stringEnd(text, { from, quote: mark, prefix: prefixOf(line) })
      line += '""'
    } else {
      depth = '([{'.includes(mark) ? depth + 1 : Math.max(0, depth - 1)
      line += mark
    }
    marks.lastIndex = from
  }
  line += text.slice(from)
  finish()
  return lines
}

/** The letters directly before a quote. */
function prefixOf(line: string): string {
  return /(?<![\w.])[rbuft]{1,2}$/i.exec(line)?.[0].toLowerCase() ?? ''
}

interface StringStart {
  readonly from: number
  readonly quote: string
  readonly prefix: string
}

/** The offset behind a string. Since Python 3.12 the replacements of f-strings hold strings with the same quotes. */
function stringEnd(text: string, { from, quote, prefix }: StringStart): number {
  let at = from
  let braces = 0
  const formatted = /[ft]/.test(prefix)
  while (at < text.length) {
    const character = text[at] as string
    if (character === '\\') at += 2
    else if (formatted && character === '{') {
      const isDoubled = braces === 0 && text[at + 1] === '{'
      at += isDoubled ? 2 : 1
      if (!isDoubled) braces += 1
    } else if (formatted && character === '}' && braces > 0) {
      braces -= 1
      at += 1
    } else if (text.startsWith(quote, at)) {
      // Within a replacement it begins a string of its own, unless that would swallow what follows.
      if (braces === 0 || !closesLater(text, at + quote.length, quote)) return at + quote.length
      at = stringEnd(text, { from: at + quote.length, quote, prefix: '' })
    } else if (character === '\n' && quote.length === 1) return at
    else at += 1
  }
  return at
}

/** Whether the replacement that a quote stands in goes on behind it: there are two more such quotes on the line. */
function closesLater(text: string, from: number, quote: string): boolean {
  const end = quote.length === 1 ? text.indexOf('\n', from) : text.length
  const rest = text.slice(from, end < 0 ? text.length : Math.min(end, from + 2000))
  const first = rest.indexOf(quote)
  return first >= 0 && rest.indexOf(quote, first + quote.length) >= 0 && rest.slice(first).includes('}')
}

function indentOf(line: string): number {
  let indent = 0
  for (const character of line) {
    if (character === ' ') indent += 1
    else if (character === '\t') indent += 8 - (indent % 8)
    else if (character === '\f') indent = 0
    else break
  }
  return indent
}
