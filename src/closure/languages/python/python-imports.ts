import { logicalLines, type LogicalLine } from './logical-lines.ts'

/** When an import runs: `start` whenever the file is loaded, `later` in a function or under a condition, `guarded` where failing is provided for. */
export type When = 'start' | 'later' | 'guarded'

export interface PythonImport {
  /** Dots before the name. */
  readonly level: number
  /** `a.b`; empty for `from . import x`. */
  readonly module: string
  /** What `from` takes: attributes or modules. Empty for `import a.b`. */
  readonly names: readonly string[]
  readonly when: When
}

export interface PythonFacts {
  readonly isMain: boolean
  /** Of 3.x. */
  readonly minor: number | undefined
}

/** The blocks that a line stands in. `dead` never runs. */
type Reach = When | 'dead'

interface Block {
  readonly indent: number
  readonly reach: Reach
}

/** The import statements of a Python text, in their order. */
export function findPythonImports(text: string, facts: PythonFacts): readonly PythonImport[] {
  if (!/\bimport\b/.test(text)) return []
  const lines = logicalLines(text)
  const found: PythonImport[] = []
  const blocks: Block[] = []
  /** Whether an `if` of this indent was true, for its `else`. */
  const branches = new Map<number, boolean | undefined>()
  for (const [at, line] of lines.entries()) {
    while ((blocks.at(-1)?.indent ?? -1) >= line.indent) blocks.pop()
    const around = blocks.at(-1)?.reach ?? 'start'
    const header = headerOf(line.text)
    if (header === undefined) {
      if (around !== 'dead') found.push(...statementImports(line.text, around))
      continue
    }
    const reach = weakest(around, insideOf(header, { lines, at, branches, facts }))
    blocks.push({ indent: line.indent, reach })
    const behind = /:\s*((?:import|from)\s.*)$/.exec(line.text)?.[1]
    if (behind !== undefined && reach !== 'dead') found.push(...statementImports(behind, reach))
  }
  return found
}

const headers = /^(if|elif|else|try|except|finally|for|while|with|def|class|match|case)\b/

/** The keyword of a line that opens a block. */
function headerOf(text: string): string | undefined {
  const plain = text.startsWith('async ') ? text.slice(6).trimStart() : text
  const keyword = headers.exec(plain)?.[1]
  if (keyword === undefined) return undefined
  // `match` and `case` are also names.
  return (keyword === 'match' || keyword === 'case') && !/:$|:\s/.test(text) ? undefined : keyword
}

interface Surroundings {
  readonly lines: readonly LogicalLine[]
  readonly at: number
  readonly branches: Map<number, boolean | undefined>
  readonly facts: PythonFacts
}

function insideOf(header: string, { lines, at, branches, facts }: Surroundings): Reach {
  const { indent, text } = lines[at] as LogicalLine
  switch (header) {
    case 'if':
    case 'elif': {
      const before = header === 'elif' ? branches.get(indent) : false
      const truth = truthOf(text.replace(/^(el)?if\b/, ''), facts)
      branches.set(indent, before === true ? true : before === undefined && truth !== true ? undefined : truth)
      if (before === true || truth === false) return 'dead'
      return before === false && truth === true ? 'start' : 'later'
    }
    case 'else': {
      const before = branches.get(indent)
      if (!branches.has(indent)) return 'start'
      branches.delete(indent)
      return before === true ? 'dead' : before === false ? 'start' : 'later'
    }
    case 'try':
      branches.delete(indent)
      return isGuarded(lines, at) ? 'guarded' : 'start'
    case 'except':
      return 'guarded'
    case 'with':
      return /\bsuppress\s*\(/.test(text) ? 'guarded' : 'start'
    case 'finally':
    case 'class':
      return 'start'
    default:
      // A loop may have an else, which is none of an `if`.
      branches.delete(indent)
      return 'later'
  }
}

function truthOf(condition: string, { isMain, minor }: PythonFacts): boolean | undefined {
  if (/^\s*\(?(typing\.|t\.)?TYPE_CHECKING\)?\s*:/.test(condition)) return false
  if (/^\s*__name__\s*==/.test(condition)) return isMain
  const version = /^\s*sys\.version_info(?:\[:2\])?\s*(>=|<|>|<=)\s*\(\s*3\s*,\s*(\d+)\s*,?\s*\)\s*:/.exec(condition)
  if (version !== null && minor !== undefined) {
    const wanted = Number(version[2])
    if (version[1] === '>=') return minor >= wanted
    return version[1] === '<' ? minor < wanted : undefined
  }
  return undefined
}

/** Errors that the failure of an import is none of. */
const otherErrors =
  /^\(?\s*((Key|Value|Attribute|Type|Name|Index|Lookup|Runtime|Unicode\w*|Syntax|Zero\w*|Assertion)Error|KeyboardInterrupt|StopIteration|[\s,()])+\)?$/

/** Whether an `except` of a `try` goes on when an import fails. One that ends in `raise` does not. */
function isGuarded(lines: readonly LogicalLine[], at: number): boolean {
  const indent = lines[at]?.indent ?? 0
  for (let next = at + 1; next < lines.length; next += 1) {
    const line = lines[next] as LogicalLine
    if (line.indent > indent) continue
    if (line.indent < indent || !/^(except|else|finally)\b/.test(line.text)) return false
    if (!line.text.startsWith('except')) continue
    const caught = line.text
      .replace(/^except\s*\*?/, '')
      .replace(/(\s+as\s+\w+)?\s*:.*$/s, '')
      .trim()
    if (caught !== '' && otherErrors.test(caught)) continue
    if (!endsInRaise(lines, next)) return true
  }
  return false
}

function endsInRaise(lines: readonly LogicalLine[], at: number): boolean {
  const header = lines[at] as LogicalLine
  const inner = lines[at + 1]?.indent ?? 0
  if (inner <= header.indent) return /:\s*raise\b/.test(header.text)
  let last = ''
  for (let next = at + 1; (lines[next]?.indent ?? -1) > header.indent; next += 1) {
    const line = lines[next] as LogicalLine
    if (line.indent === inner) last = line.text
  }
  return /^raise\b/.test(last)
}

function statementImports(text: string, reach: Reach): readonly PythonImport[] {
  if (reach === 'dead' || !/\bimport\b/.test(text)) return []
  return text.split(';').flatMap((statement) => oneImport(statement.trim(), reach))
}

function oneImport(statement: string, when: When): readonly PythonImport[] {
  const from = /^from\s*(\.[.\s]*|\s)\s*([\w.\s]*?)\s*\bimport\b\s*\(?([^)]*)\)?\s*$/.exec(statement)
  if (from !== null) {
    const level = (from[1] ?? '').replace(/\s/g, '').length
    return [{ level, module: (from[2] ?? '').replace(/\s/g, ''), names: listed(from[3] ?? ''), when }]
  }
  const plain = /^import\s+(.+)$/.exec(statement)
  if (plain === null) return []
  return listed(plain[1] ?? '').map((module) => ({ level: 0, module, names: [], when }))
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) =>
      name
        .trim()
        .replace(/\s+as\s+[^\s]+$/, '')
        .replace(/\s*\.\s*/g, '.'),
    )
    .filter((name) => /^[^\s"'()=]+$/.test(name))
}

const strength: Readonly<Record<Reach, number>> = { start: 0, later: 1, guarded: 2, dead: 3 }

function weakest(a: Reach, b: Reach): Reach {
  return strength[a] >= strength[b] ? a : b
}

export function weaker(a: When, b: When): When {
  return strength[a] >= strength[b] ? a : b
}
