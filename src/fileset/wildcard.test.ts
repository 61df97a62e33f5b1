import { describe, expect, it } from 'vitest'
import { compileElement, hasWildcard } from './wildcard.ts'

describe('a wildcard element', () => {
  it.each([
    ['*', '.hidden', true],
    ['*', '', true],
    ['*.txt', '.txt', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abcd', false],
    ['?', 'é', true],
    ['?', '日本', false],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[!a]', '!', true],
    ['[!a]', 'b', false],
    ['[]a]', ']', undefined],
    ['[-]', '-', undefined],
    ['[a', 'a', undefined],
    ['[]', 'x', undefined],
    ['a\\', 'a', undefined],
    ['\\*', '*', true],
    ['\\*', 'x', false],
    ['[\\]]', ']', true],
    ['[z-a]', 'm', false],
    ['[[]0]', '[0]', true],
    ['a.c', 'abc', false],
    ['(x)+', '(x)+', true],
    ['*', 'bad\udc80', true],
    ['line*', 'line\nbreak', true],
  ])('%j matches %j: %s', (pattern, name, expected) => {
    expect(compileElement(pattern)?.(name)).toBe(expected)
  })

  it('is told from a plain name by its unescaped metacharacters', () => {
    expect(['a*', 'a?', '[a'].every(hasWildcard)).toBe(true)
    expect(['a', 'a\\*', '\\[a]', 'a]'].some(hasWildcard)).toBe(false)
  })
})
