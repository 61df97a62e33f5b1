import { inPathOrder } from '../archive/index.ts'
import { resolveInRoot } from './resolve.ts'
import { cleanPath, parentOf } from './tree-path.ts'
import type { ContentOrigin, PlannedEntry, TreeNode, TreeView } from './view.ts'

/** Why a plan cannot be made, in words for the user. `path` is in the destination tree, without leading slash. */
export interface PlanFailure {
  readonly kind: 'failed'
  readonly message: string
  readonly path?: string
  readonly hint?: string
}

/** Carries a failure out of nested steps to the exported function, which returns it. */
export class PlanStop extends Error {
  readonly failure: PlanFailure

  constructor(message: string, details: { readonly path?: string; readonly hint?: string } = {}) {
    super(message)
    this.failure = { kind: 'failed', message, ...details }
  }
}

/** Runs `plan`; a PlanStop becomes its result. */
export function catchStop<T>(plan: () => T): T | PlanFailure {
  try {
    return plan()
  } catch (error) {
    if (error instanceof PlanStop) return error.failure
    throw error
  }
}

/** A node to be written. Files of one `group` share an inode. */
export interface DraftNode {
  readonly node: TreeNode
  readonly from?: ContentOrigin
  readonly group?: object
}

/** A tree with planned changes on top: what the next step of a plan sees. */
export interface Draft {
  /** The node as it will be. */
  node(path: string): TreeNode | undefined
  /** What is planned at a path; undefined where the tree below shows. */
  planned(path: string): DraftNode | undefined
  /** Plans a node. Directories it lies in appear in the result with the metadata they have. */
  put(path: string, planned: DraftNode): void
  /** Plans that nothing of the old tree shows at a path or below, to be followed by `put`. */
  clear(path: string): void
  /** The layer, sorted by path, parents first. */
  entries(): readonly PlannedEntry[]
}

/** A draft on a tree, without changes at first. */
export function draftOn(lower: TreeView): Draft {
  const plans = new Map<string, DraftNode>()
  const cleared = new Set<string>()
  const hidden = (path: string): boolean => {
    for (let at = path; at !== ''; at = parentOf(at)) if (cleared.has(at)) return true
    return false
  }
  const node = (path: string): TreeNode | undefined => {
    const planned = plans.get(path)
    if (planned !== undefined) return planned.node
    return cleared.size > 0 && hidden(path) ? undefined : lower.node(path)
  }
  const copyUp = (path: string): void => {
    if (path === '' || plans.has(path)) return
    copyUp(parentOf(path))
    const existing = node(path)
    if (existing !== undefined) plans.set(path, { node: existing })
  }
  const clear = (path: string): void => {
    for (const key of plans.keys()) if (key === path || key.startsWith(`${path}/`)) plans.delete(key)
    cleared.add(path)
  }
  return {
    node,
    planned: (path) => plans.get(path),
    clear,
    put: (path, planned) => {
      copyUp(parentOf(path))
      plans.set(path, planned)
    },
    entries: () => entriesOf(plans, (path) => cleared.has(path)),
  }
}

/** `path` as it is meant in the draft, links followed. */
export function resolveOrStop(draft: Draft, path: string): string {
  const resolved = resolveInRoot(draft, path)
  if (typeof resolved !== 'string')
    throw new PlanStop(`too many levels of symbolic links in /${cleanPath(path)}`, {
      path,
      hint: 'the links lead to each other; copy to another path, or remove them in an earlier RUN',
    })
  return resolved
}

/** What directories that a step has to make look like. */
export interface NewDirectory {
  readonly mode: number
  /** Without it root, and the group that mkdir(2) gives. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
  readonly mtime: bigint
}

/**
 * Makes a directory and its missing parents as mkdir(2) does: those in a directory with the set-group-id bit have that bit and that
 * group, too. Existing ones stay as they are.
 */
export function makeDirectories(draft: Draft, path: string, made: NewDirectory): void {
  if (path === '') return
  const existing = draft.node(path)
  if (existing?.kind === 'dir') return
  if (existing !== undefined)
    throw new PlanStop(`/${path} is not a directory`, {
      path,
      hint: 'a directory is needed there: take another path, or remove what is there in an earlier RUN',
    })
  makeDirectories(draft, parentOf(path), made)
  const parent = draft.node(parentOf(path))
  const inherits = parent !== undefined && (parent.mode & 0o2000) !== 0
  const { uid, gid } = made.owner ?? { uid: 0, gid: inherits ? parent.gid : 0 }
  const mode = (made.mode & 0o777) | (inherits ? 0o2000 : 0)
  draft.put(path, { node: { kind: 'dir', size: 0, mode, uid, gid, mtime: made.mtime } })
}

/** The first path of every group becomes the file, the others links to it: a tar reader meets the file first. */
function entriesOf(plans: ReadonlyMap<string, DraftNode>, opaque: (path: string) => boolean): readonly PlannedEntry[] {
  const firstOf = new Map<object, string>()
  const planned = inPathOrder([...plans].map(([path, { node, from, group }]) => ({ path, node, from, group })))
  return planned.flatMap(({ path, node, from, group }): PlannedEntry | [] => {
    if (path === '') return []
    const { inode: _inode, kind, ...rest } = node
    const first = group === undefined ? undefined : firstOf.get(group)
    if (first !== undefined) return { ...withoutDigest(rest), path, kind: 'hardlink', size: 0, linkname: first }
    if (group !== undefined) firstOf.set(group, path)
    if (kind === 'dir' && opaque(path)) return { ...rest, path, kind, opaque: true }
    const own = kind === 'socket' ? 'file' : kind
    return from === undefined ? { ...rest, path, kind: own } : { ...rest, path, kind: own, from }
  })
}

function withoutDigest<T extends { readonly digest?: unknown }>({ digest: _digest, ...rest }: T): Omit<T, 'digest'> {
  return rest
}
