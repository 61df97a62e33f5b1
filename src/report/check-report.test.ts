import { describe, expect, test } from 'vitest'
import type { Finding } from '../core/index.ts'
import { checkJson, checkText } from './check-report.ts'
import { outlineText, targetsText } from './outline-report.ts'
import { plainPalette } from './palette.ts'
import { warningSummary } from './warning-summary.ts'

const source = { path: 'Dockerfile', text: 'FROM a\nENV a \\\n  b\n' }
const whole = { source, span: { start: 7, end: 18 } }
const finding: Finding = {
  code: 'SomeRule',
  severity: 'warning',
  message: 'evil \u001b[31m',
  at: { source, span: { start: 11, end: 12 } },
  whole,
  related: [{ note: 'seen before', at: { source, span: { start: 0, end: 6 } } }],
  evidence: {},
  fixes: [],
}
const style = { width: 80, palette: plainPalette }

describe('checkText', () => {
  test('counts, and shows rules without a page and related lines', () => {
    const lines = checkText([finding], style)
    expect(lines.slice(0, 3)).toEqual(['Check complete, 1 warning has been found!', '', 'WARNING: SomeRule'])
    expect(lines.at(-1)).toBe('  seen before: line 1')
  })

  test('spells out control characters of the file', () => {
    expect(checkText([finding], style).join('\n')).not.toContain('\u001b')
  })
})

describe('checkJson', () => {
  test('has one range for each line of the instruction', () => {
    const [warning] = checkJson({ source, findings: [finding] })['warnings'] as readonly Record<string, unknown>[]
    expect(warning?.['location']).toEqual({
      ranges: [2, 3].map((line) => ({ start: { line }, end: { line } })),
    })
    expect(warning).not.toHaveProperty('url')
  })
})

describe('warningSummary', () => {
  test('is empty without warnings and leaves errors out', () => {
    expect(warningSummary([{ ...finding, severity: 'error' }], plainPalette)).toEqual([])
  })

  test('sends to --check for what a check shows, and only for that', () => {
    const found = { ...finding, rule: { description: 'what it is about' } }
    expect(warningSummary([found], plainPalette)[1]).toBe(' 1 warning found (slipway build --check shows the places):')
    expect(warningSummary([finding], plainPalette)[1]).toBe(' 1 warning found:')
  })

  test('names the first line of the instruction', () => {
    const place = { ...finding, at: { source, span: { start: 17, end: 18 } } }
    expect(warningSummary([place], plainPalette).at(-1)).toMatch(/\(Dockerfile:2\)$/)
  })
})

describe('outlines and targets', () => {
  test('name the default stage by its place when it has no name', () => {
    expect(outlineText({ args: [], secrets: [], ssh: [], caches: [] })).toEqual(['TARGET: (default)'])
    const targets = [
      { isDefault: false, base: 'a', at: whole },
      { isDefault: true, base: 'b', at: whole },
    ]
    expect(targetsText(targets)).toEqual(['TARGET      DESCRIPTION', '', '(default)'])
  })
})
