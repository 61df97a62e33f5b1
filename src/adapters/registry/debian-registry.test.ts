import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DockerRegistry, hasDockerRegistry, startDockerRegistry } from '../../../test/kit/docker-registry.ts'
import { fakeImage } from '../../../test/kit/registry.ts'
import { digestOf } from '../../core/index.ts'
import { assembleIndex, parseReference, type Platform, type Reference } from '../../oci/index.ts'
import type { PushImage } from './push-image.ts'
import { openRegistry, type Registry } from './registry.ts'

const platform: Platform = { os: 'linux', architecture: 'amd64' }
const image = fakeImage([Buffer.alloc(2_000_000, 'a layer of two megabytes '), Buffer.from('small')], platform)

describe.skipIf(!hasDockerRegistry)('against the registry of Debian (skipped without docker-registry)', () => {
  let directory: string
  let server: DockerRegistry
  let host: string
  let client: Registry

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-registry-'))
    server = await startDockerRegistry(directory)
    host = server.host
    client = openRegistry({ env: {}, home: '/nonexistent' })
  })

  afterAll(async () => {
    await client.close()
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  })

  function named(name: string): Reference {
    return parseReference(`${host}/${name}`) as Reference
  }

  function pushed(mountFrom: readonly string[] = []): PushImage {
    const blobs = [image.config, ...image.layers].map(({ bytes, descriptor }) => ({
      descriptor,
      mountFrom,
      open: async function* () {
        for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
      },
    }))
    return { manifest: image.manifest, blobs }
  }

  it('pushes an image and pulls the same one', async () => {
    await client.push(named('team/app:1'), pushed())
    expect(await client.head(named('team/app:1'))).toEqual(image.manifest.descriptor)
    const found = await client.resolve(named('team/app:1'), platform)
    for (const [index, { blob }] of found.layers.entries()) {
      const chunks: Uint8Array[] = []
      for await (const chunk of client.fetchBlob(named('team/app:1'), blob)) chunks.push(chunk)
      expect(digestOf(Buffer.concat(chunks))).toBe(image.layers[index]?.descriptor.digest)
    }
  })

  it('takes blobs over from another repository', async () => {
    const outcomes: string[] = []
    await client.push(named('team/copy:1'), pushed(['team/app']), { onBlob: (_, outcome) => outcomes.push(outcome) })
    expect(outcomes).toEqual(['mounted', 'mounted', 'mounted'])
  })

  it('pushes an index and resolves through it', async () => {
    const { digest } = image.manifest.descriptor
    await client.push(named(`team/app@${digest}`), pushed())
    const index = assembleIndex({ manifests: [{ ...image.manifest.descriptor, platform }], family: 'oci' })
    await client.pushManifest(named('team/app:multi'), { mediaType: index.descriptor.mediaType, bytes: index.bytes })
    expect((await client.resolve(named('team/app:multi'), platform)).manifest.descriptor.digest).toBe(digest)
    await expect(client.resolve(named('team/app:multi'), { os: 'linux', architecture: 's390x' })).rejects.toMatchObject(
      {
        code: 'platform-unavailable',
      },
    )
  })

  it('says that a tag does not exist', async () => {
    await expect(client.resolve(named('team/app:none'), platform)).rejects.toMatchObject({ code: 'image-not-found' })
  })
})
