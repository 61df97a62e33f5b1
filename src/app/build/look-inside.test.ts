import { describe, expect, test } from 'vitest'
import { SlipwayError } from '../../core/index.ts'
import { withWayInside } from './look-inside.ts'

const source = { path: "it's/Dockerfile", text: 'FROM a\nRUN b\nRUN c\n' }
const failed = new SlipwayError('run-failed', 'c failed', {
  at: [{ source, span: { start: 13, end: 18 } }],
  hint: 'c is missing',
})

describe('withWayInside', () => {
  test('builds the lines above the failed one', () => {
    expect(withWayInside(failed, { context: '.' })).toMatchObject({
      message: 'c failed',
      hint: `c is missing\nlook inside: head -n 2 'it'\\''s/Dockerfile' | slipway build -t look -f - . && slipway run -it look sh`,
    })
  })

  test('leaves other errors, and contexts from standard input, alone', () => {
    const other = new SlipwayError('copy-failed', 'x', { at: failed.at })
    expect(withWayInside(other, { context: '.' })).toBe(other)
    expect(withWayInside(failed, { context: '-' })).toBe(failed)
  })
})
