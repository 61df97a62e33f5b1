import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Digest, digestOf } from '../core/index.ts'
import {
  type MemoryFiles,
  type MemoryNode,
  memoryTree,
  selectionListing,
  type SelectOptions,
  selectSources,
  type SurveyOptions,
  surveySelection,
  type TreeView,
} from './index.ts'

interface Key extends SelectOptions, Partial<SurveyOptions> {}

function key(tree: TreeView, pattern: string, given: Key = {}): Digest {
  const options = { ignoreOwner: false, ignoreMode: false, literal: false, ...given }
  const result = selectSources(tree, pattern, options)
  if (result.kind !== 'selected') throw new Error(result.kind)
  const survey = surveySelection(tree, result.sources, options)
  for (const path of survey.files) Object.assign(tree.node(path) ?? {}, { digest: digestOf(tree.read(path)) })
  return digestOf(selectionListing(survey))
}

const same = (
  a: MemoryFiles,
  b: MemoryFiles,
  [pattern, other = pattern]: readonly string[],
  options: Key = {},
): boolean => key(memoryTree(a), pattern as string, options) === key(memoryTree(b), other as string, options)

const node = (rest: MemoryNode): MemoryNode => ({ content: 'x', ...rest })

describe('the content key of a selection', () => {
  it.each<[string, boolean, MemoryFiles, MemoryFiles, readonly string[], Key]>([
    ['ignores times', true, { 'd/f': node({ mtime: 1n }) }, { 'd/f': node({ mtime: 2n }) }, ['d'], {}],
    ['sees contents', false, { 'd/f': 'a' }, { 'd/f': 'b' }, ['d'], {}],
    ['sees names in a directory', false, { 'd/f': 'a' }, { 'd/g': 'a' }, ['d'], {}],
    ['sees empty directories', false, { 'd/f': 'a' }, { 'd/f': 'a', 'd/e': { kind: 'dir' } }, ['d'], {}],
    ['sees modes', false, { f: node({ mode: 0o644 }) }, { f: node({ mode: 0o600 }) }, ['f'], {}],
    [
      'ignores modes on request',
      true,
      { f: node({ mode: 0o644 }) },
      { f: node({ mode: 0o600 }) },
      ['f'],
      { ignoreMode: true },
    ],
    ['sees owners', false, { f: node({ uid: 1 }) }, { f: node({ uid: 2 }) }, ['f'], {}],
    ['ignores owners on request', true, { f: node({ uid: 1 }) }, { f: node({ gid: 2 }) }, ['f'], { ignoreOwner: true }],
    [
      'sees link targets',
      false,
      { 'd/l': { kind: 'symlink', linkname: 'a' } },
      { 'd/l': { kind: 'symlink', linkname: 'b' } },
      ['d'],
      {},
    ],
    ['tells a link from a file', false, { 'd/l': { kind: 'symlink', linkname: 'a' } }, { 'd/l': 'a' }, ['d'], {}],
    ['sees attributes', false, { f: node({ xattrs: { 'user.a': new Uint8Array([1]) } }) }, { f: node({}) }, ['f'], {}],
    [
      'sees device numbers',
      false,
      { d: { kind: 'char', devMajor: 1, devMinor: 3 } },
      { d: { kind: 'char', devMajor: 1, devMinor: 5 } },
      ['d'],
      {},
    ],
    [
      'does not see hard links',
      true,
      { 'd/a': node({ inode: '1' }), 'd/b': node({ inode: '1' }) },
      { 'd/a': 'x', 'd/b': 'x' },
      ['d'],
      {},
    ],
    ['survives moving a file to another directory', true, { 'a/f': 'x' }, { 'b/c/f': 'x' }, ['a/f', 'b/c/f'], {}],
    ['sees a file renamed', false, { f: 'x' }, { g: 'x' }, ['f', 'g'], {}],
    ['survives renaming a directory', true, { 'a/f': 'x' }, { 'b/f': 'x' }, ['a', 'b'], {}],
    [
      'ignores the metadata of the copied directory itself',
      true,
      { 'd/f': 'x', d: { kind: 'dir', mode: 0o700 } },
      { 'd/f': 'x' },
      ['d'],
      {},
    ],
    [
      'sees them for a bind mount',
      false,
      { 'd/f': 'x', d: { kind: 'dir', mode: 0o700 } },
      { 'd/f': 'x' },
      ['d'],
      { literal: true },
    ],
    ['survives renaming a bind source', true, { f: 'x' }, { g: 'x' }, ['f', 'g'], { literal: true }],
    ['ignores what a wildcard does not match', true, { 'a.txt': 'x', b: '1' }, { 'a.txt': 'x', b: '2' }, ['*.txt'], {}],
    [
      'ignores what is excluded',
      true,
      { 'd/f': 'x', 'd/n/z': '1' },
      { 'd/f': 'x', 'd/n/z': '2' },
      ['d'],
      { exclude: ['n'] },
    ],
    ['tells a file from a directory with that file', false, { a: 'x' }, { 'b/a': 'x' }, ['a', 'b'], {}],
  ])('%s', (_, expected, a, b, patterns, options) => {
    expect(same(a, b, patterns, options)).toBe(expected)
  })

  it('asks for no digest of files that carry theirs', () => {
    const tree = memoryTree({ 'd/f': node({ digest: digestOf('x') }), 'd/g': 'y' })
    const result = selectSources(tree, 'd')
    const survey = surveySelection(tree, result.kind === 'selected' ? result.sources : [], {
      ignoreMode: false,
      ignoreOwner: false,
      literal: false,
    })
    expect(survey).toMatchObject({ files: ['d/g'], bytes: 1 })
    expect(key(tree, 'd')).toBe(key(memoryTree({ 'd/f': 'x', 'd/g': 'y' }), 'd'))
  })

  const names = fc.constantFrom('a', 'b', 'c.txt', 'é', '.d')
  const paths = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => `src/${parts.join('/')}.f`)
  const files = fc.dictionary(paths, fc.record({ content: fc.string(), mode: fc.constantFrom(0o644, 0o755) }))

  it('depends neither on times nor on the order in which a directory was filled', () => {
    fc.assert(
      fc.property(files, fc.bigInt({ min: 0n, max: 10n ** 18n }), (tree, mtime) => {
        const touched = Object.fromEntries(
          Object.entries(tree)
            .reverse()
            .map(([path, one]) => [path, { ...one, mtime }]),
        )
        expect(key(memoryTree({ src: { kind: 'dir' }, ...touched }), 'src')).toBe(
          key(memoryTree({ src: { kind: 'dir' }, ...tree }), 'src'),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('differs when any one file differs', () => {
    fc.assert(
      fc.property(files, fc.nat(), (tree, pick) => {
        const changed = Object.keys(tree)[pick % Math.max(1, Object.keys(tree).length)]
        if (changed === undefined) return
        const other = {
          ...tree,
          [changed]: {
            ...(tree[changed] as MemoryNode),
            content: `${(tree[changed] as { content: string }).content}!`,
          },
        }
        expect(key(memoryTree(other), 'src')).not.toBe(key(memoryTree(tree), 'src'))
      }),
      { numRuns: 60 },
    )
  })
})
