import { describe, expect, it } from 'vitest'
import { parseAnnotation } from './annotation-option.ts'

describe('parseAnnotation', () => {
  it.each([
    ['a=b', [{ place: 'manifest', key: 'a', value: 'b' }]],
    ['a.b/c=d=e', [{ place: 'manifest', key: 'a.b/c', value: 'd=e' }]],
    ['a=x:y', [{ place: 'manifest', key: 'a', value: 'x:y' }]],
    ['index:a=', [{ place: 'index', key: 'a', value: '' }]],
    [
      'index,manifest-descriptor[linux/arm64/v8]:a=b',
      [
        { place: 'index', key: 'a', value: 'b' },
        { place: 'manifest-descriptor', platform: 'linux/arm64', key: 'a', value: 'b' },
      ],
    ],
  ])('reads %s', (text, expected) => {
    expect(parseAnnotation(text)).toEqual(expected)
  })

  it.each([
    [
      'a',
      '--annotation "a": it is not [TYPE:]KEY=VALUE',
      'the types are manifest, index, manifest-descriptor, index-descriptor',
    ],
    [
      '=b',
      '--annotation "=b": it is not [TYPE:]KEY=VALUE',
      'the types are manifest, index, manifest-descriptor, index-descriptor',
    ],
    ['manifset:a=b', '--annotation "manifset:a=b": there is no document manifset', 'did you mean manifest?'],
  ])('refuses %s', (text, message, hint) => {
    expect(() => parseAnnotation(text)).toThrow(expect.objectContaining({ message, hint }))
  })
})
