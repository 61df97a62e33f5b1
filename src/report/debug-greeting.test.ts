import { describe, expect, test } from 'vitest'
import { debugGreeting, type DebugSituation } from './debug-greeting.ts'
import { plainPalette } from './palette.ts'

const situation: DebugSituation = {
  stage: 'build',
  where: 'after',
  line: 'Dockerfile:7',
  instruction: 'RUN --mount=type=cache,target=/c \\\n  make',
  failed: true,
  user: 'bob',
  cwd: '/src',
  network: 'none',
  mounts: [
    { type: 'cache', target: '/c' },
    { type: 'secret', target: '/run/secrets/t', missing: true },
  ],
  repeat: '/dev/slipway/repeat',
  toolbox: { directory: '/dev/slipway/toolbox', inPath: true, needed: true },
}
const greeting = (change: Partial<DebugSituation> = {}): string =>
  debugGreeting({ ...situation, ...change }, plainPalette).join('\n')

describe('the greeting of a debugging shell', () => {
  test('says where it is and what there is', () => {
    expect(greeting()).toMatchInlineSnapshot(`
      "
      Shell after the failed step Dockerfile:7, with what it left behind
        stage      build
        step       RUN --mount=type=cache,target=/c …
        user       bob
        directory  /src
        network    none
        mounts     /c (cache), /run/secrets/t (secret, not given)
        repeat     /dev/slipway/repeat runs the command of the step
        toolbox    /dev/slipway/toolbox, in PATH: the image has no shell of its own
      Changes are thrown away at the end, except in cache mounts. Leave with exit or Ctrl-D.
      "
    `)
  })

  test('is short where there is little to say', () => {
    const { line: _line, instruction: _text, repeat: _repeat, toolbox: _box, ...rest } = situation
    const bare = { ...rest, where: 'end', failed: false, user: '', network: 'default', mounts: [] } as const
    expect(debugGreeting(bare, plainPalette).join('\n')).toMatchInlineSnapshot(`
      "
      Shell at the end of stage build
        user       root
        directory  /src
      Changes are thrown away at the end. Leave with exit or Ctrl-D.
      "
    `)
  })

  test('names the side of an instruction that did not fail', () => {
    expect(greeting({ failed: false })).toContain('Shell after Dockerfile:7\n')
    expect(greeting({ failed: false, where: 'before' })).toContain('Shell before Dockerfile:7\n')
  })

  test('spells out what a Dockerfile could do to a terminal', () => {
    expect(greeting({ instruction: 'RUN \u001b[2J' })).not.toContain('\u001b')
  })
})
