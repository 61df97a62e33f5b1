import { compileIgnore } from '../ignore/index.ts'
import { type PatternGroup, patternGroups } from './ignore-patterns.ts'

/** A file of a context. Paths are relative to it. */
export interface ContextPath {
  readonly path: string
  readonly kind: 'file' | 'directory' | 'link' | 'other'
  /** Bytes. */
  readonly size: number
}

/** A source of a COPY or ADD, or of a bind mount. */
export interface ContextNeed {
  /** Relative to the context, wildcards kept; `''` is all of it. */
  readonly path: string
  /** 1-based line of the instruction. */
  readonly line: number
}

/** What a context holds, and what a Dockerfile takes of it. */
export interface IgnoreInput {
  readonly files: readonly ContextPath[]
  readonly needs: readonly ContextNeed[]
  /** Patterns of the ignore file that is there, and its text. */
  readonly patterns: readonly string[]
  readonly text: string
  /** Some RUN makes the results of the project: what lies about of former builds is not needed. */
  readonly builds: boolean
}

export interface FilesAndBytes {
  readonly files: number
  readonly bytes: number
}

export interface IgnorePlan {
  readonly text: string
  /** What was added, in order, `!` in front of exceptions. */
  readonly added: readonly string[]
  /** What is sent with the text as it was, and as it will be. */
  readonly before: FilesAndBytes
  readonly after: FilesAndBytes
  /** The largest things that are kept out now: first elements of paths. */
  readonly gone: readonly (FilesAndBytes & { readonly path: string })[]
}

/** The files with all names that occur in their paths. */
interface Listed extends IgnoreInput {
  readonly elements: ReadonlySet<string>
}

interface Line {
  readonly pattern: string
  readonly title: string
}

/** A pattern with its exceptions: they are written together or not at all. */
type Block = readonly Line[]

/** A directory or file that no COPY names and that is larger than this gets a pattern of its own: 1 MB. */
const largeBytes = 1_000_000

/**
 * The ignore file that a Dockerfile can do with: what is there, the well-known patterns that keep no COPY from what it names,
 * and large paths that nothing takes. Undefined when nothing is missing. Every instruction that found files before finds some
 * afterwards, and what it names itself stays.
 */
export function planIgnore(input: IgnoreInput): IgnorePlan | undefined {
  const kept = withoutHarm([...repairs(input), ...wellKnown(input), ...large(input)], input)
  if (kept.length === 0) return undefined
  const added = kept.map(({ pattern }) => pattern)
  const before = sent(input.files, input.patterns)
  const after = sent(input.files, [...input.patterns, ...added])
  return {
    text: textOf(input.text, kept),
    added,
    before: amount(before),
    after: amount(after),
    gone: goneBetween(before, after),
  }
}

/** What a COPY names and the file hides is taken back. */
function repairs({ files, needs, patterns }: IgnoreInput): readonly Block[] {
  const { ignored } = compileIgnore(patterns)
  return needs
    .filter(({ path }) => path !== '' && !hasWildcard(path))
    .filter((need) => {
      const named = files.filter(({ path }) => isBelow(path, need.path))
      return named.length > 0 && named.every(({ path }) => ignored(path))
    })
    .map(({ path, line }) => [{ pattern: `!${literal(path)}`, title: `copied in line ${line}` }])
}

function wellKnown(input: IgnoreInput): readonly Block[] {
  const { files } = input
  const listed = { ...input, elements: new Set(files.flatMap(({ path }) => path.split('/'))) }
  const has = (name: RegExp): boolean => files.some(({ path }) => name.test(path))
  return patternGroups
    .filter(({ when, unless }) => (when === undefined || has(when)) && (unless === undefined || !has(unless)))
    .flatMap((group) => group.patterns.flatMap((pattern) => blockFor(pattern, group, listed)))
}

/** The pattern, with exceptions for what instructions name of it; nothing where it is not needed or would take too much. */
function blockFor(pattern: string, { title, loss, always }: PatternGroup, input: Listed): readonly Block[] {
  const { needs, builds, patterns } = input
  const covers = compileIgnore([pattern]).ignored
  const known = compileIgnore(patterns).ignored
  const covered = coveredBy(pattern, input)
  const isNew = patterns.length === 0
  if (known(sampleOf(pattern)) || (!isNew && always !== true && covered.every(({ path }) => known(path)))) return []
  if (!isNew && known(sampleOf(pattern.replace(/^\*\*\//, ''))) && covered.every(({ path }) => known(path))) return []
  const named = needs.filter(({ path }) => path !== '')
  const isCopied = covered.some(({ path }) => needs.some((need) => taken(need, path)))
  if (loss === 'wanted' && isCopied) return []
  const direct = named.filter((need) => covers(need.path) || covered.some(({ path }) => matches(need, path)))
  const aside = covered.filter(({ path }) => !direct.some((need) => taken(need, path)))
  const isLost = aside.some(({ path }) => needs.some((need) => taken(need, path)))
  if (loss === 'made' && !builds && isLost) return []
  if (direct.length === 0) return [[{ pattern, title }]]
  if (aside.length === 0 && always !== true) return []
  return [[{ pattern, title }, ...direct.map(({ path }) => ({ pattern: `!${withoutMeaning(path)}`, title }))]]
}

/**
 * The files that a pattern covers. Most patterns are names that a context does not have: of 18,000 files, which took 0.7 s
 * pattern by pattern, nearly none has to be looked at.
 */
function coveredBy(pattern: string, { files, elements }: Listed): readonly ContextPath[] {
  const first = pattern.replace(/^\*\*\//, '').split('/', 1)[0] ?? ''
  if (!/[*?[\]!\\]/.test(first) && !elements.has(first)) return []
  const { ignored } = compileIgnore([pattern])
  return files.filter(({ path }) => ignored(path))
}

/** Large things that no instruction takes, where none takes everything. */
function large({ files, needs, patterns }: IgnoreInput): readonly Block[] {
  if (needs.length === 0 || needs.some(({ path }) => path === '')) return []
  const { ignored } = compileIgnore([...patterns, ...patternGroups.flatMap((group) => group.patterns)])
  const byTop = new Map<string, { bytes: number; taken: boolean }>()
  for (const { path, size } of files) {
    if (ignored(path)) continue
    const [top = path] = path.split('/')
    const known = byTop.get(top) ?? { bytes: 0, taken: false }
    const isTaken = needs.some((need) => taken(need, path) || isBelow(need.path, top))
    byTop.set(top, { bytes: known.bytes + size, taken: known.taken || isTaken })
  }
  return [...byTop]
    .filter(([, { bytes, taken: isTaken }]) => !isTaken && bytes >= largeBytes)
    .map(([top]) => [{ pattern: literal(top), title: 'large, and copied by nothing' }])
}

/** Leaves out every block that would empty an instruction, or take away a file that it names. */
function withoutHarm(blocks: readonly Block[], { files, needs, patterns }: IgnoreInput): readonly Line[] {
  const found = (need: ContextNeed, all: readonly string[]): readonly ContextPath[] => {
    const { ignored } = compileIgnore(all)
    return files.filter(({ path, kind }) => kind !== 'directory' && taken(need, path) && !ignored(path))
  }
  const had = needs.map((need) => found(need, patterns))
  const harms = (kept: readonly Line[]): boolean =>
    needs.some((need, at) => {
      const before = had[at] ?? []
      if (before.length === 0) return false
      const after = found(need, [...patterns, ...kept.map(({ pattern }) => pattern)])
      const itself = before.some(({ path }) => path === need.path) && !after.some(({ path }) => path === need.path)
      return after.length === 0 || itself
    })
  const all = blocks.flat()
  if (!harms(all)) return all
  const kept: Line[] = []
  for (const block of blocks) if (!harms([...kept, ...block])) kept.push(...block)
  return kept
}

/** Whether an instruction takes a path: it matches, or lies below what matches. */
function taken({ path: need }: ContextNeed, path: string): boolean {
  if (need === '') return true
  return hasWildcard(need) ? wildcard(need).test(path) : isBelow(path, need)
}

/** Whether the instruction names the path itself. */
function matches({ path: need }: ContextNeed, path: string): boolean {
  return hasWildcard(need) ? wildcard(need).exec(path)?.[0] === path : need === path
}

/** The wildcards of COPY mean the same in an ignore file. */
function withoutMeaning(path: string): string {
  return hasWildcard(path) ? path : literal(path)
}

function wildcard(need: string): RegExp {
  const source = need.replaceAll(/\*+|\?|[.+^${}()|\\]/g, (token) =>
    token.startsWith('*') ? '[^/]*' : token === '?' ? '[^/]' : `\\${token}`,
  )
  try {
    return new RegExp(`^${source}(?:/|$)`)
  } catch {
    return /(?:)/
  }
}

function hasWildcard(path: string): boolean {
  return /[*?[]/.test(path)
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`)
}

/** Characters that mean something in patterns, taken at their word. */
function literal(path: string): string {
  return path.replaceAll(/[\\*?[\]]/g, '\\$&').replace(/^[!#]/, '\\$&')
}

/** A path that a pattern covers, to see whether another one does so already. */
function sampleOf(pattern: string): string {
  return pattern
    .replace(/^\*\*\//, 'x/')
    .replaceAll(/\[(.)[^\]]*\]/g, '$1')
    .replaceAll('*', 'x')
}

function sent(files: readonly ContextPath[], patterns: readonly string[]): readonly ContextPath[] {
  const { ignored } = compileIgnore(patterns)
  return files.filter(({ path, kind }) => kind !== 'directory' && !ignored(path))
}

function amount(files: readonly ContextPath[]): FilesAndBytes {
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) }
}

function goneBetween(before: readonly ContextPath[], after: readonly ContextPath[]): IgnorePlan['gone'] {
  const left = new Set(after.map(({ path }) => path))
  const byTop = new Map<string, FilesAndBytes>()
  for (const { path, size } of before) {
    if (left.has(path)) continue
    const [top = path] = path.split('/')
    const { files, bytes } = byTop.get(top) ?? { files: 0, bytes: 0 }
    byTop.set(top, { files: files + 1, bytes: bytes + size })
  }
  return [...byTop].map(([path, all]) => ({ path, ...all })).sort((a, b) => b.bytes - a.bytes || b.files - a.files)
}

/** New lines at the end, under a heading each group; line breaks as they are. */
function textOf(text: string, lines: readonly Line[]): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  let title = ''
  const written: string[] = []
  for (const line of lines) {
    if (line.title !== title) written.push(...(written.length + text.length === 0 ? [] : ['']), `# ${line.title}`)
    title = line.title
    written.push(line.pattern)
  }
  const start = text === '' || text.endsWith('\n') ? text : `${text}${eol}`
  return start + written.map((line) => line + eol).join('')
}
