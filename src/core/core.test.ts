import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import { digestOf, parseDigest } from './digest.ts'
import { exitCodeOf, SlipwayError } from './errors.ts'
import { pathFromBytes, pathToBytes } from './path-bytes.ts'
import { fromPlainError, toPlainError } from './plain-error.ts'
import { formatLocation, positionAt } from './source.ts'
import { didYouMean, editDistance, nearest } from './suggest.ts'

describe('pathFromBytes', () => {
  it('law: pathToBytes gives back every byte string', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect([...pathToBytes(pathFromBytes(bytes))]).toEqual([...bytes])
      }),
    )
  })

  it('keeps UTF-8 readable and escapes only what is not UTF-8', () => {
    expect(pathFromBytes(Buffer.from('caf\u00e9'))).toBe('caf\u00e9')
    expect(pathFromBytes(Buffer.from('caf\u00e9', 'latin1'))).toBe('caf\udce9')
  })

  it('escapes the three bytes that spell a surrogate, which UTF-8 forbids', () => {
    const bytes = Buffer.from([0xed, 0xb2, 0x80])
    expect([...pathToBytes(pathFromBytes(bytes))]).toEqual([...bytes])
  })
})

describe('canonicalJson', () => {
  it('does not depend on the order in which members were written', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe(
      canonicalJson({ a: true, b: [1, { c: 'x', d: null }] }),
    )
  })

  it('leaves out undefined members and keeps array order', () => {
    expect(canonicalJson({ a: undefined, b: [2, 1] })).toBe('{"b":[2,1]}')
  })
})

describe('parseDigest', () => {
  it('takes lower-case sha256 of full length only', () => {
    const good = digestOf('x')
    expect(parseDigest(good)).toBe(good)
    for (const bad of [good.toUpperCase(), good.slice(0, -1), good.replace('sha256', 'sha512'), `${good}0`])
      expect(parseDigest(bad)).toBeUndefined()
  })
})

describe('positionAt', () => {
  it('counts lines and columns from one', () => {
    const source = { path: 'f', text: 'ab\ncd\r\nef' }
    expect(positionAt(source, 0)).toEqual({ line: 1, column: 1 })
    expect(positionAt(source, 4)).toEqual({ line: 2, column: 2 })
    expect(formatLocation({ source, span: { start: 7, end: 8 } })).toBe('f:3:1')
  })
})

describe('nearest', () => {
  it('offers close words, nearest first, and nothing far away', () => {
    expect(nearest('biulder', ['builder', 'build', 'runtime'])).toEqual(['builder'])
    expect(didYouMean('xyz', ['builder'])).toBeUndefined()
    expect(editDistance('COPPY', 'copy')).toBe(1)
  })
})

describe('SlipwayError', () => {
  it('crosses a process border with everything a user sees', () => {
    const source = { path: 'Dockerfile', text: 'RUN x' }
    const error = new SlipwayError('run-failed', 'x: 127', {
      at: [{ source, span: { start: 0, end: 5 } }],
      hint: 'h',
      notes: ['tail'],
      retryable: true,
    })
    const back = fromPlainError(structuredClone(toPlainError(error)))
    expect(back).toMatchObject({
      code: 'run-failed',
      message: 'x: 127',
      hint: 'h',
      notes: ['tail'],
      retryable: true,
      at: error.at,
    })
  })

  it('says who has to act by its exit code', () => {
    const codes = (['usage', 'run-failed', 'no-space', 'internal', 'cancelled'] as const).map((code) =>
      exitCodeOf(new SlipwayError(code, '')),
    )
    expect(codes).toEqual([2, 3, 4, 70, 130])
  })

  it('recognises a full disk behind a plain system error', () => {
    expect(toPlainError(Object.assign(new Error('write'), { code: 'ENOSPC' })).code).toBe('no-space')
  })
})
