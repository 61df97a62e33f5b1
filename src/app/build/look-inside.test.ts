import { describe, expect, test } from 'vitest'
import { SlipwayError } from '../../core/index.ts'
import { withWayInside } from './look-inside.ts'

const lookInside = 'slipway debug .'
const failed = new SlipwayError('run-failed', 'c failed', { hint: 'c is missing', notes: ['c: not found'] })

describe('withWayInside', () => {
  test('adds the command line to what is known', () => {
    expect(withWayInside(failed, { lookInside })).toMatchObject({
      message: 'c failed',
      hint: 'c is missing\nlook inside: slipway debug .',
      notes: ['c: not found'],
    })
  })

  test('leaves other errors, and builds that cannot be repeated, alone', () => {
    const other = new SlipwayError('copy-failed', 'x')
    expect(withWayInside(other, { lookInside })).toBe(other)
    expect(withWayInside(failed, {})).toBe(failed)
  })
})
