import type { CommandSyntax, SyntaxNode } from './syntax-tree.ts'

/** Whether a node asks something instead of doing something: `[ … ]`, `command -v x`, `grep -q`. */
export function isTest(node: SyntaxNode): boolean {
  if (node.kind === 'test') return true
  if (node.kind === 'pipeline') {
    const last = node.nodes.at(-1)
    return last !== undefined && isTest(last)
  }
  if (node.kind !== 'command') return false
  const [program, first] = plainWords(node)
  if (program === '[' || program === 'test' || program === 'which' || program === 'type') return true
  if (program === 'command' || program === 'grep') return /^-[a-zA-Z]*[vVq]/.test(first ?? '')
  return program === 'getent'
}

/** Whether a node cannot fail, so that `a || it` cannot either: `true`, `:`, `exit 0`, `echo …`. */
export function endsWell(node: SyntaxNode | undefined): boolean {
  if (node?.kind !== 'command') return false
  const [program, first] = plainWords(node)
  if (program === 'exit' || program === 'return') return first === '0'
  return program === 'true' || program === ':' || program === '/bin/true' || program === 'echo' || program === 'printf'
}

/** Names that a node assigns anywhere. */
export function assignedNames(node: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>()
  collect(node, names)
  return names
}

function collect(node: SyntaxNode, names: Set<string>): void {
  switch (node.kind) {
    case 'command':
      for (const { name } of node.assignments) names.add(name)
      for (const part of node.words) if (part.kind === 'assignment') names.add(part.assignment.name)
      break
    case 'pipeline':
    case 'chain':
    case 'sequence':
      for (const part of node.nodes) collect(part, names)
      break
    case 'redirected':
      collect(node.node, names)
      break
    case 'branch':
      for (const part of [...(node.first === undefined ? [] : [node.first]), ...node.alternatives]) collect(part, names)
      break
    case 'loop':
      if (node.variable !== undefined) names.add(node.variable)
      collect(node.body, names)
      break
    case 'group':
      if (!node.isolated) collect(node.body, names)
      break
    default:
  }
}

function plainWords(node: CommandSyntax): readonly (string | undefined)[] {
  return node.words.slice(0, 2).map(({ word }) => {
    const [piece, ...others] = word.pieces
    return piece?.kind === 'text' && others.length === 0 ? piece.value : undefined
  })
}
