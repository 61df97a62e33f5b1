import { knownBeginning, knownText, knownTruth, type ModuleFacts } from './known-values.ts'
import { childNodes, dottedName, identifier, nodeAt, nodesAt, parseJavaScript, type SyntaxNode } from './syntax-tree.ts'

/**
 * When a module is asked for: `start` whenever its file is loaded, `later` in a function or under a condition, `guarded`
 * where failing is provided for.
 */
export type When = 'start' | 'later' | 'guarded'

/** A module that a file asks for. */
export interface ModuleRequest {
  /** `url`: a file by `new URL('x', import.meta.url)`, which need not be a module. */
  readonly how: 'require' | 'import' | 'url'
  readonly specifier: string
  readonly when: When
}

/** A native addon that a file asks for through one of the packages that find them. */
export interface AddonRequest {
  readonly by: 'bindings' | 'node-gyp-build' | 'node-pre-gyp'
  /** The name for `bindings`, the directory (with leading slash) for the others; absent when it is computed. */
  readonly name?: string
  readonly when: When
}

export interface FoundImports {
  readonly requests: readonly ModuleRequest[]
  readonly addons: readonly AddonRequest[]
  /** Beginnings of names that are computed and asked for when the file is loaded, `''` where nothing is known. */
  readonly computed: readonly { readonly beginning: string; readonly when: When }[]
  /** Whether loading may end in a `throw` outside of functions. */
  readonly throws: boolean
}

interface Search {
  readonly facts: ModuleFacts
  readonly requests: ModuleRequest[]
  readonly addons: AddonRequest[]
  readonly computed: { readonly beginning: string; readonly when: When }[]
  /** What `createRequire` made, and `require` itself where nothing else has that name. */
  readonly requires: Set<string>
  /** Names of the functions that find addons. */
  readonly finders: Map<string, AddonRequest['by']>
  throws: boolean
}

/** The modules that a file asks for; undefined when it is not JavaScript of its goal. */
export function findImports(text: string, facts: ModuleFacts): FoundImports | undefined {
  const tree = parseJavaScript(text, facts.goal)
  if (tree === undefined) return undefined
  const search: Search = {
    facts,
    requests: [],
    addons: [],
    computed: [],
    requires: new Set(facts.goal === 'script' && !namesOtherRequire.test(text) ? ['require', 'module.require'] : []),
    finders: new Map(),
    throws: false,
  }
  visitAll(nodesAt(tree, 'body'), 'start', search)
  return search
}

/** A bundle that has its own `require`. */
const namesOtherRequire = /(?:function|var|let|const)\s+require\b(?!\s*=\s*(?:\w+\.)?createRequire)/

/** Statements in their order: behind one that may leave, the rest runs in some cases only. */
function visitAll(nodes: readonly SyntaxNode[], when: When, search: Search): void {
  let now = when
  for (const node of nodes) {
    visit(node, now, search)
    if (node.type === 'ReturnStatement' || node.type === 'ThrowStatement') return
    if (node.type === 'IfStatement' && leaves(nodeAt(node, 'consequent'))) {
      const truth = knownTruth(nodeAt(node, 'test'), search.facts)
      if (truth === true) return
      if (truth === undefined) now = weaker(now, 'later')
    }
  }
}

function leaves(node: SyntaxNode | undefined): boolean {
  if (node?.type === 'BlockStatement') return nodesAt(node, 'body').some((one) => leaves(one))
  return node !== undefined && /^(Return|Throw|Break|Continue)Statement$/.test(node.type)
}

const strength: Readonly<Record<When, number>> = { start: 0, later: 1, guarded: 2 }

export function weaker(a: When, b: When): When {
  return strength[a] >= strength[b] ? a : b
}

function visit(node: SyntaxNode, when: When, search: Search): void {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return visitDeclaration(node, when, search)
    case 'IfStatement':
    case 'ConditionalExpression':
      return visitBranches(node, when, search)
    case 'LogicalExpression':
      return visitLogical(node, when, search)
    case 'TryStatement':
      return visitTry(node, when, search)
    case 'BlockStatement':
      return visitAll(nodesAt(node, 'body'), when, search)
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return visitFunction(node, weaker(when, 'later'), search)
    case 'ThrowStatement':
      if (when !== 'later') search.throws = true
      return visitChildren(node, when, search)
    case 'AwaitExpression':
      return visitAwait(node, when, search)
    case 'ImportExpression':
      return request(nodeAt(node, 'source'), { how: 'import', when: weaker(when, 'later') }, search)
    case 'CallExpression':
      return visitCall(node, when, search)
    case 'NewExpression':
      return visitNew(node, when, search)
    case 'VariableDeclarator':
      noteNames(node, search)
      return visitChildren(node, when, search)
    case 'ClassBody':
    case 'SwitchCase':
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return visitChildren(node, weaker(when, 'later'), search)
    default:
      return visitChildren(node, when, search)
  }
}

function visitChildren(node: SyntaxNode, when: When, search: Search): void {
  for (const child of childNodes(node)) visit(child, when, search)
}

function visitDeclaration(node: SyntaxNode, when: When, search: Search): void {
  const source = nodeAt(node, 'source')
  if (source !== undefined) return request(source, { how: 'import', when }, search)
  const declaration = nodeAt(node, 'declaration')
  if (declaration !== undefined) visit(declaration, when, search)
}

function visitBranches(node: SyntaxNode, when: When, search: Search): void {
  const test = nodeAt(node, 'test')
  if (test !== undefined) visit(test, when, search)
  const truth = knownTruth(test, search.facts)
  const then = truth === undefined ? weaker(when, 'later') : when
  const [yes, no] = [nodeAt(node, 'consequent'), nodeAt(node, 'alternate')]
  if (yes !== undefined && truth !== false) visit(yes, then, search)
  if (no !== undefined && truth !== true) visit(no, then, search)
  if (node.type === 'IfStatement' && truth === undefined && holdsThrow(node)) search.throws = true
}

/** `if (!binding) { throw … }`, the end of most loaders. */
function holdsThrow(node: SyntaxNode | undefined): boolean {
  if (node?.type === 'BlockStatement') return nodesAt(node, 'body').some((one) => holdsThrow(one))
  if (node?.type === 'IfStatement')
    return holdsThrow(nodeAt(node, 'consequent')) || holdsThrow(nodeAt(node, 'alternate'))
  return node?.type === 'ThrowStatement'
}

function visitLogical(node: SyntaxNode, when: When, search: Search): void {
  const [left, right] = [nodeAt(node, 'left'), nodeAt(node, 'right')]
  if (left !== undefined) visit(left, when, search)
  const truth = knownTruth(left, search.facts)
  if (right === undefined) return
  if (node['operator'] === '&&' && truth !== undefined) {
    if (truth) visit(right, when, search)
  } else if (node['operator'] === '||' && truth !== undefined) {
    if (!truth) visit(right, when, search)
  } else visit(right, weaker(when, 'later'), search)
}

function visitTry(node: SyntaxNode, when: When, search: Search): void {
  const [block, handler, last] = [nodeAt(node, 'block'), nodeAt(node, 'handler'), nodeAt(node, 'finalizer')]
  if (block !== undefined) visit(block, handler === undefined ? when : 'guarded', search)
  if (handler !== undefined) visit(handler, 'guarded', search)
  if (last !== undefined) visit(last, when, search)
}

/** A function that takes `require` as a parameter is a module of a bundle: its `require` is not Node's. */
function visitFunction(node: SyntaxNode, when: When, search: Search): void {
  const taken = nodesAt(node, 'params')
    .map((parameter) => identifier(parameter))
    .filter((name) => name !== undefined && search.requires.has(name))
  for (const name of taken) search.requires.delete(name as string)
  visitChildren(node, when, search)
  for (const name of taken) search.requires.add(name as string)
}

/** `await import('x')` at the top level of a module fails the module. */
function visitAwait(node: SyntaxNode, when: When, search: Search): void {
  const argument = nodeAt(node, 'argument')
  if (argument?.type !== 'ImportExpression') return visitChildren(node, when, search)
  request(nodeAt(argument, 'source'), { how: 'import', when }, search)
}

function visitCall(node: SyntaxNode, when: When, search: Search): void {
  const callee = nodeAt(node, 'callee')
  const given = nodesAt(node, 'arguments')
  const name = dottedName(callee)
  if (name !== undefined && search.requires.has(name)) {
    request(given[0], { how: 'require', when }, search)
  } else if (name === '__require') {
    request(given[0], { how: 'require', when: weaker(when, 'later') }, search)
  } else if (name !== undefined && search.requires.has(name.replace(/\.resolve$/, '')) && given.length === 1) {
    const resolved = knownText(given[0], search.facts)
    if (resolved !== undefined) search.requests.push({ how: 'require', specifier: resolved, when })
  } else visitAddonFinder(node, when, search)
  visitCallee(callee, when, search)
  for (const argument of given) visit(argument, when, search)
}

/** A function that is called where it is written runs at once. */
function visitCallee(callee: SyntaxNode | undefined, when: When, search: Search): void {
  const inner = callee?.type === 'MemberExpression' ? nodeAt(callee, 'object') : callee
  if (inner !== undefined && /^(Arrow)?FunctionExpression$/.test(inner.type) && inner['async'] !== true) {
    return visitFunction(inner, when, search)
  }
  if (callee !== undefined) visit(callee, when, search)
}

function visitNew(node: SyntaxNode, when: When, search: Search): void {
  const name = dottedName(nodeAt(node, 'callee'))
  const first = nodesAt(node, 'arguments')[0]
  if (name === 'URL' || name?.replace(/^.*\./, '') === 'Worker') {
    const specifier = knownText(name === 'URL' ? node : first, search.facts)
    if (specifier !== undefined) search.requests.push({ how: 'url', specifier, when: weaker(when, 'later') })
  }
  visitChildren(node, when, search)
}

function request(
  source: SyntaxNode | undefined,
  { how, when }: Pick<ModuleRequest, 'how' | 'when'>,
  search: Search,
): void {
  const specifier = knownText(source, search.facts)
  if (specifier !== undefined) search.requests.push({ how, specifier, when })
  else if (source !== undefined) search.computed.push({ beginning: knownBeginning(source) ?? '', when })
  if (source !== undefined && specifier === undefined) visit(source, when, search)
}

const finderNames: readonly (readonly [RegExp, AddonRequest['by']])[] = [
  [/^bindings$/, 'bindings'],
  [/^node-gyp-build(-optional-packages)?$/, 'node-gyp-build'],
  [/^(@mapbox\/)?node-pre-gyp$/, 'node-pre-gyp'],
]

function finderOf(node: SyntaxNode | undefined, search: Search): AddonRequest['by'] | undefined {
  const name = dottedName(node)
  const known = name === undefined ? undefined : search.finders.get(name.replace(/\.(path|find)$/, ''))
  if (known !== undefined) return known
  const called = node?.type === 'MemberExpression' ? nodeAt(node, 'object') : node
  if (called?.type !== 'CallExpression') return undefined
  if (!search.requires.has(dottedName(nodeAt(called, 'callee')) ?? '')) return undefined
  const specifier = knownText(nodesAt(called, 'arguments')[0], search.facts)
  return finderNames.find(([pattern]) => specifier !== undefined && pattern.test(specifier))?.[1]
}

function visitAddonFinder(node: SyntaxNode, when: When, search: Search): void {
  const by = finderOf(nodeAt(node, 'callee'), search)
  if (by === undefined) return
  const name = knownText(nodesAt(node, 'arguments')[0], search.facts)
  search.addons.push({ by, when, ...(name === undefined ? {} : { name }) })
}

/** `const require = createRequire(import.meta.url)` and `const load = require('node-gyp-build')`. */
function noteNames(node: SyntaxNode, search: Search): void {
  const name = identifier(nodeAt(node, 'id'))
  const value = nodeAt(node, 'init')
  if (name === undefined || value?.type !== 'CallExpression') return
  const callee = dottedName(nodeAt(value, 'callee'))
  const first = dottedName(nodesAt(value, 'arguments')[0])
  if (callee?.endsWith('createRequire') === true && /^(import\.meta\.(url|filename)|__filename)$/.test(first ?? '')) {
    search.requires.add(name)
  }
  const by = finderOf(value, search)
  if (by !== undefined) search.finders.set(name, by)
}
