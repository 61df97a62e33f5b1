import { compilePattern } from '../ignore/index.ts'
import { nearPaths } from './near-paths.ts'
import { resolveInRoot } from './resolve.ts'
import { type SourceFilter, sourceItems } from './source-walk.ts'
import { cleanPath, joinPath } from './tree-path.ts'
import type { TreeNode, TreeView } from './view.ts'
import { compileElement, hasWildcard, unescapePath } from './wildcard.ts'

/** How a source pattern is to be read. */
export interface SelectOptions {
  /** `--parents`: the path below the source root, or below the `/./` pivot, is kept and may contain `**`. */
  readonly parents?: boolean
  /** `--exclude` patterns, relative to each source. */
  readonly exclude?: readonly string[]
  /** Bind mounts: the pattern is a plain path. */
  readonly literal?: boolean
}

/** A file or directory that a pattern selects. */
export interface SelectedSource {
  /** The path as matched, before the last symbolic link is followed; its last element names a copied file. */
  readonly name: string
  /** Where it is in the tree, links followed. */
  readonly path: string
  readonly node: TreeNode
  readonly filter: SourceFilter
}

export type SelectResult =
  | { readonly kind: 'selected'; readonly sources: readonly SelectedSource[] }
  /** `path` does not exist; `near` are existing paths that may have been meant. */
  | { readonly kind: 'missing'; readonly path: string; readonly near: readonly string[] }
  | { readonly kind: 'bad-pattern'; readonly pattern: string }
  | { readonly kind: 'link-loop'; readonly path: string }

/**
 * What a source of COPY, ADD or a bind mount selects in a tree, by BuildKit's rules: paths are relative to the root and
 * cannot leave it, wildcards are those of Go's `filepath.Match` for each path element (dot files match), a symbolic
 * link that is selected is followed, a wildcard without a match selects nothing, a missing plain path is `missing`.
 */
export function selectSources(tree: TreeView, pattern: string, options: SelectOptions = {}): SelectResult {
  const filter = { exclude: options.exclude ?? [] }
  const malformed = filter.exclude.find((line) => isMalformed(line))
  if (malformed !== undefined) return { kind: 'bad-pattern', pattern: malformed }
  if (options.literal === true) return selectPath(tree, cleanPath(pattern), filter)
  return options.parents === true ? selectParents(tree, pattern, filter) : selectPattern(tree, pattern, filter)
}

function isMalformed(line: string): boolean {
  const result = compilePattern(line)
  return result !== undefined && 'error' in result
}

function selectPath(tree: TreeView, name: string, filter: SourceFilter): SelectResult {
  const path = resolveInRoot(tree, name)
  if (typeof path !== 'string') return path
  const node = tree.node(path)
  if (node === undefined) return { kind: 'missing', path: name, near: nearPaths(tree, name) }
  return { kind: 'selected', sources: [{ name, path, node, filter }] }
}

function selectPattern(tree: TreeView, pattern: string, filter: SourceFilter): SelectResult {
  const name = cleanPath(pattern)
  if (hasWildcard(name)) return selectWildcard(tree, name, filter)
  const literal = selectPath(tree, name, filter)
  // A backslash escapes only inside wildcards, but `a\[1]` can hardly mean anything else when no such file exists.
  if (literal.kind !== 'missing' || !name.includes('\\')) return literal
  const unescaped = selectPath(tree, unescapePath(name), filter)
  return unescaped.kind === 'missing' ? literal : unescaped
}

function selectWildcard(tree: TreeView, pattern: string, filter: SourceFilter): SelectResult {
  const elements = pattern.split('/')
  const first = elements.findIndex(hasWildcard)
  const plain = elements.slice(0, first).join('/')
  const base = resolveInRoot(tree, plain)
  if (typeof base !== 'string') return base
  if (tree.node(base) === undefined) return { kind: 'missing', path: plain, near: nearPaths(tree, plain) }
  let matches: readonly string[] = [base]
  for (const [index, element] of elements.slice(first).entries()) {
    const test = compileElement(element)
    if (test === undefined) return { kind: 'bad-pattern', pattern }
    const directories = index === 0 ? matches : matches.filter((path) => tree.node(path)?.kind === 'dir')
    matches = directories.flatMap((path) =>
      tree
        .names(path)
        .filter(test)
        .map((name) => joinPath(path, name)),
    )
  }
  const sources: SelectedSource[] = []
  for (const match of matches) {
    const selected = selectPath(tree, match, filter)
    if (selected.kind !== 'selected') return selected
    sources.push(...selected.sources)
  }
  return { kind: 'selected', sources }
}

/** The first `/./` is the pivot: what stands before it is where the kept path starts. */
function selectParents(tree: TreeView, pattern: string, { exclude }: SourceFilter): SelectResult {
  const pivot = pattern.indexOf('/./')
  const start = pivot < 0 ? '' : pattern.slice(0, pivot)
  const include = cleanPath(pivot < 0 ? pattern : pattern.slice(pivot + 3))
  const base = selectPattern(tree, start, { include, exclude })
  if (base.kind !== 'selected' || hasWildcard(start) || hasWildcard(include)) return base
  const [source] = base.sources
  const found =
    source !== undefined &&
    sourceItems(tree, source.path, source.filter).some(({ relative }) => isWithin(relative, include))
  if (found) return base
  const path = joinPath(cleanPath(start), include)
  return { kind: 'missing', path, near: nearPaths(tree, path) }
}

function isWithin(path: string, directory: string): boolean {
  return directory === '' || path === directory || path.startsWith(`${directory}/`)
}
