import { describe, expect, it } from 'vitest'
import { type LayerEntry, mergeLayers } from '../archive/index.ts'
import { digestOf } from '../core/index.ts'
import { diveFigures } from './dive-figures.ts'
import { hiddenFiles } from './hidden-files.ts'
import { findWaste } from './waste.ts'

type Layer = { readonly entries: readonly LayerEntry[] }

/** `path text`, `dir/`, `dir/ opaque`, `-path` for a deletion, `path -> other` for a further name; texts repeat 1000 times. */
function layer(...lines: readonly string[]): Layer {
  return { entries: lines.map(entryOf) }
}

function entryOf(line: string): LayerEntry {
  const fixed = { mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0n }
  const [first = '', second, third] = line.split(' ')
  if (first.startsWith('-')) return { ...fixed, path: first.slice(1), kind: 'whiteout' }
  if (first.endsWith('/')) return { ...fixed, path: first.slice(0, -1), kind: 'dir', opaque: second === 'opaque' }
  if (second === '->') return { ...fixed, path: first, kind: 'hardlink', linkname: third ?? '' }
  const text = (second ?? '').repeat(1000)
  return { ...fixed, path: first, kind: 'file', size: text.length, digest: digestOf(text) }
}

const hidden = (...layers: readonly Layer[]): readonly string[] =>
  hiddenFiles(layers).map(({ entry, layer: from, by, how }) => `${entry.path} ${from} ${by} ${how}`)

describe('hiddenFiles', () => {
  it.each([
    ['a file that is deleted', [layer('a xx'), layer('-a')], ['a 0 1 deleted']],
    ['a file below a deleted directory', [layer('d/', 'd/e/a xx'), layer('-d')], ['d/e/a 0 1 deleted']],
    ['a file below an opaque directory', [layer('d/', 'd/a xx'), layer('d/ opaque', 'd/b yy')], ['d/a 0 1 deleted']],
    ['a file that is written again', [layer('a xx'), layer('a yy')], ['a 0 1 overwritten']],
    ['a file with another owner', [layer('a xx'), layer('a xx')], ['a 0 1 same']],
    ['a directory that becomes a file', [layer('d/', 'd/a xx'), layer('d yy')], ['d/a 0 1 deleted']],
    ['the first layer that hides', [layer('a xx'), layer('a yy'), layer('-a')], ['a 1 2 deleted', 'a 0 1 overwritten']],
    ['all names of a file', [layer('a xx', 'b -> a'), layer('-a'), layer('-b')], ['a 0 2 deleted']],
    ['nothing while a name is left', [layer('a xx', 'b -> a'), layer('-a')], []],
    ['nothing of what is empty', [layer('a'), layer('-a')], []],
    ['nothing where a layer only adds', [layer('a xx'), layer('b yy')], []],
  ])('finds %s', (_, layers, found) => {
    expect(hidden(...layers)).toEqual(found)
  })
})

describe('findWaste', () => {
  it('sums by pair of layers, and counts names of one file once among duplicates', () => {
    const layers = [layer('a xxxxx', 'b -> a', 'c xxxxx', 'd yyyyy', 'small x', 'tiny x'), layer('-d', 'e xxxxx')]
    const root = mergeLayers(layers.map(({ entries }) => entries))
    const waste = findWaste({ layers: layers as never, root })
    expect(waste.hidden).toEqual([{ layer: 0, by: 1, how: 'deleted', files: 1, bytes: 5000, largest: ['d'] }])
    expect(waste.duplicated).toEqual([{ size: 5000, bytes: 10_000, paths: ['a', 'c', 'e'], layers: [0, 0, 1] }])
    expect([waste.hiddenBytes, waste.duplicatedBytes]).toEqual([5000, 10_000])
  })
})

describe('diveFigures', () => {
  const figures = (...layers: readonly Layer[]): readonly number[] => {
    const { efficiency, wastedBytes, userWastedPercent } = diveFigures(layers)
    return [efficiency, wastedBytes, userWastedPercent]
  }

  it.each([
    ['one layer', [layer('a xx')], [1, 0, 0]],
    ['nothing', [], [1, 0, 0]],
    ['a file that is written twice', [layer('a xx'), layer('a xx')], [0.5, 4000, 2]],
    ['a deleted file', [layer('a xx', 'b yy'), layer('-a', 'c zz')], [4000 / 6000, 2000, 1]],
    ['a deleted directory', [layer('d/', 'd/a xx'), layer('-d', 'b yy')], [1, 0, 0]],
    ['an opaque directory', [layer('d/', 'd/a xx'), layer('d/ opaque', 'd/b yy')], [1, 0, 0]],
  ])('counts %s as dive does', (_, layers, expected) => {
    expect(figures(...layers)).toEqual(expected)
  })
})
