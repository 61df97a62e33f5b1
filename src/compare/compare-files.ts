import { type TreeNode, treeNodes, type TreeView } from '../fileset/index.ts'

export type FileAspect = 'type' | 'content' | 'target' | 'mode' | 'owner' | 'attributes' | 'device'

/** A path of which two images differ. */
export interface FileDifference {
  readonly path: string
  readonly change: 'added' | 'removed' | 'changed'
  /** What a changed path differs in. */
  readonly aspects: readonly FileAspect[]
  readonly before?: FileState
  readonly after?: FileState
}

export interface FileState {
  readonly kind: TreeNode['kind']
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes; 0 for everything but files. */
  readonly size: number
  readonly target?: string
}

/** The paths that differ, in walk order. Times do not count, and directories only when they are empty or have other owners or modes. */
export function compareFiles(before: TreeView, after: TreeView): readonly FileDifference[] {
  const [old, now] = [new Map(treeNodes(before)), new Map(treeNodes(after))]
  const found: FileDifference[] = []
  for (const [path, node] of old) {
    const other = now.get(path)
    if (other !== undefined) found.push(...changed(path, node, other))
    else if (counts(before, path, node)) found.push({ path, change: 'removed', aspects: [], before: stateOf(node) })
  }
  for (const [path, node] of now) {
    if (!old.has(path) && counts(after, path, node))
      found.push({ path, change: 'added', aspects: [], after: stateOf(node) })
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** A directory that is new or gone shows by what is in it. */
function counts(view: TreeView, path: string, { kind }: TreeNode): boolean {
  return kind !== 'dir' || view.names(path).length === 0
}

function changed(path: string, before: TreeNode, after: TreeNode): readonly FileDifference[] {
  const aspects = aspectsOf(before, after)
  if (aspects.length === 0) return []
  return [{ path, change: 'changed', aspects, before: stateOf(before), after: stateOf(after) }]
}

function aspectsOf(a: TreeNode, b: TreeNode): readonly FileAspect[] {
  if (a.kind !== b.kind) return ['type']
  const differs: readonly (readonly [FileAspect, boolean])[] = [
    ['content', a.kind === 'file' && (a.size !== b.size || a.digest !== b.digest)],
    ['target', a.linkname !== b.linkname],
    ['mode', a.kind !== 'symlink' && a.mode !== b.mode],
    ['owner', a.uid !== b.uid || a.gid !== b.gid],
    ['attributes', attributesText(a) !== attributesText(b)],
    ['device', a.devMajor !== b.devMajor || a.devMinor !== b.devMinor],
  ]
  return differs.filter(([, is]) => is).map(([aspect]) => aspect)
}

function attributesText({ xattrs = {} }: TreeNode): string {
  const names = Object.keys(xattrs).sort()
  return names.map((name) => `${name}=${Buffer.from(xattrs[name] ?? []).toString('base64')}`).join('\n')
}

function stateOf({ kind, mode, uid, gid, size, linkname }: TreeNode): FileState {
  return { kind, mode, uid, gid, size, ...(linkname === undefined ? {} : { target: linkname }) }
}
