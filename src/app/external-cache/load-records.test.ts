import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { RemoteCache } from '../../adapters/remote-cache/index.ts'
import { type Digest, digestOf, SlipwayError } from '../../core/index.ts'
import { assembleIndex, assembleManifest, type Descriptor, mediaTypes } from '../../oci/index.ts'
import { inlineMember, listingsType, recordsType } from './cache-records.ts'
import { withinDeadline } from './deadline.ts'
import { loadRecords } from './load-records.ts'

const never = new AbortController().signal
const records = { version: 1, started: 1, steps: [], records: [], selections: {} }

/** A cache whose name stands for the manifest that was added last. */
function cacheWith(): {
  readonly cache: RemoteCache
  add(text: string | Uint8Array, mediaType: string): Descriptor
  manifest(config: Descriptor, layers?: readonly Descriptor[]): Descriptor
  readonly blobs: Map<Digest, Uint8Array>
  top: { mediaType: string; bytes: Uint8Array } | undefined
} {
  const blobs = new Map<Digest, Uint8Array>()
  const made: ReturnType<typeof cacheWith> = {
    blobs,
    top: undefined,
    add(content, mediaType) {
      const bytes = Buffer.from(content)
      blobs.set(digestOf(bytes), bytes)
      return { mediaType, digest: digestOf(bytes), size: bytes.length }
    },
    manifest(config, layers = []) {
      const { bytes, descriptor } = assembleManifest({ config, layers, family: 'oci' })
      made.top = { mediaType: descriptor.mediaType, bytes }
      return made.add(bytes, descriptor.mediaType)
    },
    cache: {
      label: 'place',
      loadManifest: async () => made.top,
      saveManifest: async () => {},
      async *read({ digest }) {
        yield blobs.get(digest) ?? Buffer.from('')
      },
      write: async () => 'sent',
      close: async () => {},
    },
  }
  return made
}

async function failureOf(cache: RemoteCache): Promise<string> {
  const error = await loadRecords(cache, never).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(SlipwayError)
  return (error as SlipwayError).message
}

describe('loadRecords', () => {
  test('finds nothing under a name that stands for nothing', async () => {
    expect(await loadRecords(cacheWith().cache, never)).toBeUndefined()
  })

  test('reads the records of all images of an index, and passes over those that have none', async () => {
    const place = cacheWith()
    const image = (config: object, architecture: string): Descriptor => ({
      ...place.manifest(place.add(JSON.stringify(config), mediaTypes.ociConfig)),
      platform: { os: 'linux', architecture },
    })
    const manifests = [
      image({ [inlineMember]: { ...records, started: 1 } }, 'amd64'),
      image({ [inlineMember]: { ...records, started: 2 } }, 'arm64'),
      image({ architecture: 's390x' }, 's390x'),
    ]
    // An index of BuildKit's lists layers, too.
    const layer = place.add('', mediaTypes.ociLayerGzip)
    const index = assembleIndex({ manifests: [...manifests, layer], family: 'oci' })
    place.top = { mediaType: index.descriptor.mediaType, bytes: index.bytes }
    const loaded = await loadRecords(place.cache, never)
    expect(loaded?.records.map(({ started }) => started)).toEqual([1, 2])
  })

  test.each([
    ['an image without records', '{"os":"linux"}', mediaTypes.ociConfig, 'has no records of build steps'],
    ['a list of BuildKit', '{}', 'application/vnd.buildkit.cacheconfig.v0', 'which is not a cache of slipway'],
    ['no JSON', 'garbage', recordsType, 'is not JSON'],
    ['records of another shape', '{"version":1}', recordsType, 'has records that cannot be read'],
  ])('says what is wrong with %s', async (_, config, mediaType, reason) => {
    const place = cacheWith()
    place.manifest(place.add(config, mediaType))
    expect(await failureOf(place.cache)).toContain(reason)
  })

  test('takes no bytes but those that their digest names', async () => {
    const place = cacheWith()
    const config = place.add(JSON.stringify(records), recordsType)
    place.manifest(config)
    for (const bytes of [Buffer.from('x'), Buffer.alloc(config.size, 32), Buffer.alloc(config.size + 1, 32)]) {
      place.blobs.set(config.digest, bytes)
      expect(await failureOf(place.cache)).toContain(`is not ${config.digest}`)
    }
    place.manifest({ ...config, size: 1e12 })
    expect(await failureOf(place.cache)).toContain('has a document of 1000000000000 bytes')
  })

  test('gives the listings that are what their digests name, and none when they cannot be read', async () => {
    const listing = 'source ""\n["a","file",420,[0,0],"sha256:1"]\n'
    const wrong = 'no listing'
    const packed = gzipSync(
      JSON.stringify({ [digestOf(listing)]: listing, [digestOf('other')]: listing, [digestOf(wrong)]: wrong }),
    )
    const place = cacheWith()
    place.manifest(place.add(JSON.stringify(records), recordsType), [place.add(packed, listingsType)])
    const loaded = await loadRecords(place.cache, never)
    const found = [digestOf(listing), digestOf('other'), digestOf(wrong)].map((key) => loaded?.listing(key, never))
    expect(await Promise.all(found)).toEqual([listing, undefined, undefined])
    place.manifest(place.add(JSON.stringify(records), recordsType), [place.add('garbage', listingsType)])
    expect(await (await loadRecords(place.cache, never))?.listing(digestOf(listing), never)).toBeUndefined()
  })
})

test('work that ignores its signal is not waited for beyond its deadline', async () => {
  const ignored = withinDeadline(20, never, () => new Promise<never>(() => {}))
  await expect(ignored).rejects.toThrow('it took longer than 0.02 s')
})
