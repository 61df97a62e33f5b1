import { parseModule, parseScript } from 'meriyah'

/** A node of the ESTree form (https://github.com/estree/estree): only what is looked at has a name here. */
export interface SyntaxNode {
  readonly type: string
  readonly [key: string]: unknown
}

export type Goal = 'module' | 'script'

/** The tree of a JavaScript text; undefined when it is no such text: TypeScript, JSX, syntax of the future. */
export function parseJavaScript(text: string, goal: Goal): SyntaxNode | undefined {
  // The rules of browsers for scripts are Node's too; return outside of functions is what a CommonJS module may do.
  const options = { next: true, webcompat: true, raw: false, globalReturn: goal === 'script' } as const
  try {
    const tree = goal === 'module' ? parseModule(text, options) : parseScript(text, options)
    return tree as unknown as SyntaxNode
  } catch {
    return undefined
  }
}

export function nodeAt(node: SyntaxNode | undefined, key: string): SyntaxNode | undefined {
  const value = node?.[key]
  return isNode(value) ? value : undefined
}

export function nodesAt(node: SyntaxNode | undefined, key: string): readonly SyntaxNode[] {
  const value = node?.[key]
  return Array.isArray(value) ? value.filter((one) => isNode(one)) : []
}

/** The nodes directly below, in the order of the text. */
export function* childNodes(node: SyntaxNode): Generator<SyntaxNode> {
  for (const key in node) {
    const value = node[key]
    if (isNode(value)) yield value
    else if (Array.isArray(value)) for (const one of value) if (isNode(one)) yield one
  }
}

export function identifier(node: SyntaxNode | undefined): string | undefined {
  return node?.type === 'Identifier' ? (node['name'] as string) : undefined
}

/** `a.b.c` of member expressions without computed parts; `import.meta.url` too. */
export function dottedName(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === 'ThisExpression') return 'this'
  if (node?.type === 'MetaProperty') return 'import.meta'
  if (node?.type !== 'MemberExpression' || node['computed'] === true) return identifier(node)
  const object = dottedName(nodeAt(node, 'object'))
  const property = identifier(nodeAt(node, 'property'))
  return object === undefined || property === undefined ? undefined : `${object}.${property}`
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}
