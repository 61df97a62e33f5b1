import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOf, hexOf } from '../../core/index.ts'
import { type BlobStore, openBlobStore } from './blob-store.ts'
import { cleanStale, isAlive, ownerName } from './owner.ts'
import { storeRoot } from './root.ts'

let root: string
let store: BlobStore

beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'slipway-blobs-')), 'store')
  store = openBlobStore(root)
})

afterEach(() => {
  store.close()
  rmSync(join(root, '..'), { recursive: true, force: true })
})

const bytes = Buffer.from('content')

async function* chunks(...parts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

/** Files under the store that are not part of its layout. */
function leftovers(): readonly string[] {
  return existsSync(join(root, 'tmp'))
    ? readdirSync(join(root, 'tmp'), { recursive: true })
        .map(String)
        .filter((name) => /\/.+\/\d+$/.test(name))
    : []
}

describe('blobs', () => {
  it('stores what it is given under its digest and gives it back', async () => {
    const summary = await store.write(chunks('con', 'tent'))
    expect(summary).toEqual({ digest: digestOf(bytes), size: 7 })
    expect(readFileSync(join(root, 'blobs/sha256', hexOf(summary.digest)), 'utf8')).toBe('content')
    const read: Uint8Array[] = []
    for await (const chunk of store.read(summary.digest)) read.push(chunk)
    expect(Buffer.concat(read)).toEqual(bytes)
    expect(leftovers()).toEqual([])
  })

  it('refuses other bytes than expected and keeps nothing', async () => {
    await expect(store.write(chunks('other'), { expected: digestOf(bytes) })).rejects.toMatchObject({
      code: 'checksum-mismatch',
    })
    await expect(store.write(chunks('con'), { expected: digestOf(bytes), expectedSize: 7 })).rejects.toMatchObject({
      code: 'checksum-mismatch',
    })
    expect(await store.has(digestOf(bytes))).toBe(false)
    expect(readdirSync(join(root, 'blobs/sha256'))).toEqual([])
    expect(leftovers()).toEqual([])
  })

  it('stops reading a stream that is longer than expected', async () => {
    let taken = 0
    async function* endless(): AsyncIterable<Uint8Array> {
      for (;;) {
        taken += 1
        yield bytes
      }
    }
    await expect(store.write(endless(), { expectedSize: 20 })).rejects.toThrow(
      'expected 20 bytes of content, got more than 20',
    )
    expect(taken).toBe(3)
  })

  it('keeps nothing of a stream that fails', async () => {
    async function* broken(): AsyncIterable<Uint8Array> {
      yield bytes
      throw Object.assign(new Error('connection lost'), { code: 'ECONNRESET' })
    }
    await expect(store.write(broken())).rejects.toThrow('connection lost')
    expect(leftovers()).toEqual([])
  })

  it('does not read a stream whose blob is there', async () => {
    await store.write([bytes])
    const unread: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => expect.unreachable('was read') }
    expect(await store.write(unread, { expected: digestOf(bytes), expectedSize: 7 })).toEqual({
      digest: digestOf(bytes),
      size: 7,
    })
  })

  it('replaces a blob that lost its end', async () => {
    const { digest } = await store.write([bytes])
    truncateSync(store.path(digest), 3)
    expect(await store.has(digest, 7)).toBe(false)
    await store.write([bytes], { expected: digest, expectedSize: 7 })
    expect(Buffer.from(await store.readBytes(digest)).toString()).toBe('content')
  })

  it('notices a damaged blob and removes it', async () => {
    const { digest } = await store.write([bytes])
    writeFileSync(store.path(digest), 'CONTENT')
    await expect(store.readBytes(digest)).rejects.toMatchObject({ code: 'store-unusable' })
    expect(await store.has(digest)).toBe(false)
  })

  it('says that a blob is missing', async () => {
    await expect(store.readBytes(digestOf('x'))).rejects.toThrow('the store has no')
    await expect(store.read(digestOf('x'))[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'store-unusable',
    })
  })

  it('lets several stores on one root write the same content at once', async () => {
    const others = [openBlobStore(root), openBlobStore(root)]
    const all = await Promise.all(
      [store, ...others].flatMap((one) => [one.write([bytes]), one.write(chunks('con', 'tent'))]),
    )
    expect(new Set(all.map((summary) => summary.digest)).size).toBe(1)
    expect(leftovers()).toEqual([])
    for (const other of others) other.close()
  })

  it('finds the blob of a layer by form, and only while it is complete', async () => {
    const { digest, size } = await store.write([bytes])
    const blob = { mediaType: 'x/y', digest, size }
    const diffId = digestOf('diff')
    await store.diffBlobs.put(diffId, 'gzip', blob)
    expect(await store.diffBlobs.find(diffId, 'gzip')).toEqual(blob)
    expect(await store.diffBlobs.find(diffId, 'gzip-9')).toBeUndefined()
    await store.remove(digest)
    expect(await store.diffBlobs.find(diffId, 'gzip')).toBeUndefined()
  })

  it('names the store and the way out when it cannot be made', () => {
    writeFileSync(join(root, 'file'), '')
    expect(() => openBlobStore(join(root, 'file'))).toThrow(/cannot use .*file/)
  })
})

describe('storeRoot', () => {
  const facts = { env: {}, uid: 1000, home: '/home/a', cwd: '/w' }

  it('prefers SLIPWAY_ROOT, then the place of root or the XDG data directory', () => {
    expect(storeRoot({ ...facts, env: { SLIPWAY_ROOT: 's' } })).toBe('/w/s')
    expect(storeRoot({ ...facts, uid: 0 })).toBe('/var/lib/slipway')
    expect(storeRoot({ ...facts, env: { XDG_DATA_HOME: '/data' } })).toBe('/data/slipway')
    expect(storeRoot({ ...facts, env: { XDG_DATA_HOME: 'data' } })).toBe('/home/a/.local/share/slipway')
  })
})

describe('owners', () => {
  it('knows that this process lives and that others died', () => {
    const mine = ownerName()
    const dead = spawnSync(process.execPath, ['-p', 'process.pid']).stdout.toString().trim()
    expect(isAlive(mine)).toBe(true)
    expect(isAlive(mine.replace(/^\d+/, dead))).toBe(false)
    expect(isAlive(mine.replace(/^(\d+)-\d+/, '$1-1'))).toBe(false)
    expect(isAlive(mine.replace(/[0-9a-f-]{36}$/, '00000000-0000-0000-0000-000000000000'))).toBe(false)
    expect(isAlive('notes')).toBe(false)
  })

  it('does not judge processes of another process id namespace', () => {
    const other = ownerName().replace(/^(\d+)-(\d+)-\d+/, '999999-1-1')
    expect(isAlive(other)).toBe(true)
  })

  it('removes the directories of the dead and nothing else', () => {
    const directory = join(root, 'scratch')
    const mine = ownerName()
    const stale = mine.replace(/^(\d+)-\d+/, '$1-1')
    for (const name of [mine, stale, 'notes']) mkdirSync(join(directory, name, 'x'), { recursive: true })
    expect(cleanStale(directory)).toEqual([stale])
    expect(readdirSync(directory).sort()).toEqual([mine, 'notes'].sort())
    expect(cleanStale(join(directory, 'absent'))).toEqual([])
  })

  it('cleans up after a killed process when the store is opened', () => {
    const stale = join(root, 'tmp', ownerName().replace(/^(\d+)-\d+/, '$1-1'))
    mkdirSync(join(stale, 'a'), { recursive: true })
    openBlobStore(root).close()
    expect(existsSync(stale)).toBe(false)
  })
})
