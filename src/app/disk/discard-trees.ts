import { rm } from 'node:fs/promises'

/** Removes files and directories with all they hold, one after the other. */
export async function discardTrees(trees: readonly string[]): Promise<Record<string, never>> {
  for (const tree of trees) await rm(tree, { recursive: true, force: true })
  return {}
}
