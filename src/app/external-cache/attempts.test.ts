import { expect, test } from 'vitest'
import { type BuildEvent, digestOf, type Outcome } from '../../core/index.ts'
import { createAttempts } from './attempts.ts'

const started = (name: string): BuildEvent => ({
  type: 'vertex.started',
  time: 0,
  vertex: digestOf(name),
  name,
  inputs: [],
})
const log = (name: string): BuildEvent => ({
  type: 'vertex.log',
  time: 0,
  vertex: digestOf(name),
  stream: 'stdout',
  data: '',
})
const finished = (name: string, outcome: Outcome): BuildEvent => ({
  type: 'vertex.finished',
  time: 0,
  vertex: digestOf(name),
  outcome,
})
const missed = (name: string, why: string): BuildEvent => ({
  type: 'vertex.missed',
  time: 0,
  vertex: digestOf(name),
  why,
})

test('tells two attempts as one: steps that end as before are silent, those that run now begin again', () => {
  const told: BuildEvent[] = []
  let isGivenUp = false
  const { emit, again } = createAttempts(
    (event) => told.push(event),
    () => isGivenUp,
  )
  const first = [started('copy'), finished('copy', 'cached'), started('make'), finished('make', 'cached')]
  const lost = [started('test'), missed('test', 'is new'), started('beside')]
  for (const event of [...first, ...lost]) emit(event)
  isGivenUp = true
  emit(finished('test', 'failed'))
  emit(finished('beside', 'cancelled'))
  isGivenUp = false
  again()
  const second = [started('copy'), finished('copy', 'cached'), started('make')]
  const makes = [missed('make', 'is gone'), log('make'), finished('make', 'built')]
  const rest = [started('test'), missed('test', 'is new'), log('test'), finished('test', 'built')]
  for (const event of [...second, ...makes, ...rest, started('beside'), finished('beside', 'built')]) emit(event)
  expect(told).toEqual([
    ...first,
    ...lost,
    started('make'),
    ...makes,
    log('test'),
    finished('test', 'built'),
    finished('beside', 'built'),
  ])
})

test('tells a failure that has nothing to do with a cache', () => {
  const told: BuildEvent[] = []
  const { emit } = createAttempts(
    (event) => told.push(event),
    () => false,
  )
  const events = [started('make'), finished('make', 'failed')]
  for (const event of events) emit(event)
  expect(told).toEqual(events)
})
