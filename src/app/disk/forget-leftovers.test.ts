import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf, hexOf } from '../../core/index.ts'
import { forgetLeftovers } from './forget-leftovers.ts'

const now = Date.now() / 1000
let root = ''
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'leftovers-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Makes a file that was last used so many seconds ago. */
function put(file: string, content: unknown, age = 0): string {
  const whole = path.join(root, file)
  mkdirSync(path.dirname(whole), { recursive: true })
  writeFileSync(whole, typeof content === 'string' ? content : JSON.stringify(content))
  utimesSync(whole, now - age, now - age)
  return file
}
const there = (files: readonly string[]): readonly string[] => files.filter((file) => existsSync(path.join(root, file)))
const [key, listing, other] = [digestOf('key'), digestOf('listing'), digestOf('other')]

/** A store with one layer that one step left, used a day ago. */
function store(): void {
  put('layers/kept/layer.json', { diffId: digestOf('tar') })
  const record = { key, layer: { id: 'kept' }, parts: { 'source 0': listing }, step: 'COPY', created: 1 }
  put('cache/records/aa/record.json', record, 86_400)
}

test('what says something about things that are gone goes, the rest stays', () => {
  store()
  const kept = [
    put('cache/programs/kept', '{}'),
    put('cache/disk-sizes/kept', '1'),
    put('cache/copied/kept', '[]'),
    put(`cache/listings/${hexOf(listing)}`, 'packed'),
    put('cache/selections/aa/young', listing, 3600),
    put('cache/traces/mine.json', { steps: [{ key }] }),
    // It may be of an image that is just coming.
    put(`blobs/origins/${hexOf(other)}`, 'example.com/a', 3600),
  ]
  const gone = [
    put('cache/programs/gone', '{}'),
    put('cache/disk-sizes/gone', '1'),
    put('cache/copied/gone', '[]'),
    put(`cache/blame/${hexOf(digestOf('no image'))}`, '{}'),
    put(`cache/stages/${hexOf(digestOf('no image'))}`, '{}'),
    put(`cache/listings/${hexOf(other)}`, 'packed'),
    put('cache/selections/aa/old', listing, 100_000),
    put('cache/traces/lost.json', { steps: [{ key: other }] }),
    put(`blobs/by-diff-id/${hexOf(other)}.gzip.json`, { digest: digestOf('gone') }),
    put(`blobs/origins/${hexOf(digestOf('ancient'))}`, 'example.com/a', 100_000),
  ]
  forgetLeftovers(root, [])
  expect(there(kept)).toEqual(kept)
  expect(there(gone)).toEqual([])
})

test('what a running build has just written is spared where that is asked for', () => {
  const young = put(`cache/listings/${hexOf(other)}`, 'packed', 60)
  forgetLeftovers(root, [], 3_600_000)
  expect(there([young])).toEqual([young])
  forgetLeftovers(root, [])
  expect(there([young])).toEqual([])
})
