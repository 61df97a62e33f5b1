/**
 * The pattern language of `${name#pattern}` and its kin: `*` any characters, `?` one character, `\` takes the next
 * one literally. No brackets. Nothing matches a line feed except itself.
 */

export type PatternResult = { readonly value: string } | { readonly error: string }

/** Removes the start of `value` that the pattern matches: the shortest one, or the longest when `greedy`. */
export function trimStart(value: string, pattern: string, greedy: boolean): PatternResult {
  const regexp = compile(pattern, greedy, true)
  if (typeof regexp === 'string') return { error: regexp }
  return { value: value.slice(regexp.exec(value)?.[0].length ?? 0) }
}

/** Removes the end of `value` that the pattern matches: the shortest one, or the longest when `greedy`. */
export function trimEnd(value: string, pattern: string, greedy: boolean): PatternResult {
  // A search runs from the left, so the shortest match at the end is found by mirroring both.
  const result = trimStart(reverse(value), reversePattern(pattern), greedy)
  return 'value' in result ? { value: reverse(result.value) } : result
}

/** Replaces the first match (or `all` matches) of the pattern by the replacement; wildcards take as much as they can. */
export function replaceMatches(
  value: string,
  pattern: string,
  options: { readonly replacement: string; readonly all: boolean },
): PatternResult {
  const regexp = compile(pattern, true, false)
  if (typeof regexp === 'string') return { error: regexp }
  if (!options.all) return { value: value.replace(regexp, () => options.replacement) }
  let out = ''
  let done = 0
  for (const match of value.matchAll(new RegExp(regexp.source, 'gu'))) {
    const end = match.index + match[0].length
    out += value.slice(done, match.index)
    // An empty match right behind another match does not count.
    if (end > done || match.index === 0) out += fillTemplate(options.replacement, match[0])
    done = end
  }
  return { value: out + value.slice(done) }
}

function compile(pattern: string, greedy: boolean, anchored: boolean): RegExp | string {
  const characters = [...pattern]
  let source = anchored ? '^' : ''
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] as string
    if (character === '*') source += greedy ? '[^\\n]*' : '[^\\n]*?'
    else if (character === '?') source += '[^\\n]'
    else if (character !== '\\') source += literal(character)
    else {
      const next = characters[at + 1] ?? ''
      if (next === '}' || next === '/') continue
      if (next !== '*' && next !== '?' && next !== '\\')
        return `invalid pattern (${pattern}) in substitution: invalid escape '\\${next}'`
      source += `\\${next}`
      at += 1
    }
  }
  return new RegExp(source, 'u')
}

function literal(character: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character
}

function reverse(text: string): string {
  return [...text].reverse().join('')
}

/** Mirrors a pattern but keeps each `\` in front of the character it protects. */
function reversePattern(pattern: string): string {
  const parts = pattern.match(/\\[^]|[^]/gu) ?? []
  return parts.reverse().join('')
}

/** The replacement of a `//` form is a template in which `$0` is the match and other groups are empty. */
function fillTemplate(template: string, match: string): string {
  return template.replace(
    /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu,
    (whole, braced?: string, bare?: string) => {
      if (whole === '$$') return '$'
      return (braced ?? bare) === '0' ? match : ''
    },
  )
}
