import { paint, type Palette } from './palette.ts'
import { visibleText } from './visible-text.ts'
import { wrapWords } from './wrap-words.ts'

/** A page in Markdown for a terminal: headings, paragraphs and lists filled to the width, examples set in. */
export function pageLines(markdown: string, style: { readonly width: number; readonly palette: Palette }): string[] {
  const { palette } = style
  const width = Math.min(style.width, 100)
  const lines: string[] = []
  let open: string[] = []
  let fence = false
  const flush = (): void => {
    if (open.length > 0) lines.push(...filled(open.join(' '), width))
    open = []
  }
  for (const line of markdown.trimEnd().split('\n')) {
    const heading = /^#+ (.*)$/.exec(line)
    if (line.startsWith('```')) {
      flush()
      fence = !fence
      const title = fence ? exampleTitle(line.slice(3)) : ''
      if (title !== '') lines.push(paint(palette.faint, title))
    } else if (fence) lines.push(`    ${visibleText(line)}`.trimEnd())
    else if (heading !== null) {
      flush()
      lines.push(paint(palette.strong, plain(heading[1] ?? '')))
    } else if (line === '' || /^(?:[-*] |\d+\. |\|)/.test(line)) {
      flush()
      if (line === '') lines.push('')
      else if (line.startsWith('|')) lines.push(plain(line))
      else open = [line]
    } else open.push(line.trim())
  }
  flush()
  return lines
}

/** What an example is, by the words behind its fence: `dockerfile bad`, `json file=package.json`. */
function exampleTitle(words: string): string {
  const file = /\bfile=(\S+)/.exec(words)?.[1]
  const kind = /\bbad\b/.test(words) ? 'wrong' : /\bgood\b/.test(words) ? 'right' : ''
  return [file, kind]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => `${part}:`)
    .join(' ')
}

/** Links and marks of Markdown are left out. */
function plain(text: string): string {
  return visibleText(text.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/\*\*([^*]+)\*\*|`([^`]+)`/g, '$1$2'))
}

/** What follows a list mark is set in. */
function filled(text: string, width: number): string[] {
  const indent = ' '.repeat(/^(?:[-*] |\d+\. )/.exec(text)?.[0].length ?? 0)
  return wrapWords(plain(text), width).map((line, at) => (at === 0 ? line : indent + line))
}
