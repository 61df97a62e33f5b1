import { expect, it } from 'vitest'
import { digestOf } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import { compressedBlob, compressLayer, type LayerBlobs } from './compress-layer.ts'
import { compressorFor } from './compress.ts'

const content = Buffer.alloc(5000, 'layer')

function world(diffId = digestOf(content)) {
  const records = new Map<string, Descriptor>()
  let reads = 0
  const blobs: LayerBlobs = {
    async *read() {},
    async write(bytes) {
      const chunks: Uint8Array[] = []
      for await (const chunk of bytes) chunks.push(chunk)
      return { digest: digestOf(Buffer.concat(chunks)), size: Buffer.concat(chunks).length }
    },
    diffBlobs: {
      find: async (layer, form) => records.get(`${layer} ${form}`),
      put: async (layer, form, blob) => void records.set(`${layer} ${form}`, blob),
    },
  }
  const layer = {
    diffId,
    async *openTar() {
      reads += 1
      yield content
    },
  }
  return { blobs, layer, records, reads: () => reads }
}

const making = {
  compressor: compressorFor('gzip', undefined) as NonNullable<ReturnType<typeof compressorFor>>,
  mediaType: 'x',
}

it('compresses a layer once for all that want it, at the same time and later', async () => {
  const { blobs, layer, reads } = world()
  const ahead = compressLayer(layer, blobs, { compression: 'gzip', processors: () => 1 })
  const [one, two] = await Promise.all([compressedBlob(layer, blobs, making), compressedBlob(layer, blobs, making)])
  await ahead
  expect(one.digest).toBe(two.digest)
  expect((await compressedBlob(layer, blobs, making)).digest).toBe(one.digest)
  expect(reads()).toBe(1)
})

it('asks how many processors it may use, and leaves layers alone that are not to be compressed', async () => {
  const { blobs, layer, records, reads } = world()
  let asked = 0
  const processors = (): number => {
    asked += 1
    return 1
  }
  await compressLayer(layer, blobs, { compression: 'uncompressed', processors })
  expect([records.size, reads(), asked]).toEqual([0, 0, 0])
  await compressLayer(layer, blobs, { compression: 'gzip', processors })
  expect([records.size, reads()]).toEqual([1, 1])
  expect(asked).toBeGreaterThan(0)
})

it('stores nothing for a layer that is not what its diff id says, and tries again when asked again', async () => {
  const { blobs, layer, records, reads } = world(digestOf(Buffer.from('other')))
  await expect(compressedBlob(layer, blobs, making)).rejects.toMatchObject({ code: 'store-unusable' })
  await expect(compressedBlob(layer, blobs, making)).rejects.toMatchObject({ code: 'store-unusable' })
  expect([records.size, reads()]).toEqual([0, 2])
})
