import type { TreeRef } from '../../solver/index.ts'
import type { Session } from '../session.ts'

/** Says how much of the main context the build looked at; silent when nothing of it was needed. */
export function reportContextUse(session: Session, tree: TreeRef | undefined): void {
  if (tree?.kind !== 'host') return
  const opened = [...session.trees.directories()].find(
    ([key]) => key === JSON.stringify([tree.path, tree.ignore, tree.squashOwner]),
  )
  if (opened === undefined) return
  const { files, usedFiles } = opened[1].usage()
  session.emit({ type: 'note', time: session.now(), message: `context: used ${usedFiles} of ${files} files` })
}
