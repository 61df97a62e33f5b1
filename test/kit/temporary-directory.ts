import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { type TreeSpec, writeTree } from './file-tree.ts'

/** A directory with these files that goes away when the test ends. Call it inside a test. */
export function temporaryDirectory(tree: TreeSpec = {}): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'slipway-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return writeTree(directory, tree)
}
