import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf, hexOf } from '../../core/index.ts'
import { mediaTypes } from '../../oci/index.ts'
import { openLocalCache } from './local-cache.ts'

let folder = ''
const never = new AbortController().signal
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-local-cache-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const manifest = (text: string) => ({ mediaType: mediaTypes.ociManifest, bytes: Buffer.from(JSON.stringify({ text })) })
const cache = (tag = 'latest') => openLocalCache({ directory: path.join(folder, 'cache'), tag })

test('names that are written at the same time all stay, and a name stands for what was written last', async () => {
  const tags = Array.from({ length: 12 }, (_, index) => `tag${index}`)
  await Promise.all(tags.map((tag) => cache(tag).saveManifest(manifest(tag), never)))
  for (const tag of tags) expect(await cache(tag).loadManifest(never)).toEqual(manifest(tag))
  await cache('tag3').saveManifest(manifest('new'), never)
  expect(await cache('tag3').loadManifest(never)).toEqual(manifest('new'))
  expect(await cache('tag4').loadManifest(never)).toEqual(manifest('tag4'))
  expect(readdirSync(path.join(folder, 'cache')).sort()).toEqual(['blobs', 'index.json', 'oci-layout'])
})

test('a manifest is found by its digest, too, and a name that is not there stands for nothing', async () => {
  const [old, now] = [manifest('old'), manifest('now')]
  expect(await cache().loadManifest(never)).toBeUndefined()
  await cache().saveManifest(old, never)
  await cache('other').saveManifest(now, never)
  const directory = path.join(folder, 'cache')
  expect(await openLocalCache({ directory, tag: 'latest', digest: digestOf(now.bytes) }).loadManifest(never)).toEqual(
    now,
  )
  expect(await cache('none').loadManifest(never)).toBeUndefined()
})

test('a manifest that was changed is refused', async () => {
  const { bytes } = manifest('one')
  await cache().saveManifest(manifest('one'), never)
  writeFileSync(path.join(folder, 'cache/blobs/sha256', hexOf(digestOf(bytes))), '{"text":"two"}')
  await expect(cache().loadManifest(never)).rejects.toThrow('has the content')
})

test('a blob that is there is neither opened nor written; one that breaks off is not there', async () => {
  const bytes = Buffer.from('content')
  const descriptor = { mediaType: mediaTypes.ociLayer, digest: digestOf(bytes), size: bytes.length }
  const file = path.join(folder, 'cache/blobs/sha256', hexOf(descriptor.digest))
  const broken = async function* () {
    yield bytes.subarray(0, 3)
    throw new Error('the layer is gone')
  }
  await expect(cache().write({ descriptor, open: broken }, never)).rejects.toThrow()
  expect(readdirSync(path.dirname(file))).toEqual([])
  const whole = async function* () {
    yield bytes
  }
  expect(await cache().write({ descriptor, open: whole }, never)).toBe('sent')
  const { ino } = statSync(file)
  expect(await cache().write({ descriptor, open: broken }, never)).toBe('exists')
  expect([statSync(file).ino, readFileSync(file, 'utf8')]).toEqual([ino, 'content'])
})
