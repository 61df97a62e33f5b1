import { compilePattern, type Pattern } from './pattern.ts'
import { toPatternSet } from './pattern-set.ts'

/** Which paths a list of patterns ignores. Paths are relative, clean and separated by `/`. */
export interface IgnoreMatcher {
  /** Whether the last pattern that covers the path or a directory above it ignores it. */
  readonly ignored: (path: string) => boolean
  /**
   * Whether the directory and everything that could lie below it is ignored, so that a walk may skip it. Never true
   * when a `!` pattern might take something below back; may be false where a closer look would find nothing.
   */
  readonly prunable: (directory: string) => boolean
}

/** Compiles the patterns of an ignore file, or of `COPY --exclude`. Patterns with a fault match nothing. */
export function compileIgnore(patterns: readonly string[]): IgnoreMatcher {
  const compiled = patterns.flatMap((line) => {
    const result = compilePattern(line)
    return result === undefined || 'error' in result ? [] : [result.pattern]
  })
  const lastMatch = toPatternSet(compiled)
  // Whatever the patterns say, a tree keeps its root.
  const deciding = (path: string) => (path === '.' || path === '' ? -1 : lastMatch(path))
  return {
    ignored: (path) => compiled[deciding(path)]?.negated === false,
    prunable: (directory) => {
      const index = deciding(directory)
      if (compiled[index]?.negated !== false) return false
      const elements = directory.split('/')
      return !compiled.some((pattern, later) => later > index && pattern.negated && mayReach(pattern, elements))
    },
  }
}

/** Whether the pattern might match something below the directory, given that it does not match the directory. */
function mayReach({ text }: Pattern, directory: readonly string[]): boolean {
  const wanted = text.split('/')
  for (const [index, element] of directory.entries()) {
    const pattern = wanted[index]
    if (pattern === undefined) return false
    if (pattern.includes('**') || /[[\]\\]/.test(pattern)) return true
    if (!elementFits(element, pattern)) return false
  }
  return true
}

function elementFits(element: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return element === pattern
  const source = pattern.replace(/[*?.+(){}|$^]/g, (token) =>
    token === '*' ? '[^]*' : token === '?' ? '[^]' : `\\${token}`,
  )
  return new RegExp(`^${source}$`, 'u').test(element)
}
