import { describe, expect, it } from 'vitest'
import { memoryTree } from '../fileset/index.ts'
import { compareImages } from './compare-images.ts'
import { compareLayers } from './compare-layers.ts'
import { compareMade } from './compare-made.ts'
import type { ImageFacts, LayerSize, MadeBytes } from './image-facts.ts'
import { instructionText } from './instruction-text.ts'
import { judgeGrowth, parseThresholds } from './thresholds.ts'

const layer = (diffId: string, disk: number, transfer?: number): LayerSize => ({
  diffId,
  disk,
  ...(transfer === undefined ? {} : { transfer }),
})

describe('instructionText', () => {
  it.each([
    ['RUN /bin/sh -c apk add  curl # buildkit', 'RUN apk add curl'],
    ['RUN |2 A=1 B=two words /bin/sh -c make # buildkit', 'RUN make'],
    ['/bin/sh -c apt-get update', 'RUN apt-get update'],
    ['/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'],
    ['COPY a /b # buildkit', 'COPY a /b'],
    ['', ''],
  ])('shows %j as %j', (created, text) => {
    expect(instructionText(created)).toBe(text)
  })
})

describe('compareLayers', () => {
  it('counts what both have wherever it lies, and what a machine with the earlier one must fetch', () => {
    const compared = compareLayers([layer('a', 1, 1), layer('b', 10, 5)], [layer('b', 10, 5), layer('c', 100, 50)])
    expect(compared).toEqual({
      shared: 1,
      fetched: { layers: 1, disk: 100, transfer: 50 },
      different: [
        { ...layer('a', 1, 1), change: 'removed' },
        { ...layer('c', 100, 50), change: 'added' },
      ],
    })
  })

  it('fetches a layer once that an image has twice, and knows no bytes of what was never compressed', () => {
    expect(compareLayers([], [layer('a', 1, 7), layer('a', 1, 7)]).fetched).toEqual({ layers: 1, disk: 1, transfer: 7 })
    expect(compareLayers([], [layer('a', 1, 7), layer('b', 2)]).fetched).toEqual({ layers: 2, disk: 3 })
  })
})

describe('compareMade', () => {
  const made = (line: number, instruction: string, bytes: number, stage = 'app'): MadeBytes => ({
    source: 'Dockerfile',
    line,
    instruction,
    stage,
    bytes,
  })

  it.each<[string, MadeBytes[], MadeBytes[], (string | number | undefined)[][]]>([
    [
      'a line that moved is the same line',
      [made(3, 'RUN a', 5)],
      [made(9, 'RUN a', 8)],
      [['RUN a', 9, 5, 8, undefined]],
    ],
    [
      'a line that was edited in its place is one line',
      [made(3, 'RUN a', 5)],
      [made(3, 'RUN a b', 8)],
      [['RUN a b', 3, 5, 8, 'RUN a']],
    ],
    [
      'another instruction in the place is another line',
      [made(3, 'RUN a', 5)],
      [made(3, 'COPY a b', 8)],
      [
        ['COPY a b', 3, 0, 8, undefined],
        ['RUN a', 3, 5, 0, undefined],
      ],
    ],
    [
      'the same text in another stage is another line',
      [made(3, 'RUN a', 5, 'one')],
      [made(3, 'RUN a', 6, 'two')],
      [
        ['RUN a', 3, 0, 6, undefined],
        ['RUN a', 3, 5, 0, undefined],
      ],
    ],
    ['lines that make as much as before are not named', [made(3, 'RUN a', 5)], [made(3, 'RUN b', 5)], []],
  ])('%s', (_, before, after, rows) => {
    const found = compareMade(before, after)
    expect(
      found.map(({ instruction, line, before: from, after: to, formerly }) => [instruction, line, from, to, formerly]),
    ).toEqual(rows)
  })
})

describe('thresholds', () => {
  const facts = (layers: readonly LayerSize[]): ImageFacts => ({
    name: 'app',
    platform: { os: 'linux', architecture: 'amd64' },
    config: { config: {} },
    layers,
    view: memoryTree({}),
    packages: [],
    skipped: [],
    owned: new Set(),
    programs: new Map(),
  })
  const difference = compareImages(facts([layer('a', 100, 10)]), facts([layer('a', 100, 10), layer('b', 10, 3)]))

  it.each([
    ['disk+10%', 'pass'],
    ['size+9.9%', 'fail'],
    ['disk+10B', 'pass'],
    ['disk + 9', 'fail'],
    ['transfer+0.003kB', 'pass'],
    ['download+2', 'fail'],
    ['layers+0', 'fail'],
    ['packages+0', 'pass'],
  ])('%s: %s', (text, outcome) => {
    const parsed = parseThresholds(text)
    expect('error' in parsed ? parsed : judgeGrowth(difference, parsed).map((one) => one.outcome)).toEqual([outcome])
  })

  it('does not pass what is not known', () => {
    const unsent = compareImages(facts([]), facts([layer('b', 10)]))
    const parsed = parseThresholds('transfer+1GB,disk+1GB')
    const verdicts = 'error' in parsed ? [] : judgeGrowth(unsent, parsed)
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['unknown', 'pass'])
  })

  it.each([
    ['disk', '"disk" is not of the form disk+5% or packages+0'],
    ['disk+5%,', '"" is not of the form disk+5% or packages+0'],
    ['bytes+5', 'there is no measure bytes; there are disk, transfer, download, layers, files, packages'],
    ['packages+1MB', '"packages+1MB": packages is not counted in MB'],
    ['download+1%', 'download has no percentage: nothing of it is there before'],
  ])('says what is wrong with %j', (text, error) => {
    expect(parseThresholds(text)).toEqual({ error })
  })
})
