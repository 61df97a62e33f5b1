import { describe, expect, it } from 'vitest'
import { elfWithSymbols } from '../../../test/kit/elf-with-symbols.ts'
import type { LayerEntry } from '../../archive/index.ts'
import type { PitfallHit } from '../../pitfalls/index.ts'
import type { WeighedLayer } from './line-costs.ts'
import { bytesOf, priceFindings } from './price-findings.ts'

const program = elfWithSymbols({ symbols: 2_000_000, debug: 500_000 })

function layer(line: number | undefined, files: Readonly<Record<string, number>>, transfer?: number): WeighedLayer {
  const entries = Object.entries(files).map(
    ([path, size]): LayerEntry => ({ path, size, kind: 'file', mode: 0o755, uid: 0, gid: 0, mtime: 0n }),
  )
  return {
    ...(line === undefined ? {} : { line }),
    ...(transfer === undefined ? {} : { transfer }),
    instruction: '',
    entries,
    read: (path, { offset, length }) => (path === 'srv/app' ? program.subarray(offset, offset + length) : undefined),
  }
}

const layers = [
  layer(undefined, { 'bin/sh': 1_000_000 }, 400_000),
  layer(undefined, { 'lib/all': 7_000_000 }, 3_000_000),
  layer(
    3,
    { 'var/lib/apt/lists/a': 20_000_000, 'var/lib/apt/lists/sub/b': 10_000_000, 'usr/bin/tool': 10_000_000 },
    16_000_000,
  ),
  layer(5, { 'srv/app': 9_000_000, 'srv/data': 1_000_000 }),
]

function priced(costs: NonNullable<PitfallHit['costs']>): string {
  const [finding] = priceFindings([{ message: 'found', evidence: {}, costs }], layers)
  return `${finding?.message} ${JSON.stringify(finding?.evidence)}`
}

describe('priceFindings', () => {
  it.each([
    [
      'a whole line',
      { line: 3, paths: [] },
      'found: 40MB disk, 16MB transfer, by line 3 {"diskBytes":40000000,"transferBytes":16000000}',
    ],
    [
      'a directory with all that is in it, and its part of the blob',
      { line: 3, paths: ['/var/lib/apt/lists/**'] },
      'found: 30MB disk, 12MB transfer, by line 3 {"diskBytes":30000000,"transferBytes":12000000}',
    ],
    [
      'a line whose blob nobody knows',
      { line: 5, paths: ['/srv/data'] },
      'found: 1MB disk, by line 5 {"diskBytes":1000000}',
    ],
    [
      'all layers of the base',
      { line: 0, paths: [] },
      'found: 8MB disk, 3.4MB transfer, by the base {"diskBytes":8000000,"transferBytes":3400000}',
    ],
    [
      'the symbols of programs',
      { line: 5, paths: ['/srv/**'], only: 'symbols' },
      'found: 2.5MB disk, by line 5 {"diskBytes":2500000}',
    ],
    [
      'what a later line deletes',
      { line: 5, paths: ['/srv/data'], hiddenBy: 6 },
      'found: 1MB disk, by line 5, deleted by line 6 {"diskBytes":1000000}',
    ],
    ['nothing of a line without a layer', { line: 4, paths: [] }, 'found {}'],
    ['nothing where no such file is', { line: 5, paths: ['/opt/**'] }, 'found {}'],
  ] as const)('prices %s', (_, costs, expected) => {
    expect(priced(costs)).toBe(expected)
  })

  it('leaves findings alone that cost no bytes', () => {
    const finding = { message: 'found', evidence: { diskBytes: 7 } }
    expect(priceFindings([finding], layers)).toEqual([finding])
    expect([bytesOf(finding), bytesOf({ evidence: {} })]).toEqual([7, 0])
  })
})
