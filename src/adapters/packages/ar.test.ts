import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readAr } from './ar.ts'

const apple = readFileSync(new URL('./testdata/pool/apple.deb', import.meta.url))

describe('readAr', () => {
  it('lists the members of a package in order', () => {
    const members = readAr(apple, 'apple.deb')
    expect(members.map(({ name }) => name)).toEqual(['debian-binary', 'control.tar.xz', 'data.tar.xz'])
    expect(Buffer.from(members[0]?.data ?? []).toString()).toBe('2.0\n')
  })

  it('refuses what is no archive', () => {
    expect(() => readAr(Buffer.from('hello'), 'x.deb')).toThrow('x.deb is not an ar archive')
  })

  it('refuses an archive that is cut off anywhere behind its magic', () => {
    for (const length of [30, 100, apple.length - 1]) {
      expect(() => readAr(apple.subarray(0, length), 'apple.deb')).toThrow(/cut off or damaged/)
    }
  })
})
