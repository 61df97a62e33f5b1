import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Digest, digestOf } from '../../core/index.ts'
import { assembleConfig, assembleManifest, mediaTypes, type Platform } from '../../oci/index.ts'
import { type BlobStore, openBlobStore } from './blob-store.ts'
import type { NewImage } from './image-store.ts'

let root: string
let store: BlobStore
let clock = 0

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-images-'))
  store = openBlobStore(root, { now: () => (clock += 1) })
})

afterEach(() => {
  store.close()
  rmSync(root, { recursive: true, force: true })
})

const amd64: Platform = { os: 'linux', architecture: 'amd64' }
const arm64: Platform = { os: 'linux', architecture: 'arm64' }

function imageOf(author: string, platform: Platform = amd64): NewImage {
  const parts = {
    config: { ...platform, author, config: {} },
    history: [{ created_by: 'RUN x', created: '2024-01-01T00:00:00Z' }],
  }
  const diffId = digestOf(author)
  const { bytes } = assembleConfig({ ...parts, layers: [{ diffId }] })
  const layers = [{ id: 'l', diffId, content: diffId, size: 1 }]
  return { config: bytes, platform, layers, origins: [{ source: 'Dockerfile', line: 3, stage: 'build' }] }
}

async function add(name: string, author = name, platform: Platform = amd64): Promise<Digest> {
  const { id } = await store.images.put(imageOf(author, platform))
  await store.images.setName(name, [id])
  return id
}

describe('the image store', () => {
  it('finds an image by any spelling of its name, by id and by the start of its id', async () => {
    const id = await add('debian:latest')
    for (const text of ['debian', 'docker.io/library/debian', id, id.slice(7), id.slice(7, 15), id.slice(0, 20)]) {
      expect((await store.images.resolve(text)).id).toBe(id)
    }
    const image = await store.images.resolve('debian')
    expect(image).toMatchObject({
      names: ['docker.io/library/debian:latest'],
      origins: [{ source: 'Dockerfile', line: 3, stage: 'build' }],
    })
    expect((await store.images.config(id)).author).toBe('debian:latest')
  })

  it('suggests the nearest name for an unknown one', async () => {
    await add('debian:bookworm')
    await expect(store.images.resolve('debain:bookworm')).rejects.toMatchObject({
      code: 'image-not-found',
      hint: 'did you mean debian:bookworm?',
    })
  })

  it('refuses a prefix that several ids share', async () => {
    const ids = await Promise.all(Array.from({ length: 17 }, (_, index) => add(`i${index}`)))
    const digits = ids.map((id) => id.slice(7, 8))
    const shared = digits.find((digit, index) => digits.indexOf(digit) !== index) as string
    await expect(store.images.resolve(shared)).rejects.toMatchObject({ code: 'bad-reference' })
  })

  it('lists the newest first', async () => {
    await add('a')
    await add('b')
    expect((await store.images.list()).map((image) => image.names)).toEqual([
      ['docker.io/library/b:latest'],
      ['docker.io/library/a:latest'],
    ])
  })

  it('keeps an image that lost its name to another', async () => {
    const old = await add('app', 'one')
    const next = await add('app', 'two')
    expect((await store.images.resolve('app')).id).toBe(next)
    expect((await store.images.resolve(old)).names).toEqual([])
  })

  it('deletes an image with its last name', async () => {
    const id = await add('a')
    await store.images.tag('a', 'b')
    expect(await store.images.remove('a')).toEqual({ untagged: ['docker.io/library/a:latest'], deleted: [] })
    expect(await store.images.remove('b')).toEqual({ untagged: ['docker.io/library/b:latest'], deleted: [id] })
    await expect(store.images.resolve(id)).rejects.toMatchObject({ code: 'image-not-found' })
  })

  it('removes an image with several names by id only with force', async () => {
    const id = await add('a')
    await store.images.tag('a', 'b')
    await expect(store.images.remove(id)).rejects.toMatchObject({ code: 'bad-reference' })
    expect((await store.images.remove(id, { force: true })).untagged).toHaveLength(2)
  })

  it('takes a name away and keeps the image', async () => {
    const id = await add('a')
    await store.images.untag('a')
    expect((await store.images.resolve(id)).names).toEqual([])
    await expect(store.images.untag('a')).rejects.toMatchObject({ code: 'image-not-found' })
  })

  it('chooses the image of a name by platform', async () => {
    const [one, two] = await Promise.all([store.images.put(imageOf('x', amd64)), store.images.put(imageOf('x', arm64))])
    await store.images.setName('multi', [one.id, two.id])
    expect((await store.images.resolve('multi', arm64)).id).toBe(two.id)
    await expect(store.images.resolve('multi', { os: 'linux', architecture: 's390x' })).rejects.toThrow(
      /only for linux\/(amd64|arm64), linux/,
    )
    expect(await store.images.resolveAll('multi')).toHaveLength(2)
  })

  it('forgets records that are damaged', async () => {
    await add('a')
    const directory = join(root, 'images/ids')
    for (const name of readdirSync(directory)) writeFileSync(join(directory, name), '{"id"')
    expect(await store.images.list()).toEqual([])
  })
})

describe('the store as an OCI layout', () => {
  async function addComplete(name: string): Promise<Digest> {
    const blob = await store.write([Buffer.from('layer')])
    const image = imageOf(name)
    const config = { mediaType: mediaTypes.ociConfig, digest: digestOf(image.config), size: image.config.length }
    const manifest = assembleManifest({ config, layers: [{ mediaType: mediaTypes.ociLayer, ...blob }], family: 'oci' })
    const { id } = await store.images.put({
      ...image,
      manifest: { mediaType: manifest.descriptor.mediaType, bytes: manifest.bytes },
    })
    await store.images.setName(name, [id])
    return id
  }

  it('lists complete images under their names and drops removed ones', async () => {
    await addComplete('app:1')
    await add('incomplete')
    const names = (): string[] =>
      JSON.parse(readFileSync(join(root, 'index.json'), 'utf8')).manifests.map(
        (entry: { annotations: Record<string, string> }) => entry.annotations['org.opencontainers.image.ref.name'],
      )
    expect(names()).toEqual(['app:1'])
    await store.images.remove('app:1')
    expect(names()).toEqual([])
  })

  it('can be read by skopeo', async (context) => {
    if (spawnSync('skopeo', ['--version']).status !== 0) context.skip('skopeo is not installed')
    const id = await addComplete('app:1')
    const result = spawnSync('skopeo', ['inspect', '--raw', `oci:${root}:app:1`], { encoding: 'utf8' })
    expect(result.stderr).toBe('')
    expect(JSON.parse(result.stdout).config.digest).toBe(id)
  })
})
