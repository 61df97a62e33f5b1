/** Whether Go's `filepath.Match` would see a wildcard in `text`: `*`, `?` or `[` that no backslash precedes. */
export function hasWildcard(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '\\') at += 1
    else if (character === '*' || character === '?' || character === '[') return true
  }
  return false
}

/** A literal path with its backslash escapes taken away. */
export function unescapePath(text: string): string {
  return text.replace(/\\(.)/gsu, '$1')
}

/**
 * A test for one path element by the rules of Go's `filepath.Match`: `*` and `?` also match a leading dot, classes are
 * negated by `^` only, a backslash takes the meaning from the next character. Undefined for a malformed pattern.
 */
export function compileElement(pattern: string): ((name: string) => boolean) | undefined {
  let source = ''
  const characters = [...pattern]
  for (let at = 0; at < characters.length; ) {
    const character = characters[at] as string
    if (character === '[') {
      const parsed = parseClass(characters, at + 1)
      if (parsed === undefined) return undefined
      source += parsed.source
      at = parsed.end
      continue
    }
    at += 1
    if (character === '*') source += '[^/]*'
    else if (character === '?') source += '[^/]'
    else if (character !== '\\') source += quote(character)
    else {
      const escaped = characters[at]
      if (escaped === undefined) return undefined
      source += quote(escaped)
      at += 1
    }
  }
  const expression = new RegExp(`^${source}$`, 'su')
  return (name) => expression.test(name)
}

/** Reads a class from behind its `[`; `end` is the index behind the `]`. */
function parseClass(characters: readonly string[], start: number): { source: string; end: number } | undefined {
  let at = start
  const negated = characters[at] === '^'
  if (negated) at += 1
  let ranges = ''
  for (;;) {
    if (characters[at] === ']' && ranges !== '') return { source: `[${negated ? '^' : ''}${ranges}]`, end: at + 1 }
    const low = classCharacter(characters, at)
    if (low === undefined) return undefined
    at = low.end
    let high = low
    if (characters[at] === '-') {
      const upper = classCharacter(characters, at + 1)
      if (upper === undefined) return undefined
      high = upper
      at = upper.end
    }
    // An inverted range matches nothing in Go and is an error in a RegExp; no file name contains U+0000.
    const inverted = (low.value.codePointAt(0) as number) > (high.value.codePointAt(0) as number)
    ranges += inverted ? '\\0' : `${quote(low.value)}-${quote(high.value)}`
  }
}

function classCharacter(characters: readonly string[], at: number): { value: string; end: number } | undefined {
  const character = characters[at]
  if (character === undefined || character === '-' || character === ']') return undefined
  if (character !== '\\') return { value: character, end: at + 1 }
  const escaped = characters[at + 1]
  return escaped === undefined ? undefined : { value: escaped, end: at + 2 }
}

function quote(character: string): string {
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`
}
