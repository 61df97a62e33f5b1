import type { Span } from '../core/index.ts'
import type { Directive } from './ast.ts'
import { type Line, lineAt } from './lines.ts'
import { leadingSpaces } from './spaces.ts'

export interface DirectiveBlock {
  readonly directives: readonly Directive[]
  readonly faults: readonly { readonly span: Span; readonly message: string; readonly hint?: string }[]
  readonly escape: '\\' | '`'
  /** Where the rest of the file begins. */
  readonly next: number
}

type Draft = { -readonly [Key in 'directives' | 'faults']: DirectiveBlock[Key][number][] }

/**
 * The directives at the top of the file: `# name=value` lines, ended by anything else. A first line `#!…` is skipped;
 * behind it `syntax` and `check` still count, `escape` does not. `// name=value` and a JSON object with a `syntax`
 * member name the syntax too, but only for files that are not Dockerfiles.
 */
export function readDirectives(text: string, start: number): DirectiveBlock {
  const script = text.startsWith('#!', start)
  const first = script ? lineAt(text, start).next : start
  const hashed = readBlock(text, first, { marker: '#', script })
  if (hashed.directives.length > 0 || hashed.faults.length > 0) return hashed
  const slashed = readBlock(text, first, { marker: '//', script })
  if (slashed.directives.length > 0) return withForeignFault(slashed, { start: first, end: slashed.next })
  return readJson(text, first) ?? { ...hashed, next: start }
}

/** Reads the lines; with a `#!` line above them, those that only steer the parser proper do not count. */
function readBlock(text: string, start: number, form: { marker: string; script: boolean }): DirectiveBlock {
  const draft: Draft = { directives: [], faults: [] }
  let next = start
  while (next < text.length) {
    const line = lineAt(text, next)
    const directive = readDirective(text, line, form.marker)
    if (directive === undefined) break
    next = line.next
    const fault = faultOf(directive, draft.directives)
    if (fault !== undefined) draft.faults.push({ span: directive.span, ...fault })
    draft.directives.push(directive)
  }
  const escape = form.script ? undefined : draft.directives.find((directive) => directive.name === 'escape')
  return { ...draft, escape: escape?.value === '`' ? '`' : '\\', next }
}

function readDirective(text: string, line: Line, marker: string): Directive | undefined {
  const lead = leadingSpaces(text.slice(line.start, line.end))
  const start = line.start + lead
  const content = text.slice(start, line.end)
  if (!content.startsWith(marker)) return undefined
  const blank = leadingSpaces(content.slice(marker.length))
  const match = /^([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.+?)[\t\n\f\r ]*$/d.exec(
    content.slice(marker.length + blank),
  )
  const name = match?.[1]?.toLowerCase() ?? ''
  const range = match?.indices?.[2]
  if (range === undefined || !['syntax', 'escape', 'check'].includes(name)) return undefined
  const offset = start + marker.length + blank
  const valueSpan = { start: offset + range[0], end: offset + range[1] }
  return { span: { start, end: valueSpan.end }, name, value: text.slice(valueSpan.start, valueSpan.end), valueSpan }
}

function faultOf(directive: Directive, earlier: readonly Directive[]): { message: string; hint?: string } | undefined {
  if (earlier.some((other) => other.name === directive.name))
    return { message: `only one ${directive.name} parser directive can be used` }
  if (directive.name !== 'escape' || directive.value === '\\' || directive.value === '`') return undefined
  return { message: `invalid escape token '${directive.value}' does not match \` or \\` }
}

function withForeignFault(block: DirectiveBlock, span: Span): DirectiveBlock {
  const message = 'unknown instruction: //'
  return { ...block, escape: '\\', faults: [{ span, message, hint: 'a comment of a Dockerfile begins with #' }] }
}

function readJson(text: string, start: number): DirectiveBlock | undefined {
  const open = start + leadingSpaces(text.slice(start))
  if (text.charAt(open) !== '{') return undefined
  const value = syntaxMember(text.slice(start))
  if (value === undefined) return undefined
  const span = { start: open, end: text.trimEnd().length }
  const message = `the file is not a Dockerfile but a JSON document for the syntax ${value}`
  const directive = { span, name: 'syntax', value, valueSpan: span }
  return { directives: [directive], faults: [{ span, message }], escape: '\\', next: text.length }
}

function syntaxMember(text: string): string | undefined {
  try {
    const value = JSON.parse(text) as { syntax?: unknown } | null
    return typeof value?.syntax === 'string' ? value.syntax : undefined
  } catch {
    return undefined
  }
}
