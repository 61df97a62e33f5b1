import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LayerEntry, encodeTarHeader, endOfArchive, tarPadding } from '../../archive/index.ts'
import { type Digest, digestOf, hexOf } from '../../core/index.ts'
import { assembleConfig, type Descriptor, mediaTypes, type Platform, validateImage } from '../../oci/index.ts'
import { exportToFile } from './export-image.ts'
import { type ImageSource, openImageSource } from './import-image.ts'
import type { ImportedImage } from './imported-image.ts'
import { type FileOutput, parseOutputSpec } from './output-spec.ts'
import type { LayerBlobs } from './compress-layer.ts'
import type { ExportImage } from './prepare-image.ts'

const amd64: Platform = { os: 'linux', architecture: 'amd64' }
const arm64: Platform = { os: 'linux', architecture: 'arm64' }
let directory: string
let compressed: number

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-export-'))
  mkdirSync(join(directory, 'scratch'))
  compressed = 0
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** A layer store in memory, to see what is compressed when. */
function memoryBlobs(): LayerBlobs {
  const blobs = new Map<Digest, Uint8Array>()
  const forms = new Map<string, Descriptor>()
  return {
    async *read(digest) {
      yield blobs.get(digest) ?? new Uint8Array(0)
    },
    async write(bytes) {
      compressed += 1
      const content = await collect(bytes)
      blobs.set(digestOf(content), content)
      return { digest: digestOf(content), size: content.length }
    },
    diffBlobs: {
      find: async (diffId, form) => forms.get(`${diffId} ${form}`),
      put: async (diffId, form, blob) => void forms.set(`${diffId} ${form}`, blob),
    },
  }
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function tarWith(files: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(files).flatMap(([path, text]) => {
    const content = Buffer.from(text)
    const entry: LayerEntry = { path, kind: 'file', mode: 0o644, uid: 0, gid: 0, size: content.length, mtime: 0n }
    return [encodeTarHeader(entry), content, new Uint8Array(tarPadding(content.length))]
  })
  return Buffer.concat([...parts, endOfArchive])
}

function imageOf(layers: readonly Uint8Array[], platform: Platform = amd64): ExportImage {
  const { bytes } = assembleConfig({
    config: { ...platform, config: { Cmd: ['/hello'] } },
    history: layers.map((_, index) => ({ created: '2024-05-06T07:08:09.5Z', created_by: `layer ${index}` })),
    layers: layers.map((tar) => ({ diffId: digestOf(tar) })),
  })
  return {
    config: bytes,
    layers: layers.map((tar) => ({ diffId: digestOf(tar), size: tar.length, openTar: () => chunked(tar) })),
  }
}

async function* chunked(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
}

const one = tarWith({ 'etc/motd': 'hello\n'.repeat(1000) })
const two = tarWith({ hello: '#!/bin/sh\necho hello\n' })
const image = imageOf([one, two])

function output(text: string): FileOutput {
  const spec = parseOutputSpec(text)
  if (spec.kind !== 'oci' && spec.kind !== 'docker') throw new Error(`not a file: ${text}`)
  return spec
}

async function write(
  options: string,
  images: readonly ExportImage[] = [image],
  blobs = memoryBlobs(),
): Promise<string> {
  const path = join(directory, options.includes('tar=false') ? 'layout' : 'out.tar')
  await exportToFile(images, { output: output(`${options},dest=${path}`), blobs, stdout: process.stdout })
  return path
}

async function reading<T>(
  source: string | AsyncIterable<Uint8Array>,
  work: (opened: ImageSource) => Promise<T>,
): Promise<T> {
  const opened = await openImageSource(source, { scratch: join(directory, 'scratch') })
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}

/** The images of a source, each checked against itself down to its layers. */
function checkedImages(source: string | AsyncIterable<Uint8Array>): Promise<readonly ImportedImage[]> {
  return reading(source, async ({ images }) => {
    for (const found of images) {
      const tars: Buffer[] = []
      const layers = []
      for (const layer of found.layers) {
        const blob = await collect(layer.openBlob())
        tars.push(await collect(layer.openTar()))
        layers.push({ digest: digestOf(blob), size: blob.length, diffId: digestOf(tars.at(-1) ?? '') })
      }
      expect(tars.map((tar) => digestOf(tar))).toEqual(found.config.value.rootfs.diff_ids)
      if (found.manifest === undefined) continue
      const { bytes, descriptor } = found.manifest
      expect(validateImage({ manifest: bytes, config: found.config.bytes, descriptor, layers })).toEqual([])
    }
    return images
  })
}

function has(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0
}

describe('an OCI archive', () => {
  it('holds a sound image under its names', async () => {
    const path = await write('type=oci,"name=app:1,ghcr.io/a/b"')
    const [found] = await checkedImages(path)
    expect(found?.names).toEqual(['docker.io/library/app:1', 'ghcr.io/a/b:latest'])
    expect(found?.config.bytes).toEqual(image.config)
    expect(found?.manifest?.value.layers.map((layer) => layer.mediaType)).toEqual([
      mediaTypes.ociLayerGzip,
      mediaTypes.ociLayerGzip,
    ])
  })

  it('lists its members sorted, without times and owners', async () => {
    const listing = spawnSync('tar', ['--numeric-owner', '--full-time', '--utc', '-tvf', await write('type=oci')], {
      encoding: 'utf8',
    }).stdout
    const lines = listing
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/))
    expect(new Set(lines.map(([, owner, , date]) => `${owner} ${date}`))).toEqual(new Set(['0/0 1970-01-01']))
    const names = lines.map((fields) => fields.at(-1) ?? '')
    expect(names.slice(0, 2)).toEqual(['blobs/', 'blobs/sha256/'])
    expect(names.slice(-2)).toEqual(['index.json', 'oci-layout'])
    expect(names).toEqual(names.toSorted())
  })

  it('has the same bytes whenever it is written', async () => {
    const first = readFileSync(await write('type=oci,name=app'))
    expect(digestOf(readFileSync(await write('type=oci,name=app')))).toBe(digestOf(first))
  })

  it('annotates index.json as buildx does', async () => {
    const layout = await write('type=oci,tar=false,name=app:1')
    const [entry] = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')).manifests
    expect(entry.annotations).toEqual({
      'io.containerd.image.name': 'docker.io/library/app:1',
      'org.opencontainers.image.created': '2024-05-06T07:08:09Z',
      'org.opencontainers.image.ref.name': '1',
    })
    expect(entry.platform).toEqual({ architecture: 'amd64', os: 'linux' })
  })

  it('puts several platforms into an index', async () => {
    const path = await write('type=oci,name=app', [image, imageOf([two], arm64)])
    const images = await checkedImages(path)
    expect(images.map((found) => [found.platform.architecture, found.names])).toEqual([
      ['amd64', ['docker.io/library/app:latest']],
      ['arm64', ['docker.io/library/app:latest']],
    ])
  })

  it('places annotations where they belong', async () => {
    const options =
      'type=oci,tar=false,annotation.m=1,annotation-index.i=2,annotation-index-descriptor.d=3,"annotation-manifest-descriptor[linux/arm64].p=4"'
    const layout = await write(options, [image, imageOf([two], arm64)])
    const document = (
      digest: Digest,
    ): { annotations?: unknown; manifests: { digest: Digest; annotations?: unknown }[] } =>
      JSON.parse(readFileSync(join(layout, 'blobs/sha256', hexOf(digest)), 'utf8'))
    const [root] = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')).manifests
    expect(root.annotations).toMatchObject({ d: '3' })
    const index = document(root.digest)
    expect(index.annotations).toEqual({ i: '2' })
    expect(index.manifests.map((entry) => entry.annotations)).toEqual([undefined, { p: '4' }])
    expect(document((index.manifests[0] as { digest: Digest }).digest).annotations).toEqual({ m: '1' })
  })

  it.each(['uncompressed', 'zstd'])('holds %s layers when asked to', async (compression) => {
    if (compression === 'zstd' && !has('zstd')) return
    const [found] = await checkedImages(await write(`type=oci,compression=${compression}`))
    const types = { uncompressed: mediaTypes.ociLayer, zstd: mediaTypes.ociLayerZstd }
    expect(found?.layers[0]?.blob?.mediaType).toBe(types[compression as keyof typeof types])
  })

  it('never compresses a layer twice in the same form', async () => {
    const blobs = memoryBlobs()
    await write('type=oci', [image], blobs)
    await write('type=docker', [image], blobs)
    expect(compressed).toBe(2)
    await write('type=oci,compression-level=9', [image], blobs)
    expect(compressed).toBe(4)
  })

  it('keeps pulled blobs as they are unless forced', async () => {
    const packed = gzipSync(one)
    const blob = {
      descriptor: { mediaType: mediaTypes.dockerLayerGzip, digest: digestOf(packed), size: packed.length },
      open: () => chunked(packed),
    }
    const [layer] = image.layers
    const pulled = { ...image, layers: [{ ...layer, blob }, image.layers[1]] } as ExportImage
    const [kept] = await checkedImages(await write('type=oci,compression=uncompressed', [pulled]))
    expect(kept?.layers.map((found) => found.blob?.mediaType)).toEqual([mediaTypes.ociLayerGzip, mediaTypes.ociLayer])
    const [forced] = await checkedImages(
      await write('type=oci,compression=uncompressed,force-compression=true', [pulled]),
    )
    expect(forced?.layers.map((found) => found.blob?.mediaType)).toEqual([mediaTypes.ociLayer, mediaTypes.ociLayer])
  })

  it('goes to standard output whole', async () => {
    const chunks: Buffer[] = []
    const stdout = new Writable({
      highWaterMark: 10,
      write(chunk: Buffer, _, done) {
        chunks.push(chunk)
        setImmediate(done)
      },
    })
    await exportToFile([image], { output: output('type=oci,dest=-'), blobs: memoryBlobs(), stdout })
    expect(digestOf(Buffer.concat(chunks))).toBe(digestOf(readFileSync(await write('type=oci'))))
    expect(stdout.writableEnded).toBe(false)
  })

  it.each(['uncompressed', 'gzip'])(
    'does not appear when a %s layer cannot be read to its end',
    async (compression) => {
      const [layer] = image.layers
      const broken = {
        ...image,
        layers: [{ ...layer, openTar: () => chunked(one.subarray(0, 2000)) }, image.layers[1]],
      } as ExportImage
      await expect(write(`type=oci,compression=${compression}`, [broken])).rejects.toMatchObject({
        code: 'store-unusable',
      })
      expect(readdirSync(directory)).toEqual(['scratch'])
    },
  )

  it('leaves the file alone that is there when it fails', async () => {
    const path = await write('type=oci')
    const before = digestOf(readFileSync(path))
    const [layer] = image.layers
    const broken = { ...image, layers: [{ ...layer, openTar: () => chunked(two) }, image.layers[1]] } as ExportImage
    await expect(write('type=oci', [broken])).rejects.toThrow()
    expect(digestOf(readFileSync(path))).toBe(before)
  })

  it('names the directory that does not exist', async () => {
    const how = {
      output: output(`type=oci,dest=${directory}/no/out.tar`),
      blobs: memoryBlobs(),
      stdout: process.stdout,
    }
    await expect(exportToFile([image], how)).rejects.toThrow('its directory does not exist')
    const directoryItself = { ...how, output: output(`type=oci,dest=${directory}`) }
    await expect(exportToFile([image], directoryItself)).rejects.toMatchObject({
      hint: 'name a file, or add tar=false',
    })
  })
})

describe('an OCI layout directory', () => {
  it('takes further images beside those it has, and replaces names', async () => {
    await write('type=oci,tar=false,name=a', [image])
    await write('type=oci,tar=false,name=b', [imageOf([two])])
    const layout = await write('type=oci,tar=false,name=a', [imageOf([one])])
    const images = await checkedImages(layout)
    expect(images.map((found) => [found.names[0], found.layers.length])).toEqual([
      ['docker.io/library/b:latest', 1],
      ['docker.io/library/a:latest', 1],
    ])
  })

  it('can be unpacked by umoci and inspected by skopeo', async (context) => {
    if (!has('skopeo') || !has('umoci')) context.skip('skopeo or umoci is not installed')
    const layout = await write('type=oci,tar=false,name=app:1')
    const inspected = spawnSync('skopeo', ['inspect', `oci:${layout}:1`], { encoding: 'utf8' })
    expect(JSON.parse(inspected.stdout)).toMatchObject({ Architecture: 'amd64', Created: '2024-05-06T07:08:09.5Z' })
    const bundle = join(directory, 'bundle')
    const unpacked = spawnSync('umoci', ['unpack', '--rootless', '--image', `${layout}:1`, bundle], {
      encoding: 'utf8',
    })
    expect(unpacked.status, unpacked.stderr).toBe(0)
    expect(readFileSync(join(bundle, 'rootfs/hello'), 'utf8')).toContain('echo hello')
  })
})

describe('a docker archive', () => {
  it('has the manifest.json that docker and podman load by', async () => {
    const path = await write('type=docker,"name=app:1,ghcr.io/a/b:2"')
    const text = spawnSync('tar', ['-xOf', path, 'manifest.json'], { encoding: 'utf8' }).stdout
    const [entry] = JSON.parse(text)
    expect(entry.RepoTags).toEqual(['app:1', 'ghcr.io/a/b:2'])
    expect(entry.Config).toBe(`blobs/sha256/${hexOf(digestOf(image.config))}`)
    const [found] = await checkedImages(path)
    expect(found?.names).toEqual(['app:1', 'ghcr.io/a/b:2'])
    expect(found?.manifest?.descriptor.mediaType).toBe(mediaTypes.dockerManifest)
  })

  it('holds one platform', async () => {
    await expect(write('type=docker', [image, imageOf([two], arm64)])).rejects.toMatchObject({ code: 'unsupported' })
  })

  it('can be read by skopeo', async (context) => {
    if (!has('skopeo')) context.skip('skopeo is not installed')
    const path = await write('type=docker,name=app:1')
    const result = spawnSync('skopeo', ['copy', '-q', `docker-archive:${path}:app:1`, `oci:${directory}/copy:x`], {
      encoding: 'utf8',
    })
    expect(result.stderr).toBe('')
    const [copied] = await checkedImages(join(directory, 'copy'))
    expect(copied?.config.value.rootfs.diff_ids).toEqual([digestOf(one), digestOf(two)])
  })
})

describe('reading images', () => {
  /** An archive as docker wrote them before version 25: layers in directories of their own, shared ones as links. */
  function oldArchive(): Buffer {
    const shared = imageOf([one, two, one])
    const name = `${hexOf(digestOf(shared.config))}.json`
    const manifest = JSON.stringify([
      { Config: name, RepoTags: ['old:1'], Layers: ['a/layer.tar', 'b/layer.tar', 'c/layer.tar'] },
    ])
    const link: LayerEntry = {
      path: 'c/layer.tar',
      kind: 'symlink',
      mode: 0o777,
      uid: 0,
      gid: 0,
      size: 0,
      mtime: 0n,
      linkname: '../a/layer.tar',
    }
    const files: readonly [string, Uint8Array][] = [
      ['a/layer.tar', one],
      ['b/layer.tar', two],
      [name, shared.config],
      ['manifest.json', Buffer.from(manifest)],
    ]
    const members = files.flatMap(([path, content]) => {
      const entry: LayerEntry = { path, kind: 'file', mode: 0o644, uid: 0, gid: 0, size: content.length, mtime: 0n }
      return [encodeTarHeader(entry), content, new Uint8Array(tarPadding(content.length))]
    })
    return Buffer.concat([encodeTarHeader(link), ...members, endOfArchive])
  }

  it('reads an old docker archive, plain, compressed and as a stream', async () => {
    const path = join(directory, 'old.tar')
    writeFileSync(path, oldArchive())
    const expected = [digestOf(one), digestOf(two), digestOf(one)]
    expect((await checkedImages(path))[0]?.layers.map((layer) => layer.diffId)).toEqual(expected)
    writeFileSync(`${path}.gz`, gzipSync(oldArchive()))
    expect((await checkedImages(`${path}.gz`))[0]?.names).toEqual(['old:1'])
    expect(await checkedImages(chunked(oldArchive()))).toHaveLength(1)
    expect(readdirSync(join(directory, 'scratch'))).toEqual([])
  })

  it('refuses a layer or a document that is not what its digest says', async () => {
    const layout = await write('type=oci,tar=false,compression=uncompressed')
    writeFileSync(join(layout, 'blobs/sha256', hexOf(digestOf(one))), two)
    await expect(checkedImages(layout)).rejects.toMatchObject({ code: 'bad-archive' })
    writeFileSync(join(layout, 'blobs/sha256', hexOf(digestOf(image.config))), '{}')
    await expect(checkedImages(layout)).rejects.toThrow(/has the content sha256:/)
  })

  it.each([
    ['no image', tarWith({ file: 'x' }), 'neither index.json nor manifest.json'],
    ['an index without its blobs', tarWith({ 'index.json': '{"schemaVersion":2,"manifests":{}}' }), 'index.json'],
    ['a manifest.json of another shape', tarWith({ 'manifest.json': '{}' }), 'not a list of images'],
    [
      'a reference to a missing file',
      tarWith({ 'manifest.json': '[{"Config":"../../etc/passwd"}]' }),
      'the archive has no ../../etc/passwd',
    ],
    ['text', Buffer.from('hello '.repeat(200)), ''],
    ['half an archive', gunzipSync(gzipSync(tarWith({ 'index.json': 'x'.repeat(5000) }))).subarray(0, 3000), ''],
  ])('refuses %s', async (_name, bytes, reason) => {
    const path = join(directory, 'bad.tar')
    writeFileSync(path, bytes)
    const error = await checkedImages(path).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'bad-archive' })
    expect((error as Error).message).toContain(reason)
  })

  it('says that a file does not exist', async () => {
    expect(existsSync('/nonexistent.tar')).toBe(false)
    await expect(checkedImages('/nonexistent.tar')).rejects.toMatchObject({ code: 'bad-archive' })
  })
})
