import { compileIgnore } from '../ignore/index.ts'
import { cleanPath, joinPath } from './tree-path.ts'
import type { TreeNode, TreeView } from './view.ts'
import { compileElement } from './wildcard.ts'

/** Which part of a source is meant: `include` is the pattern of `--parents`; both are relative to the source. */
export interface SourceFilter {
  readonly include?: string
  readonly exclude: readonly string[]
}

/** One node of a source. */
export interface SourceItem {
  /** Path below the source; `''` is the source itself. */
  readonly relative: string
  /** Path in the tree. */
  readonly path: string
  readonly node: TreeNode
  /** A directory that is only there because something in it was selected. */
  readonly implied: boolean
}

interface CompiledFilter {
  readonly includes: (relative: string) => boolean
  readonly mayInclude: (directory: string) => boolean
  readonly excludes: (relative: string) => boolean
  readonly prunes: (directory: string) => boolean
}

/**
 * The selected nodes at and below `root`, parents before children, names in byte order. The root itself is always
 * selected. A directory that the filter leaves out appears just before the first selected node below it.
 */
export function sourceItems(tree: TreeView, root: string, filter: SourceFilter): readonly SourceItem[] {
  const node = tree.node(root)
  if (node === undefined) return []
  const items: SourceItem[] = [{ relative: '', path: root, node, implied: false }]
  if (node.kind === 'dir') walk({ tree, filter: compileFilter(filter), items, waiting: [] }, items[0] as SourceItem)
  return items
}

interface Walk {
  readonly tree: TreeView
  readonly filter: CompiledFilter | undefined
  readonly items: SourceItem[]
  /** Directories on the way that are not selected yet, outermost first. */
  readonly waiting: SourceItem[]
}

function walk(state: Walk, directory: SourceItem): void {
  const { tree, filter, items, waiting } = state
  for (const name of tree.names(directory.path)) {
    const relative = joinPath(directory.relative, name)
    const selected = filter === undefined || (filter.includes(relative) && !filter.excludes(relative))
    if (!selected && !(filter.mayInclude(relative) && !filter.prunes(relative))) continue
    const path = joinPath(directory.path, name)
    const node = tree.node(path)
    if (node === undefined || (!selected && node.kind !== 'dir')) continue
    const item = { relative, path, node, implied: !selected }
    if (selected) items.push(...waiting.splice(0), item)
    else waiting.push(item)
    if (node.kind !== 'dir') continue
    walk(state, item)
    if (waiting.at(-1) === item) waiting.pop()
  }
}

function compileFilter({ include, exclude }: SourceFilter): CompiledFilter | undefined {
  if (include === undefined && exclude.length === 0) return undefined
  const excluded = exclude.length === 0 ? undefined : compileIgnore(exclude)
  const included = include === undefined || include === '' ? undefined : compileIgnore([include])
  const mayInclude = included === undefined ? () => true : prefixTest(include as string)
  return {
    includes: (relative) => included?.ignored(relative) ?? true,
    mayInclude: (directory) => mayInclude(directory) || (included?.ignored(directory) ?? false),
    excludes: (relative) => excluded?.ignored(relative) ?? false,
    prunes: (directory) => excluded?.prunable(directory) ?? false,
  }
}

/** Whether something below a directory can match a pattern: the elements up to the first `**` have to agree. */
function prefixTest(pattern: string): (directory: string) => boolean {
  const elements = cleanPath(pattern).split('/')
  const open = elements.findIndex((element) => element.includes('**'))
  const fixed = (open < 0 ? elements : elements.slice(0, open)).map((element) => compileElement(element))
  return (directory) => {
    const names = directory.split('/')
    if (open < 0 && names.length >= elements.length) return false
    return names.every((name, index) => index >= fixed.length || (fixed[index]?.(name) ?? true))
  }
}
