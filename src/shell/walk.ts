import type { Condition, ShellCommand, ShellRedirect, ShellWord } from './command.ts'
import { expandWhole, expandWord, sourceSpan, type TextPlace, wholeWord } from './expansion.ts'
import { innerText } from './inner-text.ts'
import { readShellCall } from './shell-call.ts'
import { afterBuiltin, assign, merge, type ShellState, withOptions } from './state.ts'
import type { AssignmentNode, CommandSyntax, RedirectNode, SyntaxNode, WordNode } from './syntax-tree.ts'
import { assignedNames, endsWell, isTest } from './tree-questions.ts'
import { readTree } from './unbash-tree.ts'
import { unwrap } from './unwrap.ts'
import { programName } from './wrappers.ts'

/** What is gathered on the way. */
export interface Gathered {
  readonly commands: ShellCommand[]
  readonly uses: { readonly name: string; readonly span: { readonly start: number; readonly end: number } }[]
  readonly seenUses: Set<string>
  broken: boolean
  pipes: number
}

/** Where in the script a node stands. */
export interface Surroundings {
  readonly place: TextPlace
  readonly gathered: Gathered
  readonly wrappers: readonly string[]
  readonly conditions: readonly Condition[]
  readonly ignored: boolean
  /** Its failure would be the script's. */
  readonly last: boolean
  readonly pipe?: ShellCommand['pipe']
  readonly redirects: readonly ShellRedirect[]
  /** Shells within shells. */
  readonly depth: number
}

const deepest = 8

/** Reads a text as a script of a shell. */
export function walkText(place: TextPlace, state: ShellState, around: Omit<Surroundings, 'place'>): ShellState {
  const { root, broken } = readTree(place.text)
  if (broken) around.gathered.broken = true
  return walk(root, state, { ...around, place })
}

function walk(node: SyntaxNode, state: ShellState, around: Surroundings): ShellState {
  switch (node.kind) {
    case 'command':
      return walkCommand(node, state, around)
    case 'sequence':
      return node.nodes.reduce(
        (now, part, index) => walk(part, now, { ...around, last: around.last && index === node.nodes.length - 1 }),
        state,
      )
    case 'pipeline':
      return walkPipeline(node, state, around)
    case 'chain':
      return walkChain(node, state, around)
    case 'group':
      return node.isolated ? isolated(node.body, state, around) : walk(node.body, state, around)
    case 'redirected': {
      const redirects = readRedirects(node.redirects, state, around)
      return walk(node.node, state, { ...around, redirects: [...redirects, ...around.redirects] })
    }
    case 'branch':
      return walkBranch(node, state, around)
    case 'loop':
      return walkLoop(node, state, around)
    case 'function':
      isolated(node.body, state, inside(around, 'function'))
      return state
    case 'test':
      visitWords(node.words, state, around)
      for (const { name, at } of node.names) noteUse(name, at, around)
      return state
  }
}

function isolated(node: SyntaxNode, state: ShellState, around: Surroundings): ShellState {
  walk(node, state, around)
  return state
}

function inside(around: Surroundings, condition: Condition): Surroundings {
  return { ...around, conditions: [...around.conditions, condition] }
}

function walkPipeline(node: SyntaxNode & { kind: 'pipeline' }, state: ShellState, around: Surroundings): ShellState {
  const wrappers = node.timed ? [...around.wrappers, 'time'] : around.wrappers
  const within = { ...around, wrappers, ignored: around.ignored || node.negated }
  const [first] = node.nodes
  if (first === undefined) return state
  if (node.nodes.length === 1) return walk(first, state, within)
  const id = around.gathered.pipes
  around.gathered.pipes += 1
  for (const [index, part] of node.nodes.entries())
    isolated(part, state, { ...within, pipe: { index, length: node.nodes.length, id } })
  return state
}

function walkChain(node: SyntaxNode & { kind: 'chain' }, state: ShellState, around: Surroundings): ShellState {
  const { nodes, operators } = node
  const lastOr = operators.lastIndexOf('||')
  const lastHarmless = operators.findLastIndex((operator, index) => operator === '||' && endsWell(nodes[index + 1]))
  let now = state
  let tested = false
  for (const [index, part] of nodes.entries()) {
    const operator = operators[index - 1]
    if (operator === '||') tested = false
    // A test that fails at the end of a script fails the step; anywhere else it only skips what follows.
    const skips = operator === '&&' && tested && (!around.last || around.ignored || index <= lastOr)
    const ignored = index <= lastHarmless
    const last = around.last && index === nodes.length - 1
    const here = { ...around, ignored: around.ignored || ignored, last }
    const after = walk(part, now, operator === '||' ? inside(here, 'or') : skips ? inside(here, 'and') : here)
    now = operator === '||' || skips ? merge([now, after]) : after
    if (isTest(part)) tested = true
  }
  return now
}

function walkBranch(node: SyntaxNode & { kind: 'branch' }, state: ShellState, around: Surroundings): ShellState {
  visitWords(node.words, state, around)
  const start = node.first === undefined ? state : walk(node.first, state, { ...around, ignored: true, last: false })
  const ends = node.alternatives.map((part) => walk(part, start, inside(around, 'branch')))
  return merge([start, ...ends])
}

function walkLoop(node: SyntaxNode & { kind: 'loop' }, state: ShellState, around: Surroundings): ShellState {
  visitWords(node.words, state, around)
  const values = node.words.flatMap((word) => expandWord(word, around.place, state))
  let start = [...assignedNames(node.body)].reduce((now, name) => assign(now, name, undefined), state)
  if (node.variable !== undefined) {
    const only = values.length === 1 && !/[*?[]/.test(values[0]?.value ?? '') ? values[0]?.value : undefined
    start = assign(start, node.variable, only)
  }
  if (node.test !== undefined) start = walk(node.test, start, { ...around, ignored: true, last: false })
  return merge([start, walk(node.body, start, inside({ ...around, last: false }, 'loop'))])
}

function walkCommand(node: CommandSyntax, state: ShellState, around: Surroundings): ShellState {
  const { place } = around
  visitAssignments(node.assignments, state, around)
  visitWords(
    node.words.map((argument) => argument.word),
    state,
    around,
  )
  const redirects = [...readRedirects(node.redirects, state, around), ...around.redirects]
  const items = node.words.flatMap((argument) =>
    expandWord(argument.word, place, state).map((word) => ({ word, argument })),
  )
  const assigned = node.assignments.map((part) => readAssignment(part, state, around))
  const words = items.map((item) => item.word)
  const found = unwrap(words)
  const inner = words.slice(found.start)
  const behind = found.assignments.map((index) => ofWord(words[index] as ShellWord))
  const program = programName(inner[0]?.value ?? inner[0]?.text ?? '')
  const before: ShellCommand = {
    span: sourceSpan(place, node.at),
    program,
    ...(inner[0] === undefined ? {} : { programWord: inner[0] }),
    words: inner.slice(1),
    args: inner.slice(1).map((word) => word.value ?? word.text),
    assignments: [...assigned, ...behind],
    redirects,
    wrappers: [...around.wrappers, ...found.wrappers],
    conditions: around.conditions,
    failureIgnored: around.ignored || state.tolerant,
    ...(around.pipe === undefined ? {} : { pipe: around.pipe }),
    ...(state.cwd === undefined ? {} : { cwd: state.cwd }),
    variables: state.variables,
  }
  if (exporters.has(program)) return exported(before, node, { state, around })
  const call = around.depth < deepest ? readShellCall(inner) : undefined
  if (call !== undefined) {
    const scriptNode = items[found.start + (call.script ?? Number.NaN)]?.argument.word ?? heredocOf(node.redirects)
    if (scriptNode !== undefined) {
      const within = { ...around, wrappers: [...before.wrappers, call.label], redirects, depth: around.depth + 1 }
      const start = withOptions(call.label === 'eval' ? state : outer(state), call.options)
      const environment = before.assignments.reduce((now, { name, value }) => assign(now, name, value), start)
      const after = walkText(innerText(scriptNode, place, state), environment, within)
      return call.label === 'eval' ? after : state
    }
  }
  around.gathered.commands.push(before)
  if (inner.length > 0) return afterBuiltin(state, program, inner.slice(1))
  return before.assignments.reduce((now, { name, value }) => assign(now, name, value), state)
}

const exporters: ReadonlySet<string> = new Set(['export', 'declare', 'local', 'readonly', 'typeset'])

/** `export A=1` has no program left to run: it assigns. Without a value it changes nothing that is known. */
function exported(
  command: ShellCommand,
  node: CommandSyntax,
  { state, around }: { readonly state: ShellState; readonly around: Surroundings },
): ShellState {
  const nodes = node.words.flatMap((part) => (part.kind === 'assignment' ? [part.assignment] : []))
  const assignments = [...command.assignments, ...nodes.map((part) => readAssignment(part, state, around))]
  const { programWord: _, ...rest } = command
  around.gathered.commands.push(
    nodes.length === 0 ? command : { ...rest, program: '', words: [], args: [], assignments },
  )
  return assignments.reduce((now, { name, value }) => assign(now, name, value), state)
}

/** A new shell has the variables and the directory, but not the options. */
function outer(state: ShellState): ShellState {
  return { ...state, options: new Set(), tolerant: false, directories: [] }
}

function heredocOf(redirects: readonly RedirectNode[]): WordNode | undefined {
  return redirects.find((redirect) => redirect.body !== undefined)?.body?.word
}

function readAssignment(
  node: AssignmentNode,
  state: ShellState,
  around: Surroundings,
): ShellCommand['assignments'][number] {
  const span = sourceSpan(around.place, node.at)
  const value = node.value === undefined ? undefined : expandWhole(node.value, around.place, state)
  const from = node.value?.at.start ?? node.others[0]?.at.start ?? node.at.end
  const text = around.place.text.slice(from, node.at.end)
  return value === undefined ? { name: node.name, text, span } : { name: node.name, text, value, span }
}

/** An assignment that is a word, as `env` reads it. */
function ofWord({ text, value, span }: ShellWord): ShellCommand['assignments'][number] {
  const written = value ?? text
  const name = written.slice(0, written.indexOf('='))
  const behind = text.slice(text.indexOf('=') + 1)
  return value === undefined
    ? { name, text: behind, span }
    : { name, text: behind, value: value.slice(name.length + 1), span }
}

function readRedirects(
  nodes: readonly RedirectNode[],
  state: ShellState,
  around: Surroundings,
): readonly ShellRedirect[] {
  const { place } = around
  return nodes.map(({ operator, target, body }) => {
    visitWords([target, ...(body === undefined ? [] : [body.word])], state, around)
    if (body === undefined) return { operator, target: wholeWord(target, place, state) }
    const text = place.text.slice(target.at.start, target.at.end)
    const value = expandWhole(body.word, place, state)
    const word = { text, span: sourceSpan(place, target.at) }
    return { operator, target: value === undefined ? word : { ...word, value } }
  })
}

function visitAssignments(nodes: readonly AssignmentNode[], state: ShellState, around: Surroundings): void {
  for (const node of nodes)
    visitWords([...(node.value === undefined ? [] : [node.value]), ...node.others], state, around)
}

/** Notes the variables of words, and walks the commands in them, which run before the command itself. */
function visitWords(words: readonly WordNode[], state: ShellState, around: Surroundings): void {
  for (const word of words)
    for (const piece of word.pieces) {
      if (piece.kind === 'substitution') {
        const { pipe: _, ...rest } = inside(around, 'substitution')
        isolated(piece.body, state, { ...rest, redirects: [] })
      } else if (piece.kind === 'variable') {
        noteUse(piece.name, piece.at, around)
        const { operand, replacement } = piece.operation ?? {}
        visitWords(
          [operand, replacement].filter((part) => part !== undefined),
          state,
          around,
        )
      } else if (piece.kind === 'unknown') for (const name of piece.names) noteUse(name, piece.at, around)
    }
}

function noteUse(name: string, at: { readonly start: number; readonly end: number }, around: Surroundings): void {
  if (!/^[A-Za-z_][0-9A-Za-z_]*$/.test(name)) return
  const span = sourceSpan(around.place, at)
  const key = `${span.start} ${name}`
  if (around.gathered.seenUses.has(key)) return
  around.gathered.seenUses.add(key)
  around.gathered.uses.push({ name, span })
}
