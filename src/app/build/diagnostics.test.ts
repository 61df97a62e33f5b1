import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../core/index.ts'
import { warningsOf } from './diagnostics.ts'

const source = { path: 'Dockerfile', text: 'FROM a\n' }

function diagnostic(severity: Diagnostic['severity'], message: string, start = 0): Diagnostic {
  return { code: 'Some', severity, message, at: { source, span: { start, end: 4 } }, related: [] }
}

describe('warningsOf', () => {
  it('gives what several platforms say once, and no errors', () => {
    const found = [
      diagnostic('warning', 'odd'),
      diagnostic('error', 'wrong'),
      diagnostic('warning', 'odd'),
      diagnostic('warning', 'odd', 5),
      diagnostic('warning', 'odder'),
    ]
    expect(warningsOf(found).map(({ message, at }) => [message, at.span.start])).toEqual([
      ['odd', 0],
      ['odd', 5],
      ['odder', 0],
    ])
  })
})
