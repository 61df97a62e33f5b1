import { afterEach, expect, it } from 'vitest'
import { type FakeRegistry, type FakeRegistryOptions, fakeImage, startRegistry } from '../../../test/kit/registry.ts'
import { parseReference, type Reference } from '../../oci/index.ts'
import type { UploadLimits } from './push-blob.ts'
import { openRegistry, type Registry } from './registry.ts'

const layer = Buffer.from(Uint8Array.from({ length: 10_000 }, (_, at) => at % 251))
const image = fakeImage([layer])
const [{ descriptor: blob }] = image.layers as [(typeof image.layers)[0]]

let server: FakeRegistry
let client: Registry
let opened: number
let onPause: () => void

async function start(options: FakeRegistryOptions = {}, uploads: UploadLimits = { chunk: 4000, wholeUpTo: 5000 }) {
  server = await startRegistry(options)
  opened = 0
  onPause = () => {}
  client = openRegistry({ env: {}, home: '/nonexistent', sleep: async () => onPause(), retries: 3, uploads })
}

afterEach(async () => {
  await client.close()
  await server.close()
})

/** Pushes the layer in pieces that are no divisors of the parts; says which requests were sent for its upload. */
async function pushLayer(): Promise<readonly string[]> {
  const open = async function* () {
    opened += 1
    for (let at = 0; at < layer.length; at += 700) yield layer.subarray(at, at + 700)
  }
  const reference = parseReference(`${server.host}/team/app:1`) as Reference
  await client.push(reference, { manifest: image.manifest, blobs: [{ descriptor: blob, open }] })
  expect(server.blobs.get(`team/app@${blob.digest}`)?.length).toBe(layer.length)
  return server.requests
    .filter(({ url }) => url.includes('/uploads/'))
    .map(({ method, headers }) => [method, headers['content-range'] ?? headers['content-length']].join(' ').trim())
}

it('sends a large blob in parts and reads it once', async () => {
  await start()
  expect(await pushLayer()).toEqual(['POST 0', 'PATCH 0-3999', 'PATCH 4000-7999', 'PATCH 8000-9999', 'PUT 0'])
  expect(opened).toBe(1)
})

it('makes parts as large as the registry wants them', async () => {
  await start({ parts: 6000 })
  expect(await pushLayer()).toEqual(['POST 0', 'PATCH 0-5999', 'PATCH 6000-9999', 'PUT 0'])
})

it('asks how far the registry got when the connection breaks, and goes on there', async () => {
  await start()
  server.addFault({ method: 'PATCH', path: '/uploads/', fault: { kind: 'hang-up', after: 2500 }, times: 1 })
  expect(await pushLayer()).toEqual(['POST 0', 'PATCH 0-3999', 'GET', 'PATCH 2500-6499', 'PATCH 6500-9999', 'PUT 0'])
})

it('asks how far the registry got when that disagrees about where a part belongs (416)', async () => {
  await start()
  const range = { kind: 'status', status: 416, headers: { range: '0-7' } } as const
  server.addFault({ method: 'PATCH', path: '/uploads/', fault: range, times: 1 })
  expect(await pushLayer()).toEqual([
    'POST 0',
    'PATCH 0-3999',
    'GET',
    'PATCH 0-3999',
    'PATCH 4000-7999',
    'PATCH 8000-9999',
    'PUT 0',
  ])
})

it('is content when the upload is gone because it was complete', async () => {
  await start()
  server.addFault({ method: 'PUT', path: '/uploads/', fault: { kind: 'status', status: 503 }, times: 1 })
  server.addFault({ method: 'GET', path: '/uploads/', fault: { kind: 'status', status: 404 }, times: 1 })
  onPause = () => server.blobs.set(`team/app@${blob.digest}`, layer)
  expect((await pushLayer()).slice(-2)).toEqual(['PUT 0', 'GET'])
})

it('starts over when the registry has forgotten the upload', async () => {
  await start()
  server.addFault({ method: 'PATCH', path: '/uploads/', fault: { kind: 'reset' }, times: 1 })
  server.addFault({ method: 'GET', path: '/uploads/', fault: { kind: 'status', status: 404 }, times: 1 })
  expect((await pushLayer()).filter((request) => request === 'POST 0')).toHaveLength(2)
})

it('sends the blob whole where the registry knows no parts', async () => {
  await start({ parts: false })
  expect(await pushLayer()).toEqual(['POST 0', 'PATCH 0-3999', 'POST 0', 'PUT 10000'])
})

it('goes over to parts when one request for the whole blob breaks', async () => {
  await start({}, { chunk: 4000, wholeUpTo: 1 << 20 })
  server.addFault({ method: 'PUT', path: '/uploads/', fault: { kind: 'hang-up', after: 9000 }, times: 1 })
  const [, first, , ...parts] = await pushLayer()
  expect(first).toBe('PUT 10000')
  expect(parts).toEqual(['PATCH 0-3999', 'PATCH 4000-7999', 'PATCH 8000-9999', 'PUT 0'])
})

it('goes over to parts when something on the way does not let the whole blob through (413)', async () => {
  await start({}, { chunk: 4000, wholeUpTo: 1 << 20 })
  server.addFault({ method: 'PUT', path: '/uploads/', fault: { kind: 'status', status: 413 }, times: 1 })
  expect(await pushLayer()).toContain('PATCH 8000-9999')
})

it('gives up on a registry that takes nothing', async () => {
  await start()
  const answer = { kind: 'status', status: 202, headers: { range: '0-0' } } as const
  server.addFault({ method: 'PATCH', path: '/uploads/', fault: answer })
  await expect(pushLayer()).rejects.toThrow('takes no more of an upload after 0 bytes')
})

it('refuses a registry that says it has more than there is', async () => {
  await start()
  const answer = { kind: 'status', status: 202, headers: { range: '0-99999' } } as const
  server.addFault({ method: 'PATCH', path: '/uploads/', fault: answer })
  await expect(pushLayer()).rejects.toThrow('more of a blob than there is')
})

it('refuses a registry that stored other bytes', async () => {
  await start()
  const headers = { 'docker-content-digest': image.config.descriptor.digest }
  server.addFault({ method: 'PUT', path: '/uploads/', fault: { kind: 'status', status: 201, headers } })
  await expect(pushLayer()).rejects.toMatchObject({
    code: 'registry-bad-answer',
    message: `${server.host} stored the blob ${blob.digest} as ${image.config.descriptor.digest}`,
  })
})

it('sends no credentials to an upload address on another server', async () => {
  await start({ auth: 'bearer' })
  const other = await startRegistry()
  const headers = { location: `http://${other.host}/v2/team/app/blobs/uploads/1?state=a%3D` }
  await client.head(parseReference(`${server.host}/team/app:1`) as Reference).catch(() => {})
  server.addFault({ method: 'POST', path: '/uploads/', fault: { kind: 'status', status: 202, headers } })
  await pushLayer().catch(() => {})
  expect(other.requests.length).toBeGreaterThan(0)
  expect(other.requests.map((request) => request.headers.authorization)).toEqual(other.requests.map(() => undefined))
  await other.close()
})
