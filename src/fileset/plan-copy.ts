import { changeMode, type ModeChange, parseChmod } from './chmod.ts'
import {
  catchStop,
  type Draft,
  draftOn,
  makeDirectories,
  type NewDirectory,
  type PlanFailure,
  PlanStop,
  resolveOrStop,
} from './draft.ts'
import { memoryTree } from './memory-tree.ts'
import { lookupOwner, type Owner } from './owner.ts'
import { unpackArchive } from './plan-archive.ts'
import type { SelectedSource } from './select.ts'
import { type SourceItem, sourceItems } from './source-walk.ts'
import { baseOf, cleanPath, joinPath, parentOf } from './tree-path.ts'
import type { PlannedEntry, TreeNode, TreeView } from './view.ts'

/** One thing to copy, in the order of the instruction; a wildcard contributes one for each match. */
export type CopyInput =
  /** A selected file or directory. `contents`: a directory is copied by what is in it (everything but ADD of git). */
  | { readonly kind: 'selected'; readonly tree: TreeView; readonly source: SelectedSource; readonly contents: boolean }
  /** A decoded archive that ADD unpacks: entries as they stand in the tar, whiteout names not interpreted. */
  | { readonly kind: 'archive'; readonly entries: readonly PlannedEntry[] }
  /** A heredoc: a file 0644 of root. */
  | { readonly kind: 'inline'; readonly name: string; readonly content: string }

export interface CopyRequirements {
  /** The root file system to write into; empty for `--link`. */
  readonly dest: TreeView
  /** Absolute; a trailing slash matters. */
  readonly destination: string
  /** `user[:group]`, names looked up in `dest`. Without it files keep the owners their tree shows. */
  readonly chown?: string
  /** Octal or symbolic. */
  readonly chmod?: string
  /** Nanoseconds since the epoch: modification time of what the step makes itself (parents, heredocs). */
  readonly time: bigint
}

export type CopyPlan = { readonly kind: 'planned'; readonly entries: readonly PlannedEntry[] } | PlanFailure

const removeFirst = 'remove it in an earlier RUN'

interface Copying {
  readonly draft: Draft
  readonly dest: TreeView
  readonly destination: string
  readonly owner: Owner | undefined
  readonly change: ModeChange | undefined
  readonly parents: NewDirectory
  readonly time: bigint
}

/**
 * The layer that COPY or ADD makes, sorted by path. Follows BuildKit's copy: a destination that ends in a slash or is a
 * directory receives files by their name, links in the destination path are followed inside `dest`, missing parents
 * are made 0755 (or with the octal `--chmod`, less 022) and owned by root or `--chown`, directories merge, a nested directory
 * takes the metadata of its source while the topmost keeps its own but for the time, directories and files do not
 * replace each other. Existing parents appear as directories with the metadata they have.
 */
export function planCopy(inputs: readonly CopyInput[], requirements: CopyRequirements): CopyPlan {
  return catchStop((): CopyPlan => {
    const copying = begin(requirements)
    for (const input of inputs) {
      if (input.kind === 'selected') copySource(copying, input)
      else if (input.kind === 'inline') copyInline(copying, input)
      else unpackInto(copying, input.entries)
    }
    return { kind: 'planned', entries: copying.draft.entries() }
  })
}

function begin({ dest, destination, chown, chmod, time }: CopyRequirements): Copying {
  const change = chmod === undefined ? undefined : parseChmod(chmod)
  if (chmod !== undefined && change === undefined) {
    throw new PlanStop(`invalid --chmod value ${JSON.stringify(chmod)}`, {
      hint: 'use an octal number from 0 to 07777 or symbolic modes such as u=rwX,go=rX',
    })
  }
  const owner = chown === undefined ? undefined : lookupOwner(dest, chown)
  if (owner !== undefined && 'kind' in owner) {
    throw new PlanStop(`cannot look up ${JSON.stringify(owner.name)}: there is no /etc/passwd or /etc/group`, {
      hint: 'the root file system is empty (FROM scratch or --link): use numeric ids with --chown',
    })
  }
  // Docker makes directories with a umask of 022; buildkitd by itself has none.
  const mode = change?.kind === 'octal' ? change.mode & ~0o022 : 0o755
  const parents = { mode, owner, mtime: time }
  return { draft: draftOn(dest), dest, destination, owner, change, parents, time }
}

function copyInline(copying: Copying, { name, content }: { readonly name: string; readonly content: string }): void {
  const path = baseOf(cleanPath(name))
  const tree = memoryTree({ [path]: { content, mtime: copying.time } })
  const node = tree.node(path) as TreeNode
  copySource(copying, { tree, source: { name: path, path, node, filter: { exclude: [] } }, contents: true })
}

function unpackInto(copying: Copying, entries: readonly PlannedEntry[]): void {
  const { draft, destination, owner, parents } = copying
  const base = resolveOrStop(draft, destination)
  makeDirectories(draft, base, { ...parents, mode: 0o755 })
  unpackArchive(draft, entries, { base, lower: copying.dest, owner, time: copying.time })
}

interface Selected {
  readonly tree: TreeView
  readonly source: SelectedSource
  readonly contents: boolean
}

function copySource(copying: Copying, selected: Selected): void {
  const { tree, source } = selected
  const target = targetOf(copying, selected)
  const groups = new Map<string, object>()
  for (const item of sourceItems(tree, source.path, source.filter)) {
    const path = joinPath(target, item.relative)
    if (item.node.kind === 'dir') copyDirectory(copying, path, item)
    else copyFile(copying, path, { item, tree, groups })
  }
}

/** Where the source itself goes. Makes the directories on the way. */
function targetOf({ draft, destination, parents }: Copying, { source, contents }: Selected): string {
  const last = destination.slice(destination.lastIndexOf('/') + 1)
  const intoDirectory = last === '' || last === '.'
  const directory = intoDirectory ? destination : destination.slice(0, destination.length - last.length)
  makeDirectories(draft, resolveOrStop(draft, directory), parents)
  const resolved = resolveOrStop(draft, destination)
  const existing = resolved === '' ? 'dir' : draft.node(resolved)?.kind
  const isDirectory = source.node.kind === 'dir'
  const target = existing === 'dir' && !isDirectory ? joinPath(resolved, baseOf(source.name)) : resolved
  makeDirectories(draft, isDirectory && contents && existing === undefined ? target : parentOf(target), parents)
  return target
}

function copyDirectory(copying: Copying, path: string, { node, relative, implied }: SourceItem): void {
  const { draft } = copying
  if (path === '') return
  const existing = draft.node(path)
  if (existing !== undefined && existing.kind !== 'dir') {
    throw new PlanStop(`cannot copy a directory over /${path}, which is ${describe(existing)}`, {
      path,
      hint: existing.kind === 'symlink' ? `COPY to ${existing.linkname} itself, or ${removeFirst}` : removeFirst,
    })
  }
  if (existing === undefined || (relative !== '' && !implied)) draft.put(path, { node: changed(copying, node) })
  else if (relative === '') draft.put(path, { node: { ...existing, mtime: node.mtime } })
  else draft.put(path, { node: { ...existing, mode: node.mode } })
}

function copyFile(
  copying: Copying,
  path: string,
  { item, tree, groups }: { readonly item: SourceItem; readonly tree: TreeView; readonly groups: Map<string, object> },
): void {
  const existing = path === '' ? ({ kind: 'dir' } as const) : copying.draft.node(path)
  if (existing?.kind === 'dir') {
    throw new PlanStop(`cannot replace the directory /${path} by ${describe(item.node)}`, { path, hint: removeFirst })
  }
  const node = changed(copying, item.node)
  if (item.node.kind === 'socket') {
    copying.draft.put(path, { node: { ...node, size: 0 }, from: { kind: 'inline', data: new Uint8Array() } })
    return
  }
  if (item.node.kind !== 'file') {
    copying.draft.put(path, { node })
    return
  }
  const group = item.node.inode === undefined ? undefined : groupOf(groups, item.node.inode)
  copying.draft.put(path, { node, from: tree.origin(item.path), ...(group === undefined ? {} : { group }) })
}

function groupOf(groups: Map<string, object>, inode: string): object {
  const group = groups.get(inode) ?? {}
  groups.set(inode, group)
  return group
}

/** The node with `--chown` and `--chmod` applied. Links have no permission bits of their own. */
function changed({ owner, change }: Copying, node: TreeNode): TreeNode {
  const mode =
    change === undefined || node.kind === 'symlink' ? node.mode : changeMode(node.mode, change, node.kind === 'dir')
  return { ...node, ...owner, mode }
}

function describe({ kind }: { readonly kind: TreeNode['kind'] }): string {
  switch (kind) {
    case 'file':
      return 'a file'
    case 'dir':
      return 'a directory'
    case 'symlink':
      return 'a symbolic link'
    case 'char':
    case 'block':
      return 'a device'
    case 'fifo':
      return 'a named pipe'
    case 'socket':
      return 'a socket'
  }
}
