import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { digestOf, hexOf } from '../../core/index.ts'
import type { CacheRecord } from '../../solver/index.ts'
import { type BlobStore, openBlobStore } from './blob-store.ts'

let root: string
let store: BlobStore

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-cache-'))
  store = openBlobStore(root)
})

afterEach(() => {
  store.close()
  rmSync(root, { recursive: true, force: true })
})

const key = digestOf('key')
const blob = { mediaType: 'a/b', digest: digestOf('blob'), size: 3 }
const record: CacheRecord = {
  key,
  layer: { id: 'layer-1', diffId: digestOf('diff'), content: digestOf('content'), size: 10, blob },
  parts: { op: 'RUN x' },
  step: '[2/2] RUN x',
  created: 5,
}
const path = (): string => join(root, 'cache/records', hexOf(key).slice(0, 2), `${hexOf(key)}.json`)

it('gives back the record it has stored', async () => {
  const index = store.cacheIndex(() => true)
  expect(await index.get(key)).toBeUndefined()
  await index.put(record)
  expect(await store.cacheIndex(() => true).get(key)).toEqual(record)
})

it('notes a use in the time of the record, once an hour at most', async () => {
  const index = store.cacheIndex(() => true)
  await index.put(record)
  const agoAfterUse = async (seconds: number): Promise<number> => {
    const then = Date.now() / 1000 - seconds
    utimesSync(path(), then, then)
    await index.get(key)
    return Math.round(Date.now() / 1000 - statSync(path()).mtimeMs / 1000)
  }
  expect(await agoAfterUse(1800)).toBeGreaterThanOrEqual(1800)
  expect(await agoAfterUse(7200)).toBeLessThan(600)
})

it('lists its records and forgets the removed ones', async () => {
  const index = store.cacheIndex(() => true)
  await index.put(record)
  const keys: string[] = []
  for await (const one of index.records()) keys.push(one.key)
  expect(keys).toEqual([key])
  await index.remove(key)
  expect(await index.get(key)).toBeUndefined()
})

it('treats a record whose layer is gone as absent and removes it', async () => {
  const index = store.cacheIndex((layer) => layer.id !== 'layer-1')
  await index.put(record)
  expect(await index.get(key)).toBeUndefined()
  expect(readdirSync(join(path(), '..'))).toEqual([])
})

it.each([
  ['half a file', JSON.stringify(record).slice(0, 40)],
  ['an empty file', ''],
  ['another shape', '{"key":1}'],
  ['a layer of a wrong type', JSON.stringify({ ...record, layer: { ...record.layer, diffId: 'sha256:x' } })],
  ['the record of another key', JSON.stringify({ ...record, key: digestOf('other') })],
])('treats %s as absent and removes it', async (_name, content) => {
  const index = store.cacheIndex(() => true)
  await index.put(record)
  writeFileSync(path(), content)
  expect(await index.get(key)).toBeUndefined()
  expect(readdirSync(join(path(), '..'))).toEqual([])
})
