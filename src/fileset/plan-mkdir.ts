import { catchStop, draftOn, makeDirectories, PlanStop, resolveOrStop } from './draft.ts'
import { lookupOwner } from './owner.ts'
import type { CopyPlan } from './plan-copy.ts'
import type { TreeView } from './view.ts'

/** Who owns what WORKDIR makes, and when it was made. */
export interface MkdirOptions {
  /** As USER names it: `user[:group]`; empty is root. */
  readonly user: string
  /** Nanoseconds since the epoch. */
  readonly time: bigint
}

/**
 * The layer that WORKDIR makes: the missing directories of `path`, 0755 and owned by `user`, parents too. Links are
 * followed inside `dest`. Empty where the directory exists.
 */
export function planMkdir(dest: TreeView, path: string, { user, time }: MkdirOptions): CopyPlan {
  return catchStop((): CopyPlan => {
    const draft = draftOn(dest)
    const target = resolveOrStop(draft, path)
    if (target === '' || dest.node(target)?.kind === 'dir') return { kind: 'planned', entries: [] }
    const owner = user === '' ? undefined : lookupOwner(dest, user)
    if (owner !== undefined && 'kind' in owner) {
      throw new PlanStop(`cannot look up the user ${JSON.stringify(owner.name)}: the root file system is empty`, {
        hint: 'use a numeric user id',
      })
    }
    makeDirectories(draft, target, { mode: 0o755, owner, mtime: time })
    return { kind: 'planned', entries: draft.entries() }
  })
}
