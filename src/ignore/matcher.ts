import { compilePattern, type Pattern } from './pattern.ts'

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
  const runs = toRuns(compiled).reverse()
  const deciding = (path: string) => {
    // Whatever the patterns say, a tree keeps its root.
    if (path === '.' || path === '') return -1
    const parts = partsOf(path)
    return runs.findIndex((run) => run.covers(parts))
  }
  return {
    ignored: (path) => runs[deciding(path)]?.negated === false,
    prunable: (directory) => {
      const index = deciding(directory)
      if (runs[index]?.negated !== false) return false
      const elements = directory.split('/')
      return !runs.slice(0, index).some((run) => run.negated && run.patterns.some((each) => mayReach(each, elements)))
    },
  }
}

/** Neighbouring patterns of the same sign: their order does not matter, so they are tested together. */
interface Run {
  readonly negated: boolean
  readonly patterns: readonly Pattern[]
  readonly covers: (parts: PathParts) => boolean
}

interface PathParts {
  readonly path: string
  readonly elements: readonly string[]
  /** The path and the directories above it. */
  readonly prefixes: readonly string[]
}

function partsOf(path: string): PathParts {
  const prefixes: string[] = []
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) prefixes.push(path.slice(0, at))
  prefixes.push(path)
  return { path, elements: path.split('/'), prefixes }
}

function toRuns(patterns: readonly Pattern[]): Run[] {
  const groups: Pattern[][] = []
  for (const pattern of patterns) {
    const last = groups.at(-1)
    if (last !== undefined && last[0]?.negated === pattern.negated) last.push(pattern)
    else groups.push([pattern])
  }
  return groups.map((group) => ({
    negated: group[0]?.negated ?? false,
    patterns: group,
    covers: toCover(group),
  }))
}

function toCover(patterns: readonly Pattern[]): (parts: PathParts) => boolean {
  const paths = new Set<string>()
  const names = new Set<string>()
  const prefixes: string[] = []
  const elementSources: string[] = []
  const sources: string[] = []
  for (const { test } of patterns) {
    if (test.kind === 'exact') paths.add(test.path)
    else if (test.kind === 'element') names.add(test.name)
    else if (test.kind === 'prefix') prefixes.push(test.prefix)
    else if (test.kind === 'element-match') elementSources.push(test.expression)
    else sources.push(test.expression)
  }
  const elementMatches = remembering(union(elementSources, '$'))
  // Whatever matches up to a `/` is a directory above the path that matches as a whole.
  const pathMatches = union(sources, '(?:/|$)')
  return ({ path, elements, prefixes: above }) =>
    above.some((prefix) => paths.has(prefix)) ||
    elements.some((element) => names.has(element) || elementMatches(element)) ||
    prefixes.some((prefix) => path.startsWith(prefix)) ||
    pathMatches(path)
}

function union(sources: readonly string[], end: string): (text: string) => boolean {
  if (sources.length === 0) return () => false
  const expression = new RegExp(`^(?:${sources.join('|')})${end}`, 'u')
  return (text) => expression.test(text)
}

/** Element names repeat a lot in a tree (`index.js`); the answers for the last 10,000 names are kept. */
function remembering(matches: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, boolean>()
  return (text) => {
    const known = answers.get(text)
    if (known !== undefined) return known
    if (answers.size >= 10_000) answers.clear()
    const answer = matches(text)
    answers.set(text, answer)
    return answer
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
  const source = pattern.replace(/[*?.+(){}|$^]/g, (token) =>
    token === '*' ? '[^]*' : token === '?' ? '[^]' : `\\${token}`,
  )
  return new RegExp(`^${source}$`, 'u').test(element)
}
