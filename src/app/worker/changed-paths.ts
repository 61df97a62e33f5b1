import { type Dirent, readdirSync } from 'node:fs'
import path from 'node:path'
import type { TreeView } from '../../fileset/index.ts'

/** What a container has made, changed or removed, as absolute paths: files, and directories that the image does not have. */
export function changedPaths(upper: string, image: TreeView): readonly string[] {
  const found: string[] = []
  const visit = (directory: string): void => {
    for (const entry of entriesOf(path.join(upper, directory))) {
      const inside = path.posix.join(directory, entry.name)
      const known = image.node(inside.slice(1))?.kind === 'dir'
      if (!entry.isDirectory() || !known) found.push(inside)
      if (entry.isDirectory()) visit(inside)
    }
  }
  visit('/')
  return found.sort()
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch {
    return []
  }
}
