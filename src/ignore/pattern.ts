/**
 * One pattern of an ignore file, in the meaning that moby's patternmatcher gives it: rooted, `*` and `?` stay within a
 * path element, `**` crosses elements, `[…]` is a character class, a pattern also covers what lies below a match.
 */
export interface Pattern {
  /** `!`: takes back what earlier patterns ignored. */
  readonly negated: boolean
  /** Cleaned, without the `!`. */
  readonly text: string
  readonly test: Test
}

/** How a pattern is tested. A path passes when it or a directory above it does. */
export type Test =
  /** Equal to the text. */
  | { readonly kind: 'exact'; readonly path: string }
  /** Begins with the text. */
  | { readonly kind: 'prefix'; readonly prefix: string }
  /** One element is equal to the name. */
  | { readonly kind: 'element'; readonly name: string }
  /** One element matches the expression as a whole. */
  | { readonly kind: 'element-match'; readonly expression: string }
  /** The path matches the expression as a whole, and then its last element matches `tail`, where that can be told. */
  | { readonly kind: 'match'; readonly expression: string; readonly tail?: string }

/** A pattern, or what is wrong with it. */
export type PatternResult = { readonly pattern: Pattern } | { readonly error: string; readonly hint?: string }

/** Compiles a pattern as it stands in a list: trimmed, cleaned, `!` in front. Undefined for an empty one. */
export function compilePattern(line: string): PatternResult | undefined {
  const trimmed = line.trim()
  if (trimmed === '') return undefined
  const cleaned = cleanPath(trimmed)
  if (cleaned === '!') return { error: 'illegal exclusion pattern: "!"', hint: 'a path must follow the !' }
  const negated = cleaned.startsWith('!')
  const text = negated ? cleaned.slice(1) : cleaned
  const fault = syntaxFault(text)
  if (fault !== undefined) return { error: `${fault} in pattern ${JSON.stringify(text)}` }
  const test = toTest(text)
  if (typeof test === 'string')
    return {
      error: `${test} in pattern ${JSON.stringify(text)}`,
      hint: 'directories are separated by /, \\ is an escape',
    }
  return { pattern: { negated, text, test } }
}

/** The shortest path that means the same, by text alone: `a//b/../c/` is `a/c`, nothing is `.`. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/')
  const kept: string[] = []
  for (const element of path.split('/')) {
    if (element === '' || element === '.') continue
    if (element !== '..') kept.push(element)
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else if (!rooted) kept.push('..')
  }
  return (rooted ? '/' : '') + kept.join('/') || '.'
}

/** What makes the pattern unreadable: an open class, an empty class or range, an escape of nothing. */
function syntaxFault(pattern: string): string | undefined {
  // A class is `[`, an optional `^`, then at least one character or range; `-` and `]` in it need an escape.
  const element = String.raw`(?:\\[^]|[^\\\-\]])`
  const whole = new RegExp(String.raw`^(?:[^\\[]|\\[^]|\[(?:\^|(?!\^))(?:${element}(?:-${element})?)+\])*$`, 'u')
  return whole.test(pattern) ? undefined : 'syntax error'
}

function toTest(pattern: string): Test | string {
  const special = /[*?[\]\\]/
  if (!special.test(pattern)) return { kind: 'exact', path: pattern }
  const inner = pattern.slice(2)
  if (pattern.startsWith('**/') && !special.test(inner) && !inner.slice(1).includes('/'))
    return { kind: 'element', name: inner.slice(1) }
  const open = pattern.slice(0, -2)
  if (pattern.endsWith('**') && !special.test(open)) return { kind: 'prefix', prefix: open }
  return toExpression(pattern)
}

function toExpression(pattern: string): Test | string {
  const elementOnly = /^\*\*\/(?:[^*?[\]\\/]|\*(?!\*)|\?)+$/.test(pattern)
  const suffix = /^\*\*(?!\*)[^*?[\]\\]+$/.test(pattern)
  const body = elementOnly ? pattern.slice(3) : pattern
  // `**name` compares the end of the text, so that it need not begin an element.
  const source =
    suffix && !pattern.startsWith('**/') ? `.*${translate(pattern.slice(2)).replaceAll('^', '\\^')}` : translate(body)
  const expression = toNative(source)
  if (expression === undefined) return 'invalid escape or character class'
  if (elementOnly) return { kind: 'element-match', expression }
  const tail = tailOf(pattern)
  return { kind: 'match', expression, ...(tail === undefined ? {} : { tail }) }
}

/** The expression of the last element, when it is plain and surely begins an element (in `a**\/b` it may not). */
function tailOf(pattern: string): string | undefined {
  const match = /^(?:|(?:[^]*\/)?\*\*\/|[^]*[^*]\*?\/)((?:[^*?[\]\\/]|\*(?!\*)|\?)+)$/.exec(pattern)
  return match?.[1] === undefined || /[[\]\\]/.test(pattern) ? undefined : toNative(translate(match[1]))
}

/** The pattern as a regular expression in the dialect of the reference, which leaves classes and escapes as they are. */
function translate(pattern: string): string {
  return pattern.replace(/\*\*\/?$|\*\*\/?|\*|\?|\\[^]?|[.+(){}|$]/gu, (token, offset: number) => {
    if (token.startsWith('**')) return offset + token.length === pattern.length ? '.*' : '(?:.*/)?'
    if (token === '*') return '[^/]*'
    if (token === '?') return '[^/]'
    return token.startsWith('\\') ? token : `\\${token}`
  })
}

/** Makes the expression one of this language (`u` flag); undefined when the reference would refuse it. */
function toNative(expression: string): string | undefined {
  const tokens = expression.match(/\[:\^?\w+:\]|\\[^]?|[^]/gu) ?? []
  let opened = -1
  let out = ''
  for (const token of tokens) {
    const inClass = opened >= 0
    const part = nativeToken(token, inClass)
    if (part === undefined) return undefined
    if (inClass && token === ']' && /^\^?$/.test(out.slice(opened))) return undefined
    out += part
    if (token === '[' && !inClass) opened = out.length
    else if (token === ']') opened = -1
  }
  try {
    new RegExp(out, 'u')
    return out
  } catch {
    return undefined
  }
}

function nativeToken(token: string, inClass: boolean): string | undefined {
  if (token.startsWith('[:')) return inClass ? posixClasses[token.slice(2, -2)] : token
  if (token.startsWith('\\')) return nativeEscape(token.slice(1), inClass)
  if (token === '.' && !inClass) return '[^\\n]'
  if (token === '[' && inClass) return '\\['
  return token === ']' && !inClass ? '\\]' : token
}

function nativeEscape(character: string, inClass: boolean): string | undefined {
  if (/[dDwWsSfnrtv]/.test(character) || (character === 'b' && !inClass)) return `\\${character}`
  if (character === 'a') return '\\x07'
  if (/[A-Za-z0-9]/.test(character)) return undefined
  return /[\^$\\.*+?()[\]{}|/-]/.test(character) && (character !== '-' || inClass) ? `\\${character}` : character
}

const posixClasses: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  blank: '\\t ',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}
