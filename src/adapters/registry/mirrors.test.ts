import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTlsServer } from '../../../test/kit/tls-server.ts'
import {
  type FakeRegistry,
  type FakeRegistryOptions,
  fakeImage,
  startRegistry,
  storeImage,
} from '../../../test/kit/registry.ts'
import { digestOf } from '../../core/index.ts'
import { type Platform, parseReference, type Reference } from '../../oci/index.ts'
import { openRegistry, type Registry } from './registry.ts'

const amd64: Platform = { os: 'linux', architecture: 'amd64' }
const image = fakeImage([Buffer.alloc(100_000, 'layer ')])
const [{ descriptor: blob }] = image.layers as [(typeof image.layers)[0]]

let directory: string
let origin: FakeRegistry
let mirror: FakeRegistry
let client: Registry
let reference: Reference

beforeEach(() => start())
afterEach(() => stop())

async function start(mirrorOptions: FakeRegistryOptions = {}): Promise<void> {
  directory = mkdtempSync('/tmp/slipway-mirrors-')
  origin = await startRegistry()
  mirror = await startRegistry(mirrorOptions)
  storeImage(origin, 'team/app:1', image)
  storeImage(mirror, 'hub/team/app:1', image)
  reference = parseReference(`${origin.host}/team/app:1`) as Reference
  configure(`[registry."${origin.host}"]\nmirrors = ["${mirror.host}/hub"]`)
}

function configure(text: string): void {
  writeFileSync(join(directory, 'registries.toml'), text)
  client = openRegistry({ env: {}, home: directory, config: join(directory, 'registries.toml'), sleep: async () => {} })
}

async function stop(): Promise<void> {
  await client.close()
  await origin.close()
  await mirror.close()
  rmSync(directory, { recursive: true, force: true })
}

async function pull(): Promise<string> {
  const { layers } = await client.resolve(reference, amd64)
  const chunks: Uint8Array[] = []
  for (const layer of layers) for await (const chunk of client.fetchBlob(reference, layer.blob)) chunks.push(chunk)
  return digestOf(Buffer.concat(chunks))
}

it('takes everything from a mirror, below its path, and tells it for whom it stands', async () => {
  expect(await pull()).toBe(blob.digest)
  expect(origin.requests).toEqual([])
  expect(mirror.requests[0]?.url).toBe(`/v2/hub/team/app/manifests/1?ns=${encodeURIComponent(origin.host)}`)
})

it('asks the registry for what the mirror does not have', async () => {
  mirror.manifests.clear()
  mirror.blobs.clear()
  expect(await pull()).toBe(blob.digest)
})

it('asks a mirror that does not answer only once', async () => {
  mirror.addFault({ path: '/', fault: { kind: 'reset' } })
  expect(await pull()).toBe(blob.digest)
  expect(mirror.requests).toHaveLength(1)
})

it('goes on at the registry where a mirror broke off', async () => {
  mirror.addFault({ path: blob.digest, fault: { kind: 'truncate', after: 40_000 } })
  expect(await pull()).toBe(blob.digest)
  expect(origin.requests.map(({ headers }) => headers.range)).toEqual(['bytes=40000-'])
})

it('refuses other bytes from a mirror', async () => {
  mirror.addFault({ path: blob.digest, fault: { kind: 'corrupt' } })
  await expect(pull()).rejects.toMatchObject({ code: 'registry-bad-answer' })
})

it('says what was wrong with the mirror when the registry fails, too', async () => {
  origin.manifests.clear()
  mirror.addFault({ path: '/manifests/', fault: { kind: 'status', status: 503 } })
  await expect(pull()).rejects.toMatchObject({
    code: 'image-not-found',
    notes: [`mirror ${mirror.host}: ${origin.host}/team/app:1: the registry answers HTTP 503`],
  })
})

it('pushes to the registry, never to a mirror that may not have it', async () => {
  const bytes = image.config.bytes
  const config = {
    descriptor: image.config.descriptor,
    open: async function* () {
      yield bytes
    },
  }
  await client.push(reference, { manifest: image.manifest, blobs: [config] })
  expect(mirror.requests).toEqual([])
})

it('does not let a mirror say what a tag means that may only hand out content', async () => {
  await client.close()
  const certs = mkdtempSync(join(directory, 'certs-'))
  mkdirSync(join(certs, origin.host))
  writeFileSync(
    join(certs, origin.host, 'hosts.toml'),
    `[host."http://${mirror.host}/v2/hub"]\noverride_path = true\ncapabilities = ["pull"]\n` +
      `[host."http://${mirror.host}/v2/hub".header]\nx-key = "secret"`,
  )
  client = openRegistry({ env: {}, home: directory, config: certs, sleep: async () => {} })
  expect(await pull()).toBe(blob.digest)
  expect(origin.requests.map(({ url }) => url.split('/').at(-2))).toEqual(['manifests', 'blobs'])
  expect(mirror.requests.map(({ url, headers }) => [url.split('/').at(-2), headers['x-key']])).toEqual([
    ['blobs', 'secret'],
  ])
})

it('keeps the headers of a host from a server that it redirects to', async () => {
  await client.close()
  const certs = mkdtempSync(join(directory, 'certs-'))
  mkdirSync(join(certs, origin.host))
  writeFileSync(join(certs, origin.host, 'hosts.toml'), `server = "http://${origin.host}"\n[header]\nx-key = "secret"`)
  client = openRegistry({ env: {}, home: directory, config: certs })
  const to = `http://${mirror.host}/v2/hub/team/app/blobs/${blob.digest}`
  origin.addFault({ path: blob.digest, fault: { kind: 'redirect', to } })
  expect(await pull()).toBe(blob.digest)
  expect(origin.requests.every(({ headers }) => headers['x-key'] === 'secret')).toBe(true)
  expect(mirror.requests.map(({ headers }) => headers['x-key'])).toEqual([undefined])
})

it('logs in to a mirror with the token that its own challenge names', async () => {
  await stop()
  await start({ auth: 'bearer' })
  expect(await pull()).toBe(blob.digest)
  const tokens = mirror.requests.filter(({ url }) => url.startsWith('/token'))
  expect(tokens.map(({ url }) => new URLSearchParams(url).getAll('scope'))).toEqual([['repository:x:pull']])
})

it('finds out whether an unverified registry speaks TLS', async () => {
  const tls = await startTlsServer(mkdtempSync(join(directory, 'tls-')), (_, response) => {
    response
      .writeHead(200, { 'docker-content-digest': blob.digest, 'content-type': 'x/y', 'content-length': '5' })
      .end()
  })
  const open = openRegistry({ env: {}, home: directory, insecure: 'all', retries: 0 })
  const { host } = new URL(tls.url)
  writeFileSync(
    join(directory, 'open.toml'),
    `[registry."${host}"]\ninsecure = true\n[registry."${origin.host}"]\ninsecure = true`,
  )
  const configured = openRegistry({ env: {}, home: directory, config: join(directory, 'open.toml'), retries: 0 })
  expect((await configured.head(parseReference(`${host}/a:1`) as Reference)).digest).toBe(blob.digest)
  expect((await configured.head(reference)).digest).toBe(image.manifest.descriptor.digest)
  expect((await open.head(reference)).digest).toBe(image.manifest.descriptor.digest)
  await Promise.all([open.close(), configured.close(), tls.close()])
})
