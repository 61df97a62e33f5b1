import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  applyEntries,
  joinPath,
  type MemoryFiles,
  memoryTree,
  planCopy,
  selectSources,
  type TreeView,
} from './index.ts'
import { treeLines } from '../../test/kit/tree-lines.ts'

/**
 * An independent account of a directory copy without flags: every path of the source lands below the destination, and
 * nothing else changes but the directories on the way there.
 */
function expectedTree(on: TreeView, from: TreeView, to: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string>()
  for (const line of treeLines(on)) lines.set(pathOf(line), line)
  for (let parent = to; parent !== ''; parent = parent.slice(0, Math.max(0, parent.lastIndexOf('/')))) {
    if (!lines.has(parent)) lines.set(parent, `${parent} dir 755 0:0`)
  }
  for (const line of treeLines(from, { from: 'src' })) {
    const path = joinPath(to, pathOf(line).slice('src/'.length))
    lines.set(path, path + line.slice(pathOf(line).length))
  }
  return lines
}

function pathOf(line: string): string {
  return line.slice(0, line.search(/ (file|dir|symlink) /))
}

// Even levels hold directories and odd names files, so that the two never meet and every copy succeeds.
const directories = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 })
const paths = fc.tuple(directories, fc.constantFrom('1', '2', '.3')).map(([parts, name]) => [...parts, name].join('/'))
const file = fc.record({
  content: fc.string({ maxLength: 5 }).map((text) => text.trim()),
  mode: fc.constantFrom(0o644, 0o4755, 0o600),
  uid: fc.constantFrom(0, 7),
})
const tree = (prefix: string) =>
  fc.dictionary(
    paths.map((path) => prefix + path),
    file,
    { maxKeys: 8 },
  )

it('copying a directory gives the destination with the source laid over it', () => {
  fc.assert(
    fc.property(tree('src/'), tree(''), directories, (source: MemoryFiles, dest: MemoryFiles, target) => {
      const from = memoryTree({ src: { kind: 'dir' }, ...source })
      const on = memoryTree(dest)
      const selected = selectSources(from, 'src')
      if (selected.kind !== 'selected') throw new Error(selected.kind)
      const inputs = selected.sources.map(
        (one) => ({ kind: 'selected', tree: from, source: one, contents: true }) as const,
      )
      const plan = planCopy(inputs, { dest: on, destination: `/${target.join('/')}`, time: 1n })
      if (plan.kind === 'failed') throw new Error(plan.message)
      const result = new Map(treeLines(applyEntries(on, plan.entries)).map((line) => [pathOf(line), line]))
      expect([...result].sort()).toEqual([...expectedTree(on, from, target.join('/'))].sort())
      for (const [index, entry] of plan.entries.entries()) {
        const parent = entry.path.slice(0, Math.max(0, entry.path.lastIndexOf('/')))
        expect(parent === '' || plan.entries.slice(0, index).some(({ path }) => path === parent)).toBe(true)
      }
    }),
    { numRuns: 150 },
  )
})
