import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { buildSync } from 'esbuild'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../core/index.ts'
import { moveAway, openHolds, readHeld } from './index.ts'
import { makeStore, newBuild, publish } from './layer-files.ts'

let root = ''
beforeEach(() => {
  root = fs.mkdtempSync(join(tmpdir(), 'holds-'))
  for (const name of ['a', 'b']) fs.mkdirSync(join(root, 'layers', name), { recursive: true })
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

const everybodyLives = (): boolean => true
const things = [{ paths: ['layers/a'] }, { paths: ['layers/b', 'blobs/x'] }]
const pruned = (keep: () => ReadonlySet<string>) =>
  moveAway(root, things, { keep, target: join(root, 'tmp/me/pruned') })

test('what a living process holds stays in its place, and a path that is not there is no hindrance', async () => {
  openHolds(root, 'other/front')('layers/a')
  const moved = await pruned(() => readHeld(root, everybodyLives))
  expect(moved.map(({ thing, moved: where }) => [thing.paths[0], where.length])).toEqual([['layers/b', 1]])
  expect([fs.existsSync(join(root, 'layers/a')), fs.existsSync(join(root, 'layers/b'))]).toEqual([true, false])
  expect(fs.readdirSync(join(root, 'tmp')).sort()).toEqual(['me', 'other'])
})

test('what a dead process held goes', async () => {
  openHolds(root, 'gone')('layers/a')
  const moved = await pruned(() => readHeld(root, (owner) => owner !== 'gone'))
  expect(moved).toHaveLength(2)
})

test('a hold is written once, however often it is asked for', () => {
  const hold = openHolds(root, 'me')
  for (const _ of [1, 2, 3]) hold('layers/a')
  expect(fs.readFileSync(join(root, 'tmp/me/held'), 'utf8')).toBe('layers/a\n')
})

test('a layer is held before it appears, even where it cannot', () => {
  const build = newBuild(makeStore(root, 'maker'))
  fs.rmSync(join(root, 'layers'), { recursive: true })
  fs.writeFileSync(join(root, 'layers'), 'in the way')
  const record = { diffId: digestOf('tar'), content: digestOf('entries'), size: 0 }
  expect(() => publish({ root, build, id: 'made', record, entries: [] })).toThrow('ENOTDIR')
  expect([...readHeld(root, (owner) => owner === 'maker')]).toEqual(['layers/made'])
})

test('who cannot read what is held does not take it for nothing', () => {
  fs.mkdirSync(join(root, 'tmp/other/held'), { recursive: true })
  expect(() => readHeld(root, everybodyLives)).toThrow(expect.objectContaining({ code: 'store-unusable' }))
})

test('who comes to hold something while things are moved waits, and finds it gone', async () => {
  // The thread is the other process: it holds and looks while this one is between deciding and moving.
  const program = join(root, 'holds.cjs')
  buildSync({
    entryPoints: [join(import.meta.dirname, 'holds.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: program,
  })
  const script = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { openHolds } = require(workerData + '/holds.cjs')
    parentPort.once('message', () => {
      openHolds(workerData, 'other')('layers/a')
      parentPort.postMessage(require('node:fs').existsSync(workerData + '/layers/a'))
    })
    parentPort.postMessage('ready')`
  const other = new Worker(script, { eval: true, workerData: root })
  await once(other, 'message')
  const seen = once(other, 'message')
  await pruned(() => {
    const held = readHeld(root, everybodyLives)
    other.postMessage('hold it')
    for (let tries = 0; tries < 500 && !readHeld(root, everybodyLives).has('layers/a'); tries += 1) pause(5)
    // Long enough for the other one to look, if it did not wait.
    pause(30)
    return held
  })
  expect(await seen).toEqual([false])
  await other.terminate()
})

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

test('a prune that died in the middle hinders nobody', async () => {
  fs.mkdirSync(join(root, 'tmp'), { recursive: true })
  fs.writeFileSync(join(root, 'tmp/pruning'), '')
  fs.utimesSync(join(root, 'tmp/pruning'), 1, 1)
  openHolds(root, 'me')('layers/a')
  expect(await pruned(() => readHeld(root, everybodyLives))).toHaveLength(1)
  expect(fs.existsSync(join(root, 'tmp/pruning'))).toBe(false)
})
