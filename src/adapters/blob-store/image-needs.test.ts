import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Digest, digestOf } from '../../core/index.ts'
import { mediaTypes } from '../../oci/index.ts'
import { type BlobStore, openBlobStore, readImageNeeds } from './index.ts'

let root = ''
let store: BlobStore
const held: string[] = []
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'needs-'))
  held.length = 0
  store = openBlobStore(root, { hold: (path) => held.push(path) })
})
afterEach(() => {
  store.close()
  rmSync(root, { recursive: true, force: true })
})

const put = async (content: unknown): Promise<Digest> =>
  (await store.write([Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))])).digest
const named = (digest: Digest, mediaType: string = mediaTypes.ociManifest) => ({ mediaType, digest, size: 1 })
const config = (text: string): Uint8Array =>
  Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] }, text }))
const platform = { os: 'linux', architecture: 'amd64' }
const layer = (id: string, blob?: Digest) => ({
  id,
  diffId: digestOf(id),
  content: digestOf(id),
  size: 1,
  ...(blob === undefined ? {} : { blob: named(blob) }),
})

test('an image needs its configuration, layers and blobs, its manifest and all that it names, its index and its attestations', async () => {
  const packed = await put('packed')
  const pulled = await put('pulled')
  const first = config('one')
  const manifest = { config: named(digestOf(first)), layers: [named(packed)] }
  const statement = await put('statement')
  const attestation = await put({ config: named(await put('{}')), layers: [named(statement)] })
  const other = await put({ config: named(await put('other config')), layers: [] })
  const index = await put({ manifests: [named(digestOf(JSON.stringify(manifest))), named(other)] })
  const image = await store.images.put({
    config: first,
    platform,
    layers: [layer('low', pulled), layer('high')],
    origins: [],
    manifest: { mediaType: mediaTypes.ociManifest, bytes: Buffer.from(JSON.stringify(manifest)) },
  })
  await store.images.setName('app', [image.id], named(index, mediaTypes.ociIndex))
  const subject = image.manifest?.digest as Digest
  await store.referrers.put(subject, named(attestation))
  const stray = await put('nobody wants this')

  const [needs, ...others] = readImageNeeds(root)
  expect(others).toEqual([])
  expect(needs?.names).toEqual(['docker.io/library/app:latest'])
  expect([...(needs?.layers ?? [])]).toEqual(['low', 'high'])
  expect([...(needs?.subjects ?? [])]).toEqual([subject])
  const wanted = [
    packed,
    pulled,
    image.id,
    statement,
    attestation,
    other,
    digestOf('other config'),
    digestOf('{}'),
    index,
    subject,
  ]
  expect(new Set(needs?.blobs)).toEqual(new Set(wanted))
  expect(needs?.blobs.has(stray)).toBe(false)
  expect(held).toContain(needs?.record)
})

test('attestations of a manifest that nobody recorded belong to the image that they name, else to images without one', async () => {
  const [one, two] = [config('two'), config('three')]
  const first = await store.images.put({ config: one, platform, layers: [], origins: [] })
  const second = await store.images.put({ config: two, platform, layers: [], origins: [] })
  const attestation = await put({ layers: [] })
  const blobsOf = () => new Map(readImageNeeds(root).map(({ image, blobs }) => [image.id, [...blobs].sort()]))
  await store.referrers.put(digestOf('made for a registry'), named(attestation))
  for (const { id } of [first, second]) expect(blobsOf().get(id)).toEqual([id, attestation].sort())
  await store.referrers.put(digestOf('made for a registry'), named(attestation), first.id)
  expect(blobsOf().get(first.id)).toEqual([first.id, attestation].sort())
  expect(blobsOf().get(second.id)).toEqual([second.id])
})

test('who cannot read the records does not take them for none', async () => {
  await store.images.put({ config: config('three'), platform, layers: [], origins: [] })
  writeFileSync(join(root, 'images/names'), 'no directory')
  expect(() => readImageNeeds(root)).toThrow(expect.objectContaining({ code: 'store-unusable' }))
})
