import type { LayerEntry } from './entry.ts'
import { compareNames, parentOf } from './path-order.ts'

/** A node of the tree that a stack of layers shows. */
export interface MergedNode {
  /** The entry that decided the node; for a hard link the entry of the file it names, under the link's own path. */
  readonly entry: LayerEntry
  /** Index of the layer the entry came from; -1 for directories that no layer states (0755, root, time 0). */
  readonly layer: number
  /** Where the content is: a layer and the path in it. Differs from the node's own place only for hard links. */
  readonly content: { readonly layer: number; readonly path: string }
  /** Equal for the names of one file; absent for files with one name. */
  readonly inode?: string
  /** Directories only. */
  readonly children?: ReadonlyMap<string, MergedNode>
}

/**
 * The tree that layers (lowest first) show when stacked. Whiteouts remove what lower layers have, wherever they stand in
 * their layer; opaque directories hide lower content; a change of type replaces. A link to a missing name is left out.
 */
export function mergeLayers(layers: readonly (readonly LayerEntry[])[]): MergedNode {
  return extendTree(undefined, layers, 0)
}

/**
 * The tree of a stack with more layers on top, the first of which is the layer `from` of the whole. The tree that is
 * extended stays as it is; what the new layers do not touch is shared with it.
 */
export function extendTree(
  base: MergedNode | undefined,
  layers: readonly (readonly LayerEntry[])[],
  from: number,
): MergedNode {
  const maker = Symbol('tree')
  const root =
    base === undefined
      ? newDirectory({ ...impliedDirectory, path: '' }, { layer: -1, maker })
      : ownCopy(base as OpenNode, maker)
  layers.forEach((entries, index) => {
    const layer = from + index
    applyHiding(root, entries)
    for (const entry of entries) if (entry.kind !== 'whiteout' && entry.kind !== 'hardlink') place(root, entry, layer)
    placeLinks(root, entries, layer)
  })
  return root
}

/** The node at a path; symbolic links are not followed. */
export function findNode(root: MergedNode, path: string): MergedNode | undefined {
  if (path === '') return root
  let node: MergedNode | undefined = root
  let start = 0
  while (node !== undefined) {
    const slash = path.indexOf('/', start)
    if (slash < 0) return node.children?.get(path.slice(start))
    node = node.children?.get(path.slice(start, slash))
    start = slash + 1
  }
  return undefined
}

/** Names in a directory in byte order; none for anything else. */
export function childNames(node: MergedNode): string[] {
  return node.children === undefined ? [] : [...node.children.keys()].sort(compareNames)
}

/** All nodes but the root, depth first, names in byte order, directories before their content. */
export function* walkTree(node: MergedNode): Generator<MergedNode, void, undefined> {
  for (const name of childNames(node)) {
    const child = node.children?.get(name) as MergedNode
    yield child
    if (child.children !== undefined) yield* walkTree(child)
  }
}

/** The tree as the entries of one layer: nothing hidden, the first name of a hard-linked file carries its content. */
export function flattenTree(root: MergedNode): { readonly entry: LayerEntry; readonly node: MergedNode }[] {
  const first = new Map<string, string>()
  const entries: { entry: LayerEntry; node: MergedNode }[] = []
  for (const node of walkTree(root)) {
    const { opaque: _, ...entry } = node.entry
    const leader = node.inode === undefined ? undefined : first.get(node.inode)
    if (node.inode !== undefined && leader === undefined) first.set(node.inode, entry.path)
    entries.push({ entry: leader === undefined ? entry : asLink(entry, leader), node })
  }
  return entries
}

/** The entry as a further name of `leader`. Owner, mode and time are those of the file. */
export function asLink(entry: LayerEntry, leader: string): LayerEntry {
  const { path, mode, uid, gid, mtime } = entry
  return { path, kind: 'hardlink', mode, uid, gid, size: 0, mtime, linkname: leader }
}

/** What a directory that is only implied by the paths below it looks like. */
export const impliedDirectory: Omit<LayerEntry, 'path'> = {
  kind: 'dir',
  mode: 0o755,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 0n,
}

interface OpenNode {
  /** The tree that made the node, and alone may change it: others that hold it copy it first. */
  readonly maker: symbol
  entry: LayerEntry
  layer: number
  content: { readonly layer: number; readonly path: string }
  inode?: string
  children?: Map<string, OpenNode>
}

function newDirectory(
  entry: LayerEntry,
  { layer, maker }: { readonly layer: number; readonly maker: symbol },
): OpenNode {
  return { maker, entry, layer, content: { layer, path: entry.path }, children: new Map() }
}

function ownCopy(node: OpenNode, maker: symbol): OpenNode {
  const children = node.children === undefined ? {} : { children: new Map(node.children) }
  return { ...node, maker, ...children }
}

/** A child that may be changed: one of another tree is copied into its place. */
function ownChild(parent: OpenNode, name: string): OpenNode | undefined {
  const child = parent.children?.get(name)
  if (child === undefined || child.maker === parent.maker) return child
  const copy = ownCopy(child, parent.maker)
  parent.children?.set(name, copy)
  return copy
}

/** Whiteouts and opaque marks speak of lower layers only, so they come before all other entries of their layer. */
function applyHiding(root: OpenNode, entries: readonly LayerEntry[]): void {
  for (const { kind, path, opaque } of entries) {
    if (kind === 'whiteout') {
      const parent = findOwn(root, parentOf(path) ?? '')
      parent?.children?.delete(path.slice(path.lastIndexOf('/') + 1))
    } else if (opaque === true) {
      findOwn(root, path)?.children?.clear()
    }
  }
}

/** The node at a path as one that may be changed. */
function findOwn(root: OpenNode, path: string): OpenNode | undefined {
  if (path === '') return root
  let node: OpenNode | undefined = root
  for (const name of path.split('/')) {
    if (node === undefined) return undefined
    node = ownChild(node, name)
  }
  return node
}

function place(root: OpenNode, entry: LayerEntry, layer: number): void {
  if (entry.path === '') {
    root.entry = entry
    root.layer = layer
    root.content = { layer, path: '' }
    return
  }
  const parent = directoryAt(root, parentOf(entry.path) ?? '')
  const name = entry.path.slice(entry.path.lastIndexOf('/') + 1)
  const node: OpenNode = { maker: root.maker, entry, layer, content: { layer, path: entry.path } }
  if (entry.kind === 'dir') node.children = ownChild(parent, name)?.children ?? new Map<string, OpenNode>()
  parent.children?.set(name, node)
}

/** A link may name another link that comes later in the layer, so chains are placed from their end. */
function placeLinks(root: OpenNode, entries: readonly LayerEntry[], layer: number): void {
  const pending = new Map<string, LayerEntry>()
  for (const entry of entries) if (entry.kind === 'hardlink') pending.set(entry.path, entry)
  for (const link of pending.values()) {
    const chain: LayerEntry[] = []
    for (let at: LayerEntry | undefined = link; at !== undefined; at = pending.get(at.linkname ?? '')) {
      pending.delete(at.path)
      chain.push(at)
    }
    for (const next of chain.reverse()) placeLink(root, next, layer)
  }
}

function placeLink(root: OpenNode, link: LayerEntry, layer: number): void {
  const target = findOwn(root, link.linkname ?? '')
  if (target === undefined || target.children !== undefined || link.linkname === link.path) return
  target.inode ??= `${target.content.layer}:${target.content.path}`
  const parent = directoryAt(root, parentOf(link.path) ?? '')
  const entry = { ...target.entry, path: link.path }
  parent.children?.set(link.path.slice(link.path.lastIndexOf('/') + 1), {
    maker: root.maker,
    entry,
    layer,
    content: target.content,
    inode: target.inode,
  })
}

/** A directory that may be changed; it is made (and replaces anything else) where it is missing. */
function directoryAt(root: OpenNode, path: string): OpenNode {
  if (path === '') return root
  let parent = root
  for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
    const here = end < 0 ? path : path.slice(0, end)
    const name = here.slice(here.lastIndexOf('/') + 1)
    let node = ownChild(parent, name)
    if (node?.children === undefined) {
      node = newDirectory({ ...impliedDirectory, path: here }, { layer: -1, maker: root.maker })
      parent.children?.set(name, node)
    }
    parent = node
    if (end < 0) return parent
  }
}
