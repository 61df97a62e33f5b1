import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BuildEvent, digestOf } from '../../core/index.ts'
import { readEvents } from './read-events.ts'
import { logName, openStepLogs } from './step-logs.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'step-logs-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const vertex = digestOf('step')
const events: readonly BuildEvent[] = [
  { type: 'vertex.started', time: 1, vertex, name: '[build 2/5] RUN npm ci && echo "x/../y"', inputs: [] },
  { type: 'vertex.log', time: 2, vertex, stream: 'stdout', data: 'one\ntw' },
  { type: 'vertex.log', time: 3, vertex, stream: 'stderr', data: 'o\n' },
  { type: 'vertex.finished', time: 4, vertex, outcome: 'built' },
]

describe('openStepLogs', () => {
  test('keeps the whole output of a step in one file', () => {
    const logs = openStepLogs(directory, { build: 'b1' })
    const lines = 'x'.repeat(100)
    for (const event of events.slice(0, 2)) logs.emit(event)
    for (let at = 0; at < 5000; at += 1)
      logs.emit({ type: 'vertex.log', time: 2, vertex, stream: 'stdout', data: `${lines}\n` })
    for (const event of events.slice(2)) logs.emit(event)
    logs.close()
    const file = logs.fileOf(vertex) ?? ''
    expect(readFileSync(file, 'utf8')).toHaveLength('one\ntw'.length + 5000 * 101 + 2)
  })

  test('records events that can be read back', () => {
    const logs = openStepLogs(directory, { build: 'b1' })
    for (const event of events) logs.emit(event)
    logs.close()
    expect(readEvents(join(logs.directory, 'events.jsonl'))).toEqual(events)
  })

  test('removes the oldest builds beyond those to keep', () => {
    for (const build of ['a', 'b', 'c']) mkdirSync(join(directory, build))
    openStepLogs(directory, { build: 'd', keep: 2 }).close()
    expect(readdirSync(directory).sort()).toEqual(['c', 'd'])
  })

  test('writes nothing after it is closed', () => {
    const logs = openStepLogs(directory, { build: 'b1' })
    logs.close()
    logs.emit(events[0] as BuildEvent)
    expect(readFileSync(join(logs.directory, 'events.jsonl'), 'utf8')).toBe('')
  })
})

describe('logName', () => {
  test('keeps nothing of a name that means something to a shell or a path', () => {
    expect(logName(7, '[build 2/5] RUN npm ci && echo "x/../y" > $HOME')).toBe(
      '07-build-2-5-run-npm-ci-echo-x-y-home.log',
    )
    expect(logName(1, '…')).toBe('01-step.log')
    expect(logName(1, 'a'.repeat(300)).length).toBeLessThan(80)
  })
})

describe('readEvents', () => {
  test('leaves out a last line that was cut off', () => {
    const file = join(directory, 'events.jsonl')
    writeFileSync(file, `${JSON.stringify(events[0])}\n{"type":"vertex.l`)
    expect(readEvents(file)).toEqual([events[0]])
  })

  test('names the line that is not an event', () => {
    const file = join(directory, 'events.jsonl')
    writeFileSync(file, `${JSON.stringify(events[0])}\n{"type":"other","time":1}\n`)
    expect(() => readEvents(file)).toThrow(/events\.jsonl:2 is not a build event/)
  })
})
