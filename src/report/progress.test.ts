import { describe, expect, test } from 'vitest'
import { type BuildEvent, type CacheUse, type Digest, digestOf, type Outcome } from '../core/index.ts'
import { displayWidth, withoutEscapes } from './display-width.ts'
import { failureLog } from './failure-log.ts'
import { defaultPalette, plainPalette } from './palette.ts'
import { emptyPlain, stepPlain, tickPlain } from './plain-progress.ts'
import { emptyProgress, foldProgress, visibleTail } from './progress-state.ts'
import { emptyRawJson, stepRawJson } from './rawjson-progress.ts'
import { renderTty } from './tty-progress.ts'

const id = (name: string): Digest => digestOf(name)
const started = (time: number, name: string): BuildEvent => ({
  type: 'vertex.started',
  time,
  vertex: id(name),
  name,
  inputs: [],
})
const log = (time: number, name: string, data: string): BuildEvent => ({
  type: 'vertex.log',
  time,
  vertex: id(name),
  stream: 'stdout',
  data,
})
const moved = (time: number, name: string, current: number, done = false): BuildEvent => ({
  type: 'vertex.progress',
  time,
  vertex: id(name),
  id: 'sha256:abc',
  current,
  total: 40_000_000,
  unit: 'bytes',
  ...(done ? { done } : {}),
})
const finished = (time: number, name: string, outcome: Outcome, error?: string): BuildEvent => ({
  type: 'vertex.finished',
  time,
  vertex: id(name),
  outcome,
  ...(error === undefined ? {} : { error }),
})

function plain(events: readonly BuildEvent[]): string {
  let state = emptyPlain
  const lines: string[] = []
  for (const event of events) {
    const step = stepPlain(state, event)
    state = step.state
    lines.push(...step.lines)
  }
  return lines.join('\n')
}

describe('stepPlain', () => {
  test('prints steps, output and outcomes as BuildKit does', () => {
    const text = plain([
      started(0, '[build 1/2] FROM a'),
      finished(5, '[build 1/2] FROM a', 'cached'),
      started(10, '[build 2/2] RUN npm ci'),
      log(422, '[build 2/2] RUN npm ci', 'one\ntwo'),
      log(12_345, '[build 2/2] RUN npm ci', ' more\nlast'),
      finished(12_410, '[build 2/2] RUN npm ci', 'failed', 'exit code 1'),
    ])
    expect(text).toBe(
      [
        '#1 [build 1/2] FROM a',
        '#1 CACHED',
        '',
        '#2 [build 2/2] RUN npm ci',
        '#2 0.412 one',
        '#2 12.33 two more',
        '#2 12.40 last',
        '#2 ERROR: exit code 1',
      ].join('\n'),
    )
  })

  test('says what is in cache mounts and what of it is new', () => {
    const amount = (bytes: number) => ({ files: bytes === 0 ? 0 : 1, bytes })
    const use = (target: string, after: number, written: number, change: Partial<CacheUse> = {}): CacheUse => ({
      target,
      id: target,
      sharing: 'shared',
      after: amount(after),
      written: amount(written),
      complete: true,
      ...change,
    })
    const caches = [
      use('/a', 43_100_000, 2_020_000),
      use('/b', 500, 500, { before: amount(0) }),
      use('/c', 7000, 0),
      use('/d', 0, 0),
      use('/e', 9000, 0, { complete: false }),
    ]
    const told: BuildEvent = { type: 'vertex.caches', time: 5, vertex: id('RUN x'), caches, elsewhere: [] }
    const wanted = 'caches: /a 43.1MB, 2.02MB new, /b 500B, all new, /c 7kB, nothing new, /d is empty, /e over 9kB'
    expect(plain([started(0, 'RUN x'), told, finished(6, 'RUN x', 'built')])).toContain(`#1 ${wanted}\n`)
    const state = [started(0, 'RUN x'), told].reduce(foldProgress, emptyProgress)
    const view = { width: 200, height: 20, palette: plainPalette, logLines: 6, finished: false }
    expect(renderTty(state, 10, view).join('\n')).toContain(` => => ${wanted}`)
  })

  test('does not mix the lines of steps that run side by side', () => {
    const text = plain([
      started(0, 'a'),
      started(0, 'b'),
      log(1, 'a', 'a1\n'),
      log(2, 'b', 'b1\n'),
      log(3, 'a', 'a2\n'),
      finished(4, 'a', 'built'),
      finished(5, 'b', 'built'),
    ])
    expect(text).toBe('#1 a\n#1 0.001 a1\n#1 0.003 a2\n#1 DONE 0.0s\n\n#2 b\n#2 0.002 b1\n#2 DONE 0.0s')
  })

  test('turns to another step that has waited long, and marks the one it leaves', () => {
    const text = plain([
      started(0, 'a'),
      started(0, 'b'),
      log(1, 'a', 'a1\n'),
      log(2, 'b', 'b1\n'),
      log(2500, 'b', 'b2\n'),
      log(2600, 'a', 'a2\n'),
      log(5000, 'a', 'a3\n'),
    ])
    expect(text).toBe(
      '#1 a\n#1 0.001 a1\n#1 ...\n\n#2 b\n#2 0.002 b1\n#2 2.500 b2\n#2 ...\n\n#1 a\n#1 2.600 a2\n#1 5.000 a3',
    )
  })

  test('keeps the colours of a program and spells out escapes in names and errors', () => {
    const text = plain([
      started(0, 'RUN \u001b[2J'),
      log(1, 'RUN \u001b[2J', '\u001b[32mok\u001b[0m\n'),
      finished(2, 'RUN \u001b[2J', 'failed', 'bad \u001b]0;x\u0007'),
    ])
    expect(text).toBe('#1 RUN \\x1b[2J\n#1 0.001 \u001b[32mok\u001b[0m\n#1 ERROR: bad \\x1b]0;x\\x07')
  })

  test('prints a transfer at its beginning, its end and seldom in between', () => {
    const middle = Array.from({ length: 50 }, (_, at) => moved(100 + at, 'a', at * 1000))
    const text = plain([started(0, 'a'), ...middle, moved(400, 'a', 40_000_000, true)])
    expect(text).toBe('#1 a\n#1 sha256:abc 0B / 40.00MB 0.0s\n#1 sha256:abc 40.00MB / 40.00MB 0.3s done')
  })

  test('gives a step a new heading after a note', () => {
    const text = plain([
      started(0, 'a'),
      log(1, 'a', 'x\n'),
      { type: 'note', time: 2, message: 'look' },
      log(3, 'a', 'y\n'),
    ])
    expect(text).toBe('#1 a\n#1 0.001 x\n\nNOTE: look\n\n#1 a\n#1 0.003 y')
  })
})

describe('tickPlain', () => {
  test('shows the heading of a silent step after a while', () => {
    const { state } = stepPlain(emptyPlain, started(0, 'RUN sleep 60'))
    expect(tickPlain(state, 1000).lines).toEqual([])
    expect(tickPlain(state, 2000).lines).toEqual(['#1 RUN sleep 60'])
  })
})

const view = { width: 60, height: 20, palette: plainPalette, logLines: 6, finished: false }
const stateOf = (events: readonly BuildEvent[]) => events.reduce(foldProgress, emptyProgress)

describe('renderTty', () => {
  test('shows steps with times at the right edge, transfers, and the last output of running steps', () => {
    const state = stateOf([
      started(0, '[a 1/2] FROM x'),
      moved(100, '[a 1/2] FROM x', 12_300_000),
      moved(500, '[a 1/2] FROM x', 40_000_000, true),
      finished(900, '[a 1/2] FROM x', 'built'),
      started(1000, '[a 2/2] RUN make'),
      log(1100, '[a 2/2] RUN make', 'one\n\u001b[1mtwo\u001b[0m\tx\n'),
    ])
    expect(renderTty(state, 2500, view)).toEqual([
      '[+] Building 2.5s (1/2)',
      ' => [a 1/2] FROM x                                      0.9s',
      ' => => sha256:abc 40.00MB / 40.00MB                     0.4s',
      ' => [a 2/2] RUN make                                    1.5s',
      ' => => # one',
      ' => => # two    x',
    ])
  })

  test('says CACHED, ERROR and CANCELED before names', () => {
    const state = stateOf([
      started(0, 'a'),
      finished(0, 'a', 'cached'),
      started(0, 'b'),
      finished(0, 'b', 'failed', 'x'),
      started(0, 'c'),
      finished(0, 'c', 'cancelled'),
    ])
    const titles = renderTty(state, 0, { ...view, finished: true }).map((line) => line.replace(/ +0\.0s$/, ''))
    expect(titles).toEqual(['[+] Building 0.0s (3/3) FINISHED', ' => CACHED a', ' => ERROR b', ' => CANCELED c'])
  })

  test('colours finished steps and leaves running ones alone', () => {
    const state = stateOf([
      started(0, 'a'),
      finished(0, 'a', 'built'),
      started(0, 'b'),
      finished(0, 'b', 'failed'),
      started(0, 'c'),
    ])
    const lines = renderTty(state, 0, { ...view, palette: defaultPalette })
    expect(lines.map((line) => line.startsWith('\u001b[34m') || line.startsWith('\u001b[31m'))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  test('never exceeds width or height while the build runs', () => {
    const names = Array.from({ length: 12 }, (_, at) => `[stage-${at} 1/1] RUN echo 日本語 ${'long '.repeat(20)}`)
    const events = names.flatMap((name, at) => [
      started(at, name),
      log(at, name, 'line\n'.repeat(9)),
      ...(at % 2 === 0 ? [finished(at, name, 'built')] : []),
    ])
    for (const height of [4, 5, 8, 13, 30]) {
      for (const width of [20, 33, 80]) {
        const lines = renderTty(stateOf(events), 99, { ...view, width, height })
        expect(lines.length).toBeLessThan(height)
        expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width)
      }
    }
  })

  test('shortens output before it drops running steps', () => {
    const events = ['a', 'b'].flatMap((name) => [started(0, name), log(0, name, '1\n2\n3\n4\n5\n6\n')])
    const lines = renderTty(stateOf(events), 0, { ...view, height: 9 }).map((line) => line.trimEnd())
    expect(lines.filter((line) => line.startsWith(' => => #'))).toEqual([
      ' => => # 5',
      ' => => # 6',
      ' => => # 5',
      ' => => # 6',
    ])
  })
})

describe('foldProgress', () => {
  test('lets a carriage return overwrite its line, also across records', () => {
    const state = stateOf([started(0, 'a'), log(1, 'a', '10 %\r50'), log(2, 'a', ' %\r'), log(3, 'a', '99 %\r\nend\n')])
    const step = state.steps.get(id('a'))
    expect(step === undefined ? [] : visibleTail(step, 9)).toEqual(['99 %', 'end'])
  })

  test('joins escape sequences that were split between records', () => {
    const state = stateOf([started(0, 'a'), log(1, 'a', 'x\u001b[3'), log(2, 'a', '1my\n')])
    const step = state.steps.get(id('a'))
    expect(step === undefined ? [] : visibleTail(step, 9)).toEqual(['xy'])
  })

  test('ignores what is said about steps that never started', () => {
    expect(stateOf([log(1, 'ghost', 'x')]).steps.size).toBe(0)
  })
})

describe('failureLog', () => {
  test('shows the end of the output of failed steps only', () => {
    const state = stateOf([
      started(0, 'a'),
      log(1, 'a', 'fine\n'),
      finished(2, 'a', 'built'),
      started(0, 'b'),
      log(1, 'b', '1\n2\n3\n'),
      finished(2, 'b', 'failed'),
    ])
    expect(failureLog(state, { palette: plainPalette, lines: 2 })).toEqual(['------', ' > b:', '2', '3', '------'])
  })
})

describe('stepRawJson', () => {
  test("writes BuildKit's solve status, the record of a vertex repeated when it ends", () => {
    let state = emptyRawJson
    const lines = [started(0, 'a'), log(1, 'a', 'hi\n'), moved(2, 'a', 5), finished(3, 'a', 'cached')].flatMap(
      (event) => {
        const step = stepRawJson(state, event)
        state = step.state
        return step.lines.map((line) => JSON.parse(line) as unknown)
      },
    )
    const vertex = { digest: id('a'), inputs: [], name: 'a', started: '1970-01-01T00:00:00.000Z' }
    expect(lines).toEqual([
      { vertexes: [vertex] },
      { logs: [{ vertex: id('a'), stream: 1, data: 'aGkK', timestamp: '1970-01-01T00:00:00.001Z' }] },
      {
        statuses: [
          {
            id: 'sha256:abc',
            vertex: id('a'),
            total: 40_000_000,
            current: 5,
            timestamp: '1970-01-01T00:00:00.002Z',
            started: '1970-01-01T00:00:00.002Z',
          },
        ],
      },
      { vertexes: [{ ...vertex, completed: '1970-01-01T00:00:00.003Z', cached: true }] },
    ])
  })
})

test('withoutEscapes removes colour, cursor and title sequences', () => {
  expect(withoutEscapes('\u001b[1;31mred\u001b[0m \u001b]0;title\u0007x\u001b[2K')).toBe('red x')
})
