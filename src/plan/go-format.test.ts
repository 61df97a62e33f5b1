import { describe, expect, it } from 'vitest'
import { goDuration, goHealthcheck, goQuote, goQuotedList } from './go-format.ts'

describe('Go formats in history', () => {
  it.each([
    ['plain', '"plain"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['\n\t\u0007\u0001\u007f', '"\\n\\t\\a\\x01\\x7f"'],
    ['é 漢 \u00a0\u200b', '"é 漢 \\u00a0\\u200b"'],
    ['\u{e0001}', '"\\U000e0001"'],
    ['\udc80', '"\\x80"'],
  ])('quotes %j as %s', (text, quoted) => {
    expect(goQuote(text)).toBe(quoted)
  })

  it('quotes the members of a list one by one', () => {
    expect(goQuotedList(['npm', 'run start'])).toBe('["npm" "run start"]')
    expect(goQuotedList([])).toBe('[]')
  })

  it.each([
    [0, '0s'],
    [1, '1ns'],
    [1_500, '1.5µs'],
    [100_000_000, '100ms'],
    [1_500_000_000, '1.5s'],
    [60_000_000_000, '1m0s'],
    [5_400_000_000_000, '1h30m0s'],
    [3_600_000_000_001, '1h0m0.000000001s'],
    [-2_000_000, '-2ms'],
  ])('prints %d ns as %s', (nanoseconds, text) => {
    expect(goDuration(nanoseconds)).toBe(text)
  })

  it('prints a health check with all members', () => {
    const check = {
      Test: ['bin', '-c', 'exit 0'],
      Interval: 1e9,
      Timeout: 10e9,
      StartPeriod: 3e9,
      StartInterval: 1e8,
      Retries: 5,
    }
    expect(goHealthcheck(check)).toBe(
      '{Test:[bin -c exit 0] Interval:1s Timeout:10s StartPeriod:3s StartInterval:100ms Retries:5}',
    )
  })
})
