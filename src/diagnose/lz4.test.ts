import { describe, expect, test } from 'vitest'
import { decodeLz4 } from './lz4.ts'

const magic = [0x04, 0x22, 0x4d, 0x18]
const descriptor = [0x60, 0x40, 0]

function frame(...block: readonly number[]): Uint8Array {
  return Uint8Array.from([...magic, ...descriptor, block.length, 0, 0, 0, ...block, 0, 0, 0, 0])
}

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1')
const letters = (word: string): readonly number[] => [...Buffer.from(word)]

describe('decodeLz4', () => {
  test('copies literals and matches', () => {
    expect(text(decodeLz4(frame(0x62, ...letters('abcdef'), 6, 0, 0x10, ...letters('!'))))).toBe('abcdefabcdef!')
  })

  test('repeats a match that overlaps what it writes, however long', () => {
    expect(text(decodeLz4(frame(0x1f, ...letters('a'), 1, 0, 255, 3, 0x10, ...letters('b'))))).toBe(
      `${'a'.repeat(1 + 4 + 15 + 258)}b`,
    )
  })

  test('reads literals longer than a token says', () => {
    const long = 'x'.repeat(300)
    expect(text(decodeLz4(frame(0xf0, 255, 30, ...letters(long)).subarray(0)))).toBe('')
    const size = 2 + 1 + 300
    const bytes = [...magic, ...descriptor, size & 255, size >> 8, 0, 0, 0xf0, 255, 30, ...letters(long), 0, 0, 0, 0]
    expect(text(decodeLz4(Uint8Array.from(bytes)))).toBe(long)
  })

  test.each([
    ['another format', Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])],
    ['nothing', new Uint8Array()],
    ['a match before the beginning', frame(0x10, ...letters('a'), 9, 0)],
    ['a file that is cut off', frame(0x62, ...letters('abcdef'), 6, 0).subarray(0, 14)],
  ])('refuses %s', (_, bytes) => {
    expect(decodeLz4(bytes)).toBeUndefined()
  })
})
