import type { Span } from '../core/index.ts'
import type { Dockerfile, Instruction } from '../dockerfile/index.ts'

/** What stands before the cursor: enough to know what may follow. */
export type CompletionPlace =
  /** The first word of a line. */
  | { readonly kind: 'keyword'; readonly typed: Span }
  /** `--fr|` */
  | { readonly kind: 'flag'; readonly keyword: string; readonly typed: Span; readonly present: readonly string[] }
  /** `--from=bu|` */
  | { readonly kind: 'flag-value'; readonly keyword: string; readonly flag: string; readonly typed: Span }
  /** `--mount=type=cache,ta|` */
  | { readonly kind: 'mount-option'; readonly typed: Span; readonly present: readonly string[] }
  | { readonly kind: 'mount-value'; readonly option: string; readonly typed: Span }
  /** `$NA|` or `${NA|` */
  | { readonly kind: 'variable'; readonly typed: Span; readonly braced: boolean }
  /** Any other word: the how many-th argument behind the flags, from 0. */
  | {
      readonly kind: 'argument'
      readonly keyword: string
      readonly position: number
      readonly typed: Span
      readonly flags: ReadonlyMap<string, string>
    }

/** Where a cursor stands; undefined in comments, heredoc bodies and other places where nothing can be completed. */
export function completionPlace(
  { source, instructions, escape }: Dockerfile,
  offset: number,
): CompletionPlace | undefined {
  const { text } = source
  const start = logicalStart(text, offset, escape)
  const before = text.slice(start, offset)
  if (/^\s*#/.test(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))) return undefined
  if (instructions.some((one) => inHeredoc(one, offset))) return undefined
  const keyword = /^\s*([A-Za-z]*)$/.exec(before)
  if (keyword !== null) return { kind: 'keyword', typed: { start: offset - (keyword[1] ?? '').length, end: offset } }
  // Continuations part words as blanks do, and comments between them are not there.
  const blank = (cut: string): string => ' '.repeat(cut.length)
  const words = before.replaceAll(/^[\t ]*#.*\n/gm, blank).replaceAll(escape === '\\' ? /\\\r?\n/g : /`\r?\n/g, blank)
  return placeInWords(words, offset)
}

function placeInWords(before: string, offset: number): CompletionPlace | undefined {
  const first = /^\s*(?:ONBUILD\s+)?([A-Za-z]+)\s/i.exec(before)
  const keyword = (first?.[1] ?? '').toUpperCase()
  const rest = before.slice(first?.[0].length ?? 0).split(/\s+/)
  const last = rest.at(-1) ?? ''
  const typed = (length: number): Span => ({ start: offset - length, end: offset })
  const variable = /\$(\{?)(\w*)$/.exec(last)
  if (variable !== null)
    return { kind: 'variable', braced: variable[1] === '{', typed: typed((variable[2] ?? '').length) }
  const flags = rest.slice(0, -1).filter((word) => word.startsWith('--'))
  const isBehindFlags = rest.slice(0, -1).some((word) => word !== '' && !word.startsWith('--'))
  if (last.startsWith('--') && !isBehindFlags) return placeInFlag(last, { keyword, flags, typed })
  const words = rest.slice(0, -1).filter((word) => word !== '' && !word.startsWith('--'))
  const values = new Map(
    flags.map((flag) => [flag.slice(2).split('=', 1)[0] ?? '', flag.split('=').slice(1).join('=')]),
  )
  return { kind: 'argument', keyword, position: words.length, typed: typed(last.length), flags: values }
}

function placeInFlag(
  flag: string,
  { keyword, flags, typed }: { keyword: string; flags: readonly string[]; typed: (length: number) => Span },
): CompletionPlace {
  const equals = flag.indexOf('=')
  if (equals < 0) {
    const present = flags.map((one) => one.slice(2).split('=', 1)[0] ?? '')
    return { kind: 'flag', keyword, typed: typed(flag.length), present }
  }
  const [name, value] = [flag.slice(2, equals), flag.slice(equals + 1)]
  if (name !== 'mount') return { kind: 'flag-value', keyword, flag: name, typed: typed(value.length) }
  const options = value.split(',')
  const option = options.at(-1) ?? ''
  const split = option.indexOf('=')
  if (split < 0) {
    const present = options.slice(0, -1).map((one) => one.split('=', 1)[0] ?? '')
    return { kind: 'mount-option', typed: typed(option.length), present }
  }
  return { kind: 'mount-value', option: option.slice(0, split), typed: typed(option.length - split - 1) }
}

/** The start of the line that the offset's line continues. */
function logicalStart(text: string, offset: number, escape: string): number {
  let start = text.lastIndexOf('\n', offset - 1) + 1
  while (start > 1) {
    const above = text.lastIndexOf('\n', start - 2) + 1
    const line = text.slice(above, start - 1).trimEnd()
    if (!line.endsWith(escape) && !/^\s*#/.test(line)) break
    // A comment belongs to the instruction only when something above it is continued.
    if (/^\s*#/.test(line) && !continuesAbove(text, above, escape)) break
    start = above
  }
  return start
}

function continuesAbove(text: string, start: number, escape: string): boolean {
  for (let end = start; end > 1; ) {
    const above = text.lastIndexOf('\n', end - 2) + 1
    const line = text.slice(above, end - 1).trimEnd()
    if (!/^\s*#/.test(line)) return line.endsWith(escape)
    end = above
  }
  return false
}

function inHeredoc({ heredocs }: Instruction, offset: number): boolean {
  return heredocs.some(({ span }) => offset >= span.start && offset <= span.end)
}
