import { describe, expect, it } from 'vitest'
import type { ImageDifference, ImageTotals, Parity } from '../compare/index.ts'
import { differenceText } from './difference-report.ts'
import { plainPalette } from './palette.ts'
import { parityText } from './parity-report.ts'

const totals: ImageTotals = {
  name: 'a\u001b[31m',
  platform: 'linux/amd64',
  layers: 2,
  disk: 1_500_000,
  packages: 3,
  skipped: [],
  files: 10,
}
const nothing: ImageDifference = {
  same: true,
  before: totals,
  after: { ...totals, name: 'b', disk: 1_000_000, transfer: 400_000 },
  sharedLayers: 1,
  layers: { shared: 1, fetched: { layers: 0, disk: 0, transfer: 0 }, different: [] },
  growth: [],
  cost: [null, null],
  hasSettings: true,
  config: [],
  packages: [],
  files: [],
  directories: [],
}
const style = { width: 60, palette: plainPalette, allFiles: false }

describe('differenceText', () => {
  it('shows totals beside each other, unknown ones as a dash, and nothing that steers a terminal', () => {
    expect(differenceText(nothing, style)).toEqual([
      '           a\\x1b[31m       b',
      'layers             2       2   1 shared',
      'disk           1.5MB     1MB     -500kB',
      'transfer           -   400kB',
      'packages           3       3         ±0',
      'files             10      10         ±0',
      '',
      'The images do not differ.',
    ])
  })

  it('puts values that are too long for a line below each other, cut to the width', () => {
    const long = (letter: string) => letter.repeat(80)
    const config = [
      { name: 'ENV A', values: ['1', '2'] },
      { name: 'ENV B', values: [long('x'), long('y')] },
      { name: 'EXPOSE 80/tcp', values: [undefined, '80/tcp'] },
      { name: 'USER', values: ['app', undefined] },
    ]
    const lines = differenceText({ ...nothing, same: false, config }, style).slice(7)
    expect(lines).toEqual([
      'Configuration',
      '  ~ ENV A: 1 → 2',
      '  ~ ENV B',
      `      - ${'x'.repeat(51)}…`,
      `      + ${'y'.repeat(51)}…`,
      '  + EXPOSE 80/tcp',
      '  - USER: app',
    ])
  })

  it('names records of packages that were not read', () => {
    const skipped = [{ path: 'var/lib/rpm/rpmdb.sqlite', reason: 'databases of rpm are not read' }]
    const lines = differenceText({ ...nothing, before: { ...totals, name: 'a', skipped } }, style)
    expect(lines.at(-1)).toBe('not read in a: /var/lib/rpm/rpmdb.sqlite: databases of rpm are not read')
  })
})

describe('parityText', () => {
  const parity: Parity = {
    same: false,
    images: [totals, { ...totals, platform: 'linux/arm64' }],
    config: [],
    packages: [],
    files: Array.from({ length: 20 }, (_, index) => ({ path: `d${index}/f`, platforms: ['linux/arm64'], size: 1 })),
    filesOfPackages: 1,
    foreign: [],
  }

  it('names as many directories as fit a screen, and all files on request', () => {
    const lines = parityText(parity, style)
    expect(lines.filter((line) => line.includes('linux/arm64 only'))).toHaveLength(16)
    expect(lines).toContain('  and 4 more: --files')
    expect(lines.at(-1)).toContain('1 file of distribution packages is not on every platform')
    const all = parityText(parity, { ...style, allFiles: true })
    expect(all.filter((line) => line.includes('linux/arm64 only'))).toHaveLength(20)
  })

  it('says that one platform cannot be compared', () => {
    const alone = parityText({ ...parity, same: true, images: [totals], files: [], filesOfPackages: 0 }, style)
    expect(alone.at(-1)).toBe('There is one platform only, so there is nothing to compare it with.')
  })
})
