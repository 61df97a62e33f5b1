import { describe, expect, it } from 'vitest'
import { parseDockerfile } from '../../dockerfile/index.ts'
import { ignoreComments } from './inline-ignores.ts'

function read(...lines: readonly string[]) {
  const file = parseDockerfile({ path: 'Dockerfile', text: lines.join('\n') })
  return ignoreComments(file).map(({ at, instruction, ...comment }) => ({
    ...comment,
    text: at.source.text.slice(at.span.start, at.span.end),
    about: instruction?.keyword.text,
  }))
}

describe('comments that switch rules off', () => {
  it('are about the next instruction', () => {
    expect(
      read('FROM a', '# slipway ignore=root-user,eol-base until=2027-01-31 the base does it', '', '# why', 'RUN b'),
    ).toEqual([
      {
        by: 'slipway',
        names: ['root-user', 'eol-base'],
        until: '2027-01-31',
        reason: 'the base does it',
        text: '# slipway ignore=root-user,eol-base until=2027-01-31 the base does it',
        about: 'RUN',
      },
    ])
  })

  it('are about the whole file with `global`', () => {
    const [first, second] = read(
      '# syntax=a',
      '#slipway global ignore = x , y: reason',
      'FROM a',
      '# hadolint global ignore=DL3008',
      'RUN b',
    )
    expect(first).toMatchObject({ names: ['x', 'y'], reason: 'reason', about: undefined })
    expect(second).toMatchObject({ by: 'hadolint', names: ['DL3008'], about: undefined })
  })

  it('may be indented, and written in any case', () => {
    expect(read('FROM a', '  # Slipway Ignore=x y', 'RUN b', '\t# hadolint ignore=DL1,SC2086', 'RUN c')).toMatchObject([
      { by: 'slipway', names: ['x'], reason: 'y' },
      { by: 'hadolint', names: ['DL1', 'SC2086'] },
    ])
  })

  it.each([
    ['in a heredoc', ['FROM a', 'RUN <<EOF', '# slipway ignore=x y', 'EOF']],
    ['between continued lines', ['FROM a', 'RUN b \\', '# slipway ignore=x y', '  c']],
    ['without a name', ['# slipway ignore=', 'FROM a']],
    ['in a sentence', ['# we do not slipway ignore=x', 'FROM a']],
  ])('are not taken from text %s', (_, lines) => {
    expect(read(...lines)).toEqual([])
  })

  it('have no reason when only signs follow', () => {
    expect(read('FROM a', '# slipway ignore=x --', 'RUN b')[0]).not.toHaveProperty('reason')
  })

  it('are about the file when no instruction follows', () => {
    expect(read('FROM a', '# slipway ignore=x y')[0]?.about).toBeUndefined()
  })
})
