import { describe, expect, test } from 'vitest'
import { type Location, SlipwayError } from '../core/index.ts'
import { displayWidth } from './display-width.ts'
import { defaultPalette, plainPalette } from './palette.ts'
import { diagnosticLine, renderDiagnostic, renderError } from './render-error.ts'
import { sourceFrames } from './source-frame.ts'

const style = { width: 80, palette: plainPalette }
const place = (text: string, part: string, path = 'Dockerfile'): Location => {
  const start = text.indexOf(part)
  return { source: { path, text }, span: { start, end: start + part.length } }
}

describe('sourceFrames', () => {
  test('marks the line, underlines the columns and shows two lines of context', () => {
    const text = 'FROM a AS build\nRUN one\nRUN two\nCOPY --from=biuld /x /\nRUN three\nRUN four\nRUN five\n'
    expect(sourceFrames([place(text, 'biuld')], style)).toEqual([
      'Dockerfile:4:13',
      '--------------------',
      '   2 |     RUN one',
      '   3 |     RUN two',
      '   4 | >>> COPY --from=biuld /x /',
      '     |                 ^^^^^',
      '   5 |     RUN three',
      '   6 |     RUN four',
      '--------------------',
    ])
  })

  test('counts tabs, wide characters and control characters as they are shown', () => {
    const text = 'RUN\t日本\u001b x\r\n'
    const [, , line = '', marks = ''] = sourceFrames([place(text, 'x')], style)
    expect(line).toBe('   1 | >>> RUN 日本\\x1b x')
    expect(marks.trimEnd()).toBe(`     | ${' '.repeat(4 + 'RUN '.length + 4 + '\\x1b '.length)}^`)
  })

  test('does not show the carriage return of CRLF files', () => {
    const text = 'FROM a\r\nRUN b\r\n'
    expect(sourceFrames([place(text, 'RUN b')], style).slice(2, 5)).toEqual([
      '   1 |     FROM a',
      '   2 | >>> RUN b',
      '     |     ^^^^^',
    ])
  })

  test('joins places of one file and leaves out what lies between them', () => {
    const text = Array.from({ length: 30 }, (_, at) => `RUN step${at}`).join('\n')
    const lines = sourceFrames([place(text, 'step2\n'), place(text, 'step20')], style)
    expect(lines[0]).toBe('Dockerfile:3:5, Dockerfile:21:5')
    expect(lines.filter((line) => line.includes('...'))).toHaveLength(1)
    expect(lines.filter((line) => line.includes('>>>'))).toEqual(['   3 | >>> RUN step2', '  21 | >>> RUN step20'])
  })

  test('marks all lines of a culprit of several lines and underlines none', () => {
    const text = 'FROM a\nRUN one \\\n  two\nRUN x\n'
    const lines = sourceFrames([place(text, 'RUN one \\\n  two')], style)
    expect(lines.filter((line) => line.includes('>>>'))).toHaveLength(2)
    expect(lines.join('\n')).not.toContain('^')
  })

  test('cuts the middle of a culprit of many lines', () => {
    const body = Array.from({ length: 40 }, (_, at) => `line${at}`).join('\n')
    expect(sourceFrames([place(`FROM a\n${body}\nRUN z`, body)], style).length).toBeLessThan(20)
  })

  test('shows the part of a long line that matters', () => {
    const text = `RUN ${'word '.repeat(60)}culprit ${'word '.repeat(60)}`
    const lines = sourceFrames([place(text, 'culprit')], style)
    const line = lines[2] ?? ''
    const marks = lines[3] ?? ''
    expect(displayWidth(line)).toBeLessThanOrEqual(style.width)
    expect(line.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe('culprit')
  })

  test('points behind the last character for an empty place at the end', () => {
    const text = 'FROM a\nCOPY x'
    const lines = sourceFrames([{ source: { path: 'f', text }, span: { start: 13, end: 13 } }], style)
    expect(lines.slice(3, 5)).toEqual(['   2 | >>> COPY x', '     |           ^'])
  })

  test('shows an empty file', () => {
    expect(sourceFrames([{ source: { path: '-', text: '' }, span: { start: 0, end: 0 } }], style)[0]).toBe('-:1:1')
  })
})

describe('renderError', () => {
  test('shows frame, notes, reason and hint, and no stack', () => {
    const text = 'FROM a\nRUN make\n'
    const error = new SlipwayError('run-failed', '`make` ended with exit code 2', {
      at: [place(text, 'RUN make')],
      notes: ['make: *** no rule\nstop'],
      hint: 'build with --target to stop before',
    })
    expect(renderError(error, style).slice(-4)).toEqual([
      '  | make: *** no rule',
      '  | stop',
      'ERROR: `make` ended with exit code 2 [run-failed]',
      '  hint: build with --target to stop before',
    ])
    expect(renderError(error, style).join('\n')).not.toContain('.ts:')
  })

  test('spells out escape sequences wherever they come from', () => {
    const error = new SlipwayError('copy-failed', 'no \u001b[31m file', {
      at: [place('COPY \u001b[2J /', 'COPY', 'evil\u001b[0m')],
      notes: ['\u001b]0;x\u0007'],
      hint: '\u202egnp.exe',
    })
    const lines = renderError(error, style).join('\n')
    expect(lines).not.toContain('\u001b')
    expect(lines).not.toContain('\u202e')
    expect(lines).toContain('no \\x1b[31m file')
  })

  test('says when another try may help', () => {
    const error = new SlipwayError('registry-unreachable', 'no answer', { retryable: true })
    expect(renderError(error, style).at(-1)).toMatch(/may succeed when it is run again/)
  })

  test('uses colour only when the palette has any', () => {
    const error = new SlipwayError('usage', 'x')
    expect(renderError(error, { width: 80, palette: defaultPalette })[0]).toContain('\u001b[31mERROR:')
  })
})

describe('renderDiagnostic', () => {
  test('shows related places with their notes', () => {
    const text = 'FROM a AS x\nFROM b AS x\n'
    const lines = renderDiagnostic(
      {
        code: 'duplicate-stage',
        severity: 'warning',
        message: 'two stages are called x',
        at: place(text, 'FROM b'),
        related: [{ note: 'the first one', at: place(text, 'FROM a') }],
      },
      style,
    )
    expect(lines).toContain('WARNING: two stages are called x [duplicate-stage]')
    expect(lines).toContain('  the first one (Dockerfile:1:1)')
  })

  test('diagnosticLine stays on one line', () => {
    const at = place('FROM a\n', 'a')
    expect(diagnosticLine({ code: 'c', severity: 'error', message: 'a\nb', at, related: [] })).toBe(
      'Dockerfile:1:6: error: a\\nb [c]',
    )
  })
})
