import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry } from '../kit/registry.ts'
import { type BuildRun, openWorkbench, type Workbench } from '../kit/workbench.ts'

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench('graph')
})
afterAll(() => bench.remove())

/** Waits in a RUN, at most 20 s, until a file is there. */
const until = (file: string): string =>
  `i=0; until [ -e ${file} ]; do i=$((i+1)); [ $i -lt 400 ] || exit 9; sleep 0.05; done`

describe('stages', () => {
  test('are found by name in any case, by number, as an image and as a named context', async () => {
    const dest = await bench.files(
      [
        'FROM bb AS First',
        'RUN echo one > /one',
        'FROM bb',
        'RUN echo two > /two',
        'FROM scratch',
        'COPY --from=FIRST /one /one',
        'COPY --from=1 /two /two',
        'COPY --from=bb /etc/group /three',
        'COPY --from=extra four /four',
      ].join('\n'),
      ['--build-context', `extra=${bench.context({ four: 'four\n' })}`],
    )
    const texts = ['one', 'two', 'three', 'four'].map((name) => readFileSync(path.join(dest, name), 'utf8'))
    expect(texts).toEqual(['one\n', 'two\n', 'root:x:0:\nbob:x:1000:\nstaff:x:50:bob\n', 'four\n'])
  })

  test('give way to a named context of their name', async () => {
    const text = await bench.out('FROM bb AS parts\nRUN echo stage > /f\nFROM scratch\nCOPY --from=parts /f /out', [
      '--build-context',
      `parts=${bench.context({ f: 'context\n' })}`,
    ])
    expect(text).toBe('context\n')
  })

  test('that the target does not need are never run, and nobody asks for their bases', async () => {
    const registry = await startRegistry()
    try {
      const run = await bench.build(
        [
          'ARG HOST',
          `FROM ${registry.host}/no/such:image AS unreachable`,
          'RUN false',
          'FROM bb AS wanted',
          'RUN echo wanted',
          'FROM unreachable AS last',
          'RUN false',
        ].join('\n'),
        ['--target', 'wanted'],
      )
      expect(registry.requests).toEqual([])
      expect([...run.steps.keys()].filter((name) => name.includes('false'))).toEqual([])
      expect([...run.steps].find(([name]) => name.endsWith('RUN echo wanted'))?.[1]).toBe('DONE')
    } finally {
      await registry.close()
    }
  })

  test('run at the same time when neither needs the other', async () => {
    const meet = (own: string, other: string): string =>
      `RUN --mount=type=cache,id=meeting,target=/m touch /m/${own} && ${until(`/m/${other}`)} && touch /${own}`
    const dest = await bench.files(
      `FROM bb AS left\n${meet('left', 'right')}\nFROM bb AS right\n${meet('right', 'left')}\nFROM scratch\nCOPY --from=left /left /\nCOPY --from=right /right /`,
    )
    expect([existsSync(`${dest}/left`), existsSync(`${dest}/right`)]).toEqual([true, true])
  })

  test('that say the same are run once', async () => {
    const count = 'RUN --mount=type=cache,id=once,target=/c echo run >> /c/log; cp /c/log /log'
    const dest = await bench.files(
      `FROM bb AS one\n${count}\nFROM bb AS two\n${count}\nFROM scratch\nCOPY --from=one /log /one\nCOPY --from=two /log /two`,
    )
    expect([readFileSync(`${dest}/one`, 'utf8'), readFileSync(`${dest}/two`, 'utf8')]).toEqual(['run\n', 'run\n'])
  })
})

describe('variables', () => {
  test('of ARG belong to the stage that declares them and to stages made from it', async () => {
    const text = await bench.out(
      [
        'ARG GLOBAL=global',
        'FROM bb AS base',
        'ARG GLOBAL',
        'ARG OWN=own',
        'ENV OWN_COPY=$OWN',
        'FROM base AS child',
        'RUN echo "child $GLOBAL $OWN $OWN_COPY" > /out',
        'FROM bb AS other',
        'COPY --from=child /out /out',
        'ARG GIVEN=default',
        'RUN echo "other [$GLOBAL] [$OWN] [$OWN_COPY] $GIVEN" >> /out',
      ].join('\n'),
      ['--build-arg', 'GIVEN=given'],
    )
    expect(text).toBe('child global own own\nother [] [] [] given\n')
  })

  test('of ENV win over ARG, and a build argument wins over the default', async () => {
    const text = await bench.out(
      'ARG TAG=wrong\nFROM bb:$TAG\nARG A=default\nENV A=env\nARG B=default\nRUN echo $A $B > /out',
      ['--build-arg', 'TAG=latest', '--build-arg', 'A=arg', '--build-arg', 'B=arg'],
    )
    expect(text).toBe('env arg\n')
  })
})

describe('ONBUILD', () => {
  test('runs at the start of a stage made from one of the same file, and not again in its children', async () => {
    const text = await bench.out(
      [
        'FROM bb AS parent',
        'ONBUILD RUN echo triggered >> /out',
        'RUN echo parent >> /out',
        'FROM parent AS child',
        'RUN echo child >> /out',
        'FROM child',
        'RUN echo grandchild >> /out',
      ].join('\n'),
    )
    expect(text).toBe('parent\ntriggered\nchild\ngrandchild\n')
  })

  test('may copy from a stage that is named only in the trigger', async () => {
    const text = await bench.out(
      'FROM bb AS source\nRUN echo from-source > /f\nFROM bb AS parent\nONBUILD COPY --from=source /f /out\nFROM parent',
    )
    expect(text).toBe('from-source\n')
  })
})

describe('the first failure', () => {
  const file = (slow: string, failing: string): string =>
    [
      'FROM bb AS finished',
      'RUN --mount=type=cache,id=fail,target=/m echo finished',
      `RUN --mount=type=cache,id=fail,target=/m touch /m/finished && ${slow}`,
      'FROM bb AS failing',
      `RUN --mount=type=cache,id=fail,target=/m ${until('/m/finished')}; echo last words; ${failing}`,
      'FROM scratch',
      'COPY --from=finished /etc/passwd /a',
      'COPY --from=failing /etc/passwd /b',
    ].join('\n')

  test('stops every other step, exits 3 and keeps what was finished', async () => {
    const first = await bench.tryBuild(file('sleep 300', 'exit 7'))
    expect([first.code, first.stdout]).toEqual([3, ''])
    const endOf = (run: BuildRun, part: string) => [...run.steps].find(([name]) => name.includes(part))?.[1]
    expect([endOf(first, 'echo finished'), endOf(first, 'sleep 300'), endOf(first, 'exit 7')]).toEqual([
      'DONE',
      'CANCELED',
      'ERROR',
    ])
    const second = await bench.build(file('true', 'true'))
    expect([endOf(second, 'echo finished'), endOf(second, 'finished && true')]).toEqual(['CACHED', 'DONE'])
  })
})
