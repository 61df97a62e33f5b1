import { parentOf } from '../../../fileset/index.ts'
import { pathFrom } from '../image-files.ts'
import { dottedName, type Goal, identifier, nodeAt, nodesAt, type SyntaxNode } from './syntax-tree.ts'

/** What is known of a module before it runs. */
export interface ModuleFacts {
  /** Without leading slash, links resolved. */
  readonly path: string
  readonly goal: Goal
  /** Whether Node was started with this file. */
  readonly isMain: boolean
  /** As the image sets it. A variable that is not set may be set at the start. */
  readonly env: Readonly<Record<string, string>>
}

/** The text that an expression is in every run: `__dirname + '/x'`, `path.join(__dirname, 'x')`, `new URL('x', import.meta.url)`. */
export function knownText(node: SyntaxNode | undefined, facts: ModuleFacts): string | undefined {
  switch (node?.type) {
    case 'Literal':
      return typeof node['value'] === 'string' ? node['value'] : undefined
    case 'TemplateLiteral':
      return templateText(node, facts)
    case 'BinaryExpression': {
      if (node['operator'] !== '+') return undefined
      const [left, right] = [knownText(nodeAt(node, 'left'), facts), knownText(nodeAt(node, 'right'), facts)]
      return left === undefined || right === undefined ? undefined : left + right
    }
    case 'CallExpression':
      return calledText(node, facts)
    case 'NewExpression':
      return urlText(node, facts)
    default:
      return namedText(dottedName(node), facts)
  }
}

function namedText(name: string | undefined, { path, env }: ModuleFacts): string | undefined {
  switch (name) {
    case '__dirname':
    case 'import.meta.dirname':
      return `/${parentOf(path)}`
    case '__filename':
    case 'import.meta.filename':
      return `/${path}`
    case 'process.platform':
      return 'linux'
    default:
      return name?.startsWith('process.env.') === true ? env[name.slice(12)] : undefined
  }
}

function templateText(node: SyntaxNode, facts: ModuleFacts): string | undefined {
  const texts = nodesAt(node, 'quasis').map((quasi) => (quasi['value'] as { cooked?: string }).cooked ?? '')
  const values = nodesAt(node, 'expressions').map((value) => knownText(value, facts))
  if (values.includes(undefined)) return undefined
  return texts.map((text, at) => text + (values[at] ?? '')).join('')
}

/** What a template or a sum begins with when its rest is not known: `@img/sharp-` of `@img/sharp-${platform}/x`. */
export function knownBeginning(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === 'TemplateLiteral') {
    return (nodesAt(node, 'quasis')[0]?.['value'] as { cooked?: string } | undefined)?.cooked
  }
  if (node?.type === 'BinaryExpression') return knownBeginning(nodeAt(node, 'left'))
  return node?.type === 'Literal' && typeof node['value'] === 'string' ? node['value'] : undefined
}

function calledText(node: SyntaxNode, facts: ModuleFacts): string | undefined {
  const callee = nodeAt(node, 'callee')
  // `require('path').join` too.
  const name = identifier(callee?.type === 'MemberExpression' ? nodeAt(callee, 'property') : callee)
  const given = nodesAt(node, 'arguments').map((argument) => knownText(argument, facts))
  if (given.length === 0 || given.includes(undefined)) return undefined
  const texts = given as readonly string[]
  if (name === 'fileURLToPath') return texts[0]?.replace(/^file:\/\//, '')
  if (name === 'dirname') return texts[0]?.startsWith('/') === true ? `/${parentOf(texts[0].slice(1))}` : undefined
  if ((name === 'join' || name === 'resolve') && texts[0]?.startsWith('/') === true) {
    return `/${texts.reduce((at, text) => pathFrom(at, name === 'join' ? `./${text}` : text), '')}`
  }
  return undefined
}

/** `new URL('./x', import.meta.url)` as a path. */
function urlText(node: SyntaxNode, facts: ModuleFacts): string | undefined {
  const [text, base] = nodesAt(node, 'arguments')
  if (dottedName(nodeAt(node, 'callee')) !== 'URL' || dottedName(base) !== 'import.meta.url') return undefined
  const relative = knownText(text, facts)
  if (relative === undefined || /^[a-z]+:/.test(relative)) return undefined
  return `/${pathFrom(parentOf(facts.path), relative)}`
}

/** Whether a condition holds in every run of the image; undefined when that depends. */
export function knownTruth(node: SyntaxNode | undefined, facts: ModuleFacts): boolean | undefined {
  switch (node?.type) {
    case 'UnaryExpression': {
      const inner = node['operator'] === '!' ? knownTruth(nodeAt(node, 'argument'), facts) : undefined
      return inner === undefined ? undefined : !inner
    }
    case 'LogicalExpression': {
      const left = knownTruth(nodeAt(node, 'left'), facts)
      const right = knownTruth(nodeAt(node, 'right'), facts)
      if (node['operator'] === '&&') return left === false || right === false ? false : bothKnown(left, right, true)
      return node['operator'] === '||'
        ? left === true || right === true
          ? true
          : bothKnown(left, right, false)
        : undefined
    }
    case 'BinaryExpression':
      return comparison(node, facts)
    case 'Literal':
      return Boolean(node['value'])
    default:
      return dottedName(node) === 'process.browser' ? false : undefined
  }
}

function bothKnown(left: boolean | undefined, right: boolean | undefined, value: boolean): boolean | undefined {
  return left === undefined || right === undefined ? undefined : value
}

function comparison(node: SyntaxNode, facts: ModuleFacts): boolean | undefined {
  const operator = node['operator'] as string
  if (!/^[!=]==?$/.test(operator)) return undefined
  const [left, right] = [nodeAt(node, 'left'), nodeAt(node, 'right')]
  const names = [dottedName(left), dottedName(right)]
  const equal =
    names.includes('require.main') && names.includes('module')
      ? facts.isMain
      : equalTexts(comparedText(left, facts), comparedText(right, facts))
  return equal === undefined ? undefined : equal === operator.startsWith('=')
}

function equalTexts(left: string | undefined, right: string | undefined): boolean | undefined {
  return left === undefined || right === undefined ? undefined : left === right
}

function comparedText(node: SyntaxNode | undefined, facts: ModuleFacts): string | undefined {
  if (node?.type !== 'UnaryExpression' || node['operator'] !== 'typeof') return knownText(node, facts)
  const name = dottedName(nodeAt(node, 'argument'))
  if (name === 'process') return 'object'
  if (name === 'exports' || name === 'module') return facts.goal === 'script' ? 'object' : 'undefined'
  if (name === 'require') return facts.goal === 'script' ? 'function' : 'undefined'
  return name !== undefined && /^(window|document|define|Deno|Bun|importScripts|define\.amd)$/.test(name)
    ? 'undefined'
    : undefined
}
