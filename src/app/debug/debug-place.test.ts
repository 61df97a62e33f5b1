import { describe, expect, test } from 'vitest'
import { parseDockerfile } from '../../dockerfile/index.ts'
import { type DebugPlace, findPlace } from './debug-place.ts'

const file = parseDockerfile({
  path: 'sub/Dockerfile',
  text: `ARG V=1
FROM a AS Build

RUN one \\
  # about the second
  && two
COPY <<EOF /x
RUN not this
EOF
FROM b
CMD ["x"]
FROM c AS build
USER me`,
})

/** Keyword, side and stage count of a place. */
const find = (place: DebugPlace): string => {
  const found = findPlace(file, place)
  const stages = found.file.instructions.filter(({ kind }) => kind === 'FROM').length
  return `${found.side} ${found.instruction?.kind ?? ''} of ${stages}`
}
const before = (line: number): string => find({ kind: 'before', line })

describe('a place in a Dockerfile', () => {
  test.each([4, 5, 6])('is the instruction that line %d is a part of', (line) => {
    expect(before(line)).toBe('before RUN of 1')
  })

  test('is not what a heredoc holds', () => {
    expect([7, 8, 9].map(before)).toEqual(['before COPY of 1', 'before COPY of 1', 'before COPY of 1'])
  })

  test('is a stage by name in any case, by number, or as its label; of several the last', () => {
    expect(find({ kind: 'stage', stage: 'BUILD' })).toBe('end  of 3')
    expect(find({ kind: 'stage', stage: '0' })).toBe('end  of 1')
    expect(find({ kind: 'stage', stage: 'stage-1' })).toBe('end  of 2')
    expect(find({ kind: 'stage', stage: '0', line: 4 })).toBe('before RUN of 1')
  })

  test('may name the file as errors do', () => {
    expect(find({ kind: 'after', file: 'Dockerfile', line: 13 })).toBe('after USER of 3')
    expect(find({ kind: 'after', file: 'sub/Dockerfile', line: 2 })).toBe('after FROM of 1')
  })

  test.each<[DebugPlace, string, string, string]>([
    [
      { kind: 'before', line: 3 },
      'bad-option-value',
      'line 3 of sub/Dockerfile has no instruction',
      'the nearest ones are line 2 (FROM a AS Build) and line 4 (RUN one \\)',
    ],
    [
      { kind: 'after', line: 99 },
      'bad-option-value',
      'line 99 of sub/Dockerfile has no instruction',
      'the nearest one is line 13 (USER me)',
    ],
    [
      { kind: 'after', line: 1 },
      'bad-option-value',
      'line 1 of sub/Dockerfile belongs to no stage',
      'the nearest one is line 2 (FROM a AS Build)',
    ],
    [
      { kind: 'before', line: 10 },
      'bad-option-value',
      'before the FROM in line 10 there is nothing to look at',
      'for its base image: --after 10',
    ],
    [
      { kind: 'stage', stage: 'build', line: 4 },
      'bad-option-value',
      'line 4 of sub/Dockerfile has no instruction of this stage',
      'the nearest one is line 12 (FROM c AS build)',
    ],
    [{ kind: 'stage', stage: 'biuld' }, 'unknown-stage', 'sub/Dockerfile has no stage "biuld"', 'did you mean build?'],
    [
      { kind: 'stage', stage: '7' },
      'unknown-stage',
      'sub/Dockerfile has no stage "7"',
      'its stages are build, stage-1, build',
    ],
    [
      { kind: 'before', file: 'other', line: 4 },
      'bad-option-value',
      'the Dockerfile of this build is sub/Dockerfile, not other',
      'name the other one with -f other',
    ],
  ])('%j is refused', (place, code, message, hint) => {
    expect(() => find(place)).toThrow(expect.objectContaining({ code, message, hint }))
  })
})
