import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BlobStore, openBlobStore } from '../../adapters/blob-store/index.ts'
import { openLayerStore } from '../../adapters/layer-store/index.ts'
import type { Registry } from '../../adapters/registry/index.ts'
import { digestOf, SlipwayError } from '../../core/index.ts'
import { type Descriptor, parseReference, type Reference } from '../../oci/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { UnpackJob } from '../worker/worker-methods.ts'
import { type BlobOrigins, openBlobOrigins } from './blob-origins.ts'
import { createPreparer, type Preparer } from './prepare-layers.ts'
import type { CallWorker } from './worker-process.ts'

let folder = ''
let store: BlobStore
let preparer: Preparer
let asked: UnpackJob[]
/** What the worker does with a layer, by the id of the layer. */
let unpack: (job: UnpackJob, signal: AbortSignal) => Promise<void>
/** What the registry sends, by the digest of the blob. */
let sources: Map<string, () => AsyncIterable<Uint8Array>>
const never = new AbortController().signal

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-prepare-'))
  store = openBlobStore(folder)
  asked = []
  unpack = () => Promise.resolve()
  sources = new Map()
  const origins = openBlobOrigins(path.join(folder, 'origins'))
  const registry = {
    fetchBlob: (_: Reference, blob: Descriptor) => sources.get(blob.digest)?.(),
  } as unknown as Registry
  const layers = openLayerStore({ root: folder, owner: 'test', overlayXattr: 'user' })
  const call = (async (_: string, job: UnpackJob, { signal }: { signal: AbortSignal }) => {
    asked.push(job)
    await unpack(job, signal)
    return job.layer
  }) as unknown as CallWorker
  preparer = createPreparer({ store, layers, registry, origins, call })
  offer = origins.offer
  expectAt = (blob) => origins.expect(blob.digest, parseReference('registry.example/base') as Reference)
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})
let expectAt: (blob: Descriptor) => void
let offer: BlobOrigins['offer']

/** A layer whose blob, these bytes, is at the registry. */
function layerAt(id: string, bytes: Uint8Array, send: () => AsyncIterable<Uint8Array>): LayerRef {
  const digest = digestOf(bytes)
  const blob = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size: bytes.length }
  sources.set(digest, send)
  expectAt(blob)
  return { id, diffId: digest, content: digest, size: bytes.length, blob }
}

async function* inPieces(...pieces: readonly (Uint8Array | Promise<unknown>)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (piece instanceof Promise) await piece
    else yield piece
  }
}

/** Rejects like the worker when the call is cancelled; never ends before. */
function stuck(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    const cancel = () => reject(new SlipwayError('cancelled', 'the build was cancelled'))
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel)
  })
}

const prepare = (...layers: readonly LayerRef[]): Promise<void> => preparer.prepare(layers, () => {}, never)

describe('preparing layers', () => {
  it('asks for a layer while its blob is written', async () => {
    const content = Buffer.alloc(2 << 20, 'a')
    let proceed = () => {}
    const held = new Promise<void>((resolve) => (proceed = resolve))
    const layer = layerAt('a', content, () => inPieces(content.subarray(0, 3 << 19), held, content.subarray(3 << 19)))
    unpack = async ({ blob }) => {
      while (readFileSync(blob.draft ?? '').length < 3 << 19) await sleep(5)
      expect(await store.has(layer.diffId)).toBe(false)
      proceed()
    }
    await prepare(layer)
    expect(readFileSync(asked[0]?.blob.file ?? '').equals(content)).toBe(true)
  })

  it('asks from the bottom up, whichever blob comes first, and at once for those that are there', async () => {
    const [a, b] = [Buffer.from('a'), Buffer.from('b')]
    const layers = [layerAt('a', a, () => inPieces(sleep(50), a)), layerAt('b', b, () => inPieces(b))]
    await preparer.fetchBlob(layers[1]?.blob as Descriptor, () => {}, never)
    await prepare(...layers)
    expect(asked.map(({ layer, lower, blob }) => [layer.id, lower.length, blob.draft === undefined])).toEqual([
      ['a', 0, false],
      ['b', 1, true],
    ])
  })

  it('shares a layer that is asked for twice', async () => {
    const a = Buffer.from('a')
    const layer = layerAt('a', a, () => inPieces(a))
    await Promise.all([prepare(layer), prepare(layer)])
    expect(asked).toHaveLength(1)
  })

  it('begins again what is being cancelled when somebody else asks for it', async () => {
    const a = Buffer.from('a')
    const cancelled = new AbortController()
    let isFirst = true
    const layer = layerAt('a', a, async function* () {
      if (isFirst) {
        isFirst = false
        await stuck(cancelled.signal).finally(() => sleep(50))
      }
      yield a
    })
    const first = expect(preparer.prepare([layer], () => {}, cancelled.signal)).rejects.toThrow('cancelled')
    await sleep(10)
    cancelled.abort()
    await prepare(layer)
    expect(await store.has(layer.diffId)).toBe(true)
    await first
  })

  it('reports a broken download, not what unpacking made of it, and stores nothing', async () => {
    const refused = new SlipwayError('registry-bad-answer', 'another digest')
    const layer = layerAt('a', Buffer.from('right'), async function* () {
      yield Buffer.from('wrong')
      throw refused
    })
    unpack = () => Promise.reject(new SlipwayError('bad-archive', 'no tar'))
    await expect(prepare(layer)).rejects.toBe(refused)
    expect(await store.has(layer.diffId)).toBe(false)
  })

  it('stops what waits for a blob that does not come, and for a layer below that does not come', async () => {
    const b = Buffer.from('b')
    const layers = [
      layerAt('a', Buffer.from('a'), async function* () {
        while (asked.length < 2) await sleep(5)
        yield await Promise.reject(new SlipwayError('registry-unreachable', 'gone'))
      }),
      layerAt('b', b, () => inPieces(b)),
    ]
    const ended: string[] = []
    unpack = ({ layer }, signal) => stuck(signal).finally(() => ended.push(layer.id))
    await expect(prepare(...layers)).rejects.toMatchObject({ code: 'registry-unreachable' })
    while (ended.length < asked.length) await sleep(5)
    expect(ended.sort()).toEqual(['a', 'b'])
  })

  it.each([
    ['other bytes', 'wrong', ''],
    ['another content than was said', 'right', 'said'],
  ])('stores nothing wrong that somebody outside has promised, and says so: %s', async (_, sent, said) => {
    const layer = layerAt('a', Buffer.from('right'), () => inPieces(Buffer.from('never asked')))
    const failures: unknown[] = []
    const failed = (reason: unknown): void => void failures.push(reason)
    offer(layer.diffId, { read: () => inPieces(Buffer.from(sent)), failed })
    const claimed = said === '' ? layer : { ...layer, content: digestOf(said) }
    await expect(prepare(claimed)).rejects.toMatchObject({ code: 'checksum-mismatch' })
    expect(failures).toEqual([expect.objectContaining({ code: 'checksum-mismatch' })])
    expect(await store.has(layer.diffId)).toBe(said !== '')
  })

  it('removes a blob that is what its digest says and no layer', async () => {
    const a = Buffer.from('a')
    const layer = layerAt('a', a, () => inPieces(a))
    unpack = () => Promise.reject(new SlipwayError('bad-archive', 'no tar'))
    await expect(prepare(layer)).rejects.toMatchObject({ code: 'bad-archive' })
    expect(await store.has(layer.diffId)).toBe(false)
  })
})
