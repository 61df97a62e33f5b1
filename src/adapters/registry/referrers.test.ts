import { afterEach, describe, expect, it } from 'vitest'
import { type FakeRegistry, fakeImage, startRegistry, storeImage } from '../../../test/kit/registry.ts'
import { digestOf, hexOf } from '../../core/index.ts'
import { mediaTypes, parseReference, type Reference } from '../../oci/index.ts'
import type { PushImage } from './push-image.ts'
import { openRegistry, type Registry } from './registry.ts'

const image = fakeImage([Buffer.from('layer')])
const subject = image.manifest.descriptor

let server: FakeRegistry
let client: Registry

afterEach(async () => {
  await client.close()
  await server.close()
})

async function start(referrers: boolean): Promise<Reference> {
  server = await startRegistry({ referrers })
  storeImage(server, 'team/app:1', image)
  client = openRegistry({ env: {}, home: '/nonexistent', retries: 0 })
  return parseReference(`${server.host}/team/app:1`) as Reference
}

/** A manifest of the given type about the image, with one small blob. */
function about(artifactType: string, note: string): PushImage {
  const bytes = Buffer.from(`{"note":"${note}"}`)
  const blob = { mediaType: 'application/json', digest: digestOf(bytes), size: bytes.length }
  const empty = Buffer.from('{}')
  const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(empty), size: 2 }
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType,
    config,
    layers: [blob],
    subject,
    annotations: { note },
  }
  const content = (data: Uint8Array) =>
    async function* () {
      yield data
    }
  return {
    manifest: { mediaType: mediaTypes.ociManifest, bytes: Buffer.from(JSON.stringify(manifest)) },
    blobs: [
      { descriptor: config, open: content(empty) },
      { descriptor: blob, open: content(bytes) },
    ],
  }
}

describe.each([
  ['with the referrers API', true],
  ['without the referrers API', false],
])('%s', (_, api) => {
  it('lists what was pushed about a manifest, by type', async () => {
    const reference = await start(api)
    expect(await client.listReferrers(reference, subject.digest)).toEqual([])
    const sbom = await client.pushReferrer(reference, about('application/spdx+json', 'a'))
    const signature = await client.pushReferrer(reference, about('application/vnd.example.signature', 'b'))
    const all = await client.listReferrers(reference, subject.digest)
    expect(all.map(({ digest }) => digest).sort()).toEqual([sbom.digest, signature.digest].sort())
    const some = await client.listReferrers(reference, subject.digest, { artifactType: 'application/spdx+json' })
    expect(some).toMatchObject([{ digest: sbom.digest, artifactType: 'application/spdx+json', size: sbom.size }])
    expect(server.manifests.has(`team/app:sha256-${hexOf(subject.digest)}`)).toBe(!api)
  })

  it('does not list the same manifest twice', async () => {
    const reference = await start(api)
    await client.pushReferrer(reference, about('application/spdx+json', 'a'))
    await client.pushReferrer(reference, about('application/spdx+json', 'a'))
    expect(await client.listReferrers(reference, subject.digest)).toHaveLength(1)
  })

  it('leaves what the tag stands for alone', async () => {
    const reference = await start(api)
    await client.pushReferrer(reference, about('application/spdx+json', 'a'))
    expect((await client.head(reference)).digest).toBe(subject.digest)
  })
})

it('keeps the annotations of a referrer in the index under the tag', async () => {
  const reference = await start(false)
  await client.pushReferrer(reference, about('application/spdx+json', 'kept'))
  expect(await client.listReferrers(reference, subject.digest)).toMatchObject([{ annotations: { note: 'kept' } }])
})

it('refuses a list of referrers that is none', async () => {
  const reference = await start(true)
  server.addFault({ path: '/referrers/', fault: { kind: 'status', status: 200, body: '{"manifests":"all"}' } })
  await expect(client.listReferrers(reference, subject.digest)).rejects.toMatchObject({ code: 'registry-bad-answer' })
})
