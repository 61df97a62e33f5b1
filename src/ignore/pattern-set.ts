import type { Pattern } from './pattern.ts'

/**
 * Finds the last pattern that covers a path or a directory above it (-1: none). What depends only on a directory or on
 * an element's name is remembered, and all patterns that need an expression are first tried as one: with 200 patterns
 * and 50,000 paths, trying each pattern on each path took a minute.
 */
export function toPatternSet(patterns: readonly Pattern[]): (path: string) => number {
  const index = indexPatterns(patterns)
  const aboutElement = remember((element) => describeElement(index, element))
  const own = (path: string) => ownMatch(index, path, aboutElement(path.slice(path.lastIndexOf('/') + 1)))
  const inDirectory: (directory: string) => number = remember((directory) => covering(directory))
  const covering = (path: string) => {
    const slash = path.lastIndexOf('/')
    return slash < 0 ? own(path) : Math.max(inDirectory(path.slice(0, slash)), own(path))
  }
  return covering
}

interface Expression {
  readonly at: number
  readonly expression: RegExp
}

interface PatternIndex {
  readonly paths: ReadonlyMap<string, number>
  readonly names: ReadonlyMap<string, number>
  readonly prefixes: readonly { readonly at: number; readonly prefix: string }[]
  readonly elements: readonly Expression[]
  readonly anyElement: RegExp | undefined
  /** Patterns whose last element can be judged alone, and all those last elements as one expression. */
  readonly tailed: readonly Expression[]
  readonly anyTail: RegExp | undefined
  readonly others: readonly Expression[]
  readonly anyOther: RegExp | undefined
}

/** What the name of an element alone decides. */
interface ElementFacts {
  /** The last pattern that the element matches wherever it stands. */
  readonly at: number
  /** Whether the element could be the last one of a `tailed` pattern. */
  readonly endsTailed: boolean
}

function indexPatterns(patterns: readonly Pattern[]): PatternIndex {
  const paths = new Map<string, number>()
  const names = new Map<string, number>()
  const prefixes: { at: number; prefix: string }[] = []
  const sources = { elements: [] as Source[], tailed: [] as Source[], others: [] as Source[] }
  const tails = new Set<string>()
  for (const [at, { test }] of patterns.entries()) {
    if (test.kind === 'exact') paths.set(test.path, at)
    else if (test.kind === 'element') names.set(test.name, at)
    else if (test.kind === 'prefix') prefixes.push({ at, prefix: test.prefix })
    else if (test.kind === 'element-match') sources.elements.push({ at, source: test.expression })
    else if (test.tail === undefined) sources.others.push({ at, source: test.expression })
    else {
      sources.tailed.push({ at, source: test.expression })
      tails.add(test.tail)
    }
  }
  return {
    paths,
    names,
    prefixes,
    elements: sources.elements.map(toExpression),
    anyElement: union(sources.elements.map(({ source }) => source)),
    tailed: sources.tailed.map(toExpression),
    anyTail: union([...tails]),
    others: sources.others.map(toExpression),
    anyOther: union(sources.others.map(({ source }) => source)),
  }
}

interface Source {
  readonly at: number
  readonly source: string
}

function toExpression({ at, source }: Source): Expression {
  return { at, expression: new RegExp(`^(?:${source})$`, 'u') }
}

function union(sources: readonly string[]): RegExp | undefined {
  return sources.length === 0 ? undefined : new RegExp(`^(?:${sources.join('|')})$`, 'u')
}

function describeElement(index: PatternIndex, element: string): ElementFacts {
  const named = index.names.get(element) ?? -1
  const matched = index.anyElement?.test(element) ? lastOf(index.elements, element) : -1
  return { at: Math.max(named, matched), endsTailed: index.anyTail?.test(element) ?? false }
}

function ownMatch(index: PatternIndex, path: string, element: ElementFacts): number {
  let last = Math.max(element.at, index.paths.get(path) ?? -1)
  for (const { at, prefix } of index.prefixes) if (at > last && path.startsWith(prefix)) last = at
  if (element.endsTailed) last = Math.max(last, lastOf(index.tailed, path))
  if (index.anyOther?.test(path)) last = Math.max(last, lastOf(index.others, path))
  return last
}

function lastOf(expressions: readonly Expression[], text: string): number {
  return expressions.findLast(({ expression }) => expression.test(text))?.at ?? -1
}

/** Keeps the answers for up to 10,000 texts: a bound on memory that few projects' directories or file names reach. */
function remember<Answer>(compute: (text: string) => Answer): (text: string) => Answer {
  const answers = new Map<string, Answer>()
  return (text) => {
    const known = answers.get(text)
    if (known !== undefined) return known
    const answer = compute(text)
    if (answers.size >= 10_000) answers.clear()
    answers.set(text, answer)
    return answer
  }
}
