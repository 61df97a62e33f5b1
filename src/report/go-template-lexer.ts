import { SlipwayError } from '../core/index.ts'

export type Token =
  | { readonly kind: 'field'; readonly name: string; readonly at: number; readonly chained: boolean }
  | { readonly kind: 'dot' | 'open' | 'pipe' | 'declare' | 'assign' | 'comma'; readonly at: number }
  | { readonly kind: 'close'; readonly at: number }
  | { readonly kind: 'variable' | 'word'; readonly name: string; readonly at: number }
  | { readonly kind: 'string'; readonly value: string; readonly at: number }
  | { readonly kind: 'number'; readonly value: number; readonly at: number }

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[]; readonly at: number }

/** Splits a template into literal text and actions; `{{-` and `-}}` have trimmed the text beside them. */
export function lexTemplate(template: string): readonly Piece[] {
  const pieces: Piece[] = []
  let at = 0
  let trimNext = false
  while (at < template.length) {
    const open = template.indexOf('{{', at)
    let text = template.slice(at, open < 0 ? template.length : open)
    if (trimNext) text = text.trimStart()
    const trimBefore = open >= 0 && /^\{\{-\s/.test(template.slice(open, open + 4))
    pieces.push({ kind: 'text', text: trimBefore ? text.trimEnd() : text })
    if (open < 0) break
    const close = endOfAction(template, open)
    trimNext = /\s-$/.test(template.slice(open + 2, close))
    const body = template.slice(open + (trimBefore ? 3 : 2), close - (trimNext ? 1 : 0))
    if (!/^\s*\/\*[\s\S]*\*\/\s*$/.test(body)) pieces.push({ kind: 'action', tokens: lexAction(body), at: open })
    at = close + 2
  }
  return pieces
}

/** A mistake in a template, as an error of the command line. */
export function templateError(message: string, hint?: string): SlipwayError {
  return new SlipwayError('usage', `template: ${message}`, hint === undefined ? {} : { hint })
}

function endOfAction(template: string, open: number): number {
  // Braces inside quotes do not end the action.
  const pattern = /"(?:\\.|[^"\\])*"|`[^`]*`|\}\}/g
  pattern.lastIndex = open + 2
  for (let match = pattern.exec(template); match !== null; match = pattern.exec(template)) {
    if (match[0] === '}}') return match.index
  }
  throw templateError(
    `the action at character ${open + 1} is not closed`,
    'every {{ needs a }}; in a shell, put the template in single quotes',
  )
}

const tokenPattern =
  /(?<space>\s+)|(?<field>\.[\p{L}_][\p{L}\p{N}_]*)|(?<dot>\.)(?![\d])|(?<variable>\$[\p{L}\p{N}_]*)|(?<string>"(?:\\.|[^"\\])*"|`[^`]*`)|(?<number>[+-]?(?:\d+\.?\d*|\.\d+))|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<declare>:=)|(?<assign>=)|(?<pipe>\|)|(?<open>\()|(?<close>\))|(?<comma>,)/uy

function lexAction(body: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  let spaced = true
  while (at < body.length) {
    tokenPattern.lastIndex = at
    const match = tokenPattern.exec(body)
    if (match === null) throw templateError(`unexpected ${JSON.stringify(body[at])} in {{${body}}}`)
    const token = tokenOf(match.groups ?? {}, at, spaced)
    if (token !== undefined) tokens.push(token)
    spaced = token === undefined
    at += match[0].length
  }
  return tokens
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>, at: number, spaced: boolean): Token | undefined {
  if (groups.space !== undefined) return undefined
  if (groups.field !== undefined) return { kind: 'field', name: groups.field.slice(1), at, chained: !spaced }
  if (groups.variable !== undefined) return { kind: 'variable', name: groups.variable, at }
  if (groups.word !== undefined) return { kind: 'word', name: groups.word, at }
  if (groups.number !== undefined) return { kind: 'number', value: Number(groups.number), at }
  if (groups.string !== undefined) return { kind: 'string', value: unquoted(groups.string), at }
  for (const kind of ['dot', 'open', 'close', 'pipe', 'declare', 'assign', 'comma'] as const) {
    if (groups[kind] !== undefined) return { kind, at }
  }
  return undefined
}

function unquoted(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1)
  const named: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' }
  return text
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/g, (_, byte?: string, unit?: string, other?: string) =>
      other === undefined ? String.fromCharCode(Number.parseInt(byte ?? unit ?? '0', 16)) : (named[other] ?? other),
    )
}
