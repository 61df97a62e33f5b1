import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  type FakeRegistry,
  type FakeRegistryOptions,
  fakeImage,
  startRegistry,
  storeImage,
} from '../../../test/kit/registry.ts'
import { type Digest, digestOf } from '../../core/index.ts'
import { parseReference, type Reference } from '../../oci/index.ts'
import type { PushImage } from './push-image.ts'
import { openRegistry, type Registry } from './registry.ts'

const image = fakeImage([Buffer.from('one'), Buffer.from('two')])
let server: FakeRegistry
let client: Registry

beforeEach(() => start())
afterEach(() => stop())

async function start(options: FakeRegistryOptions = {}): Promise<void> {
  server = await startRegistry(options)
  client = openRegistry({ env: {}, home: '/nonexistent', sleep: async () => {} })
}

async function stop(): Promise<void> {
  await client.close()
  await server.close()
}

function named(name: string): Reference {
  return parseReference(`${server.host}/${name}`) as Reference
}

function pushed(mountFrom: readonly string[] = []): PushImage {
  const blobs = [image.config, ...image.layers].map(({ bytes, descriptor }) => ({
    descriptor,
    mountFrom,
    open: async function* () {
      yield bytes
    },
  }))
  return { manifest: image.manifest, blobs }
}

async function outcomes(name: string, mountFrom: readonly string[] = []): Promise<readonly string[]> {
  const seen: string[] = []
  await client.push(named(name), pushed(mountFrom), { onBlob: (_, outcome) => seen.push(outcome) })
  return seen
}

it('sends blobs and manifest so that the image can be pulled', async () => {
  expect(await client.push(named('team/app:1'), pushed())).toEqual(image.manifest.descriptor)
  const found = await client.resolve(named('team/app:1'), { os: 'linux', architecture: 'amd64' })
  expect(found.manifest.bytes).toEqual(image.manifest.bytes)
  expect(server.blobs.size).toBe(3)
})

it('does not send what the registry has', async () => {
  await client.push(named('team/app:1'), pushed())
  expect(await outcomes('team/app:2')).toEqual(['exists', 'exists', 'exists'])
  expect(server.requests.filter((request) => request.method === 'POST')).toHaveLength(3)
})

it('neither looks for nor sends what is underway, and meets its failure', async () => {
  const [config, ...layers] = pushed().blobs
  const underway = new Map<Digest, Promise<void>>()
  const seen: string[] = []
  const options = { underway, onBlob: (_: unknown, outcome: string) => seen.push(outcome) }
  const ahead = client.pushBlobs(named('team/app:1'), layers, options)
  await client.push(named('team/app:1'), pushed(), options)
  await ahead
  expect(seen).toEqual(['sent', 'sent', 'sent'])
  expect(server.requests.filter(({ method, url }) => method === 'HEAD' && url.includes('/blobs/'))).toHaveLength(3)

  underway.set(config?.descriptor.digest as Digest, Promise.reject(new Error('lost')))
  await expect(client.push(named('team/app:2'), pushed(), options)).rejects.toThrow('lost')
})

it('takes blobs over from another repository', async () => {
  storeImage(server, 'team/base:1', image)
  expect(await outcomes('team/app:1', ['team/base'])).toEqual(['mounted', 'mounted', 'mounted'])
})

it('sends blobs that the other repository does not have', async () => {
  expect(await outcomes('team/app:1', ['team/base'])).toEqual(['sent', 'sent', 'sent'])
})

it('starts an upload anew when it fails', async () => {
  server.addFault({ method: 'PUT', path: '/uploads/', fault: { kind: 'reset' }, times: 2 })
  server.addFault({ method: 'PUT', path: '/uploads/', fault: { kind: 'status', status: 500 }, times: 1 })
  expect(await outcomes('team/app:1')).toEqual(['sent', 'sent', 'sent'])
  expect(server.requests.filter((request) => request.method === 'POST')).toHaveLength(6)
})

it('asks for the right to push, and to pull where blobs are taken over', async () => {
  await stop()
  await start({ auth: 'bearer' })
  await client.push(named('team/app:1'), pushed(['team/base']))
  const tokens = server.requests
    .filter((request) => request.url.startsWith('/token'))
    .map((request) => new URLSearchParams(request.url).getAll('scope'))
  expect(tokens).toEqual([
    ['repository:team/app:pull,push'],
    ['repository:team/app:pull,push', 'repository:team/base:pull'],
  ])
})

it('writes no manifest when a blob cannot be sent', async () => {
  server.addFault({ method: 'PUT', path: '/uploads/', fault: { kind: 'status', status: 403 }, times: 1 })
  await expect(client.push(named('team/app:1'), pushed())).rejects.toMatchObject({ code: 'registry-denied' })
  expect(server.manifests.size).toBe(0)
})

it('pushes by digest only what has that digest', async () => {
  const { digest } = image.manifest.descriptor
  expect((await client.push(named(`team/app@${digest}`), pushed())).digest).toBe(digest)
  await expect(client.push(named(`team/app@${digestOf('x')}`), pushed())).rejects.toMatchObject({
    code: 'bad-reference',
  })
})
