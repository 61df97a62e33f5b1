import { describe, expect, test } from 'vitest'
import { clipToWidth, displayWidth, padToWidth } from './display-width.ts'
import { historyTable, imagesTable } from './image-tables.ts'
import { defaultPalette, paletteFrom, plainPalette } from './palette.ts'
import { formatAge, formatBytes, formatDuration, formatSeconds, formatTransfer } from './quantities.ts'
import { formatChange, sideBySide } from './side-by-side.ts'
import { renderTable } from './table.ts'
import { visibleText } from './visible-text.ts'
import { wantsColor } from './wants-color.ts'

describe('quantities', () => {
  test.each([
    [0, '0B'],
    [999, '999B'],
    [1000, '1kB'],
    [7_800_000, '7.8MB'],
    [172_900_000, '173MB'],
    [999_499, '999kB'],
    [999_500, '1MB'],
    [1_100_000_000, '1.1GB'],
  ])('formatBytes prints %d as docker does', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

  test('formatTransfer keeps two decimals', () => {
    expect([formatTransfer(154), formatTransfer(3_400_000)]).toEqual(['154B', '3.40MB'])
  })

  test('durations', () => {
    expect([0, 640, 3200, 59_949, 59_950, 125_000, 3_725_000].map(formatDuration)).toEqual([
      '0ms',
      '640ms',
      '3.2s',
      '59.9s',
      '1m 00s',
      '2m 05s',
      '1h 02m',
    ])
    expect([0, 83_240].map(formatSeconds)).toEqual(['0.0s', '83.2s'])
  })

  test.each([
    [0, 'Less than a second ago'],
    [45, '45 seconds ago'],
    [60, 'About a minute ago'],
    [3600, 'About an hour ago'],
    [3 * 86_400, '3 days ago'],
    [21 * 86_400, '3 weeks ago'],
    [800 * 86_400, '2 years ago'],
  ])('formatAge says %d seconds in words', (seconds, text) => expect(formatAge(0, seconds * 1000)).toBe(text))
})

describe('display width', () => {
  test('counts wide characters twice and combining marks not at all', () => {
    expect(['abc', '日本', 'e\u0301', '🚢', '\u001b[31mx\u001b[0m', 'a\u200db'].map(displayWidth)).toEqual([
      3, 4, 1, 2, 1, 2,
    ])
  })

  test('clips and pads to cells', () => {
    expect([clipToWidth('日本語', 5), clipToWidth('abc', 3), clipToWidth('abc', 0), padToWidth('日', 4)]).toEqual([
      '日本…',
      'abc',
      '',
      '日  ',
    ])
  })
})

test('visibleText spells out what could mislead', () => {
  expect(visibleText('a\u001b[2J\u202e\n\t\u009b\udc80é🚢')).toBe('a\\x1b[2J\\u202e\\n\\t\\x9b\\x80é🚢')
})

describe('tables', () => {
  test('renderTable aligns columns by cells and leaves no trailing spaces', () => {
    const columns = [{ title: 'A' }, { title: 'SIZE', align: 'right' as const }, { title: 'C', max: 4 }]
    expect(
      renderTable(columns, [
        ['日本', '1', 'abcdef'],
        ['x', '1234', ''],
      ]),
    ).toEqual(['A      SIZE   C', '日本      1   abc…', 'x      1234'])
  })

  test('images are listed as docker lists them', () => {
    const row = {
      repository: 'app',
      tag: '1',
      id: `sha256:${'a'.repeat(64)}`,
      created: 0,
      size: 112_000_000,
      transfer: 46_000_000,
    }
    expect(imagesTable([row], { now: 7_200_000 })).toEqual([
      'REPOSITORY   TAG   IMAGE ID       CREATED       SIZE    TRANSFER',
      'app          1     aaaaaaaaaaaa   2 hours ago   112MB   46MB',
    ])
  })

  test('images of several platforms are told apart', () => {
    const row = { repository: 'app', tag: '1', id: `sha256:${'a'.repeat(64)}`, platform: 'linux/amd64' }
    const of = (...platforms: readonly string[]): readonly string[] =>
      imagesTable(
        platforms.map((platform) => ({ ...row, platform })),
        { now: 0 },
      )
    expect(of('linux/amd64', 'linux/arm64').map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ['REPOSITORY', 'TAG', 'PLATFORM'],
      ['app', '1', 'linux/amd64'],
      ['app', '1', 'linux/arm64'],
    ])
    expect(of('linux/amd64')[0]).not.toContain('PLATFORM')
  })

  test('history shows stage and source line where they are known', () => {
    const rows = [{ createdBy: 'RUN make \u001b[0m', size: 1000, created: 0, stage: 'build', source: 'Dockerfile:3' }]
    expect(historyTable(rows, { now: 1000, noTrunc: true })[1]).toBe(
      '<missing>   1 second ago   RUN make \\x1b[0m   1kB    build   Dockerfile:3',
    )
  })
})

describe('sideBySide', () => {
  const before = {
    title: 'before',
    disk: 460_000_000,
    transfer: 180_000_000,
    buildTime: 60_000,
    layers: [
      { instruction: 'FROM debian', disk: 400_000_000, transfer: 150_000_000 },
      { instruction: 'RUN x', disk: 60_000_000 },
    ],
  }
  const after = {
    title: 'after',
    disk: 110_000_000,
    transfer: 45_000_000,
    buildTime: 66_000,
    layers: [{ instruction: 'COPY app', disk: 110_000_000, transfer: 45_000_000 }],
  }

  test('prints totals with their change', () => {
    const lines = sideBySide(before, after, { width: 120, palette: plainPalette })
    expect(lines[0]).toMatch(/^ +before +after +change$/)
    expect(lines[1]).toMatch(/^disk +460MB +110MB +-76 %$/)
    expect(lines[4]).toMatch(/^build time +1m 00s +1m 06s +\+10 %$/)
  })

  test('puts layer tables beside each other on wide terminals and below each other on narrow ones', () => {
    const wide = sideBySide(before, after, { width: 140, palette: plainPalette })
    const narrow = sideBySide(before, after, { width: 80, palette: plainPalette })
    expect(wide.some((line) => line.includes('before: layers') && line.includes('after: layers'))).toBe(true)
    expect(narrow.some((line) => line.includes('before: layers') && line.includes('after: layers'))).toBe(false)
    for (const [lines, width] of [
      [wide, 140],
      [narrow, 80],
    ] as const)
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width)
  })

  test('draws bars of both images on one scale', () => {
    const text = sideBySide(before, after, { width: 80, palette: plainPalette }).join('\n')
    expect(text).toContain('██████████  FROM debian')
    expect(text).toContain('██▊         COPY app')
  })

  test('formatChange speaks percent', () => {
    expect([formatChange(100, 24), formatChange(100, 103), formatChange(100, 100), formatChange(0, 1)]).toEqual([
      '-76 %',
      '+3 %',
      '±0 %',
      '-',
    ])
  })
})

describe('colours', () => {
  test('paletteFrom reads BUILDKIT_COLORS and keeps what it cannot read', () => {
    expect(paletteFrom('run=green:error=255,0,300:cancel=1,2,3:warning=light-yellow:x=red')).toEqual({
      ...defaultPalette,
      run: '32',
      cancel: '38;2;1;2;3',
      warning: '93',
    })
    expect(paletteFrom(undefined)).toEqual(defaultPalette)
  })

  test('wantsColor lets NO_COLOR win, then FORCE_COLOR, then the terminal', () => {
    const tty = { isTTY: true }
    expect(wantsColor(tty, {})).toBe(true)
    expect(wantsColor(tty, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false)
    expect(wantsColor({}, { FORCE_COLOR: '1' })).toBe(true)
    expect(wantsColor(tty, { FORCE_COLOR: '0' })).toBe(false)
    expect(wantsColor(tty, { TERM: 'dumb' })).toBe(false)
    expect(wantsColor({}, {})).toBe(false)
  })
})
