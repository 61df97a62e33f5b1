import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type FakeRegistry,
  type FakeRegistryOptions,
  fakeImage,
  startRegistry,
  storeImage,
  storeIndex,
} from '../../../test/kit/registry.ts'
import { digestOf } from '../../core/index.ts'
import { mediaTypes, type Platform, parseReference, type Reference } from '../../oci/index.ts'
import { openRegistry, type Registry } from './registry.ts'

const amd64: Platform = { os: 'linux', architecture: 'amd64' }
const arm64: Platform = { os: 'linux', architecture: 'arm64' }
const layer = Buffer.alloc(300_000, 'layer content ')
const image = fakeImage([layer])
const [{ descriptor: blob }] = image.layers as [(typeof image.layers)[0]]

let server: FakeRegistry
let client: Registry
let pauses: number[]

beforeEach(() => start())
afterEach(() => stop())

async function start(options: FakeRegistryOptions = {}, env: Record<string, string> = {}): Promise<void> {
  server = await startRegistry(options)
  storeImage(server, 'team/app:1', image)
  pauses = []
  client = openRegistry({ env, home: '/nonexistent', sleep: async (milliseconds) => void pauses.push(milliseconds) })
}

async function restart(options: FakeRegistryOptions, env: Record<string, string> = {}): Promise<void> {
  await stop()
  await start(options, env)
}

async function stop(): Promise<void> {
  await client.close()
  await server.close()
}

function named(name = 'team/app:1'): Reference {
  const reference = parseReference(`${server.host}/${name}`)
  if ('error' in reference) throw new Error(reference.error)
  return reference
}

async function contentOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Digests are compared, because comparing 300 kB byte by byte takes seconds. */
const pullLayer = async (): Promise<string> => digestOf(await contentOf(client.fetchBlob(named(), blob)))

describe('resolve', () => {
  it('gives manifest, configuration and layers of an image', async () => {
    const found = await client.resolve(named(), amd64)
    expect(found.reference.digest).toBe(image.manifest.descriptor.digest)
    expect(found.config.value.config.Cmd).toEqual(['/app'])
    expect(found.layers).toEqual([{ blob, diffId: blob.digest }])
    expect(server.requests[0]?.headers.accept).toContain(mediaTypes.dockerIndex)
  })

  it('chooses the platform from an index and keeps the digest of the index', async () => {
    const arm = fakeImage([Buffer.from('arm')], arm64)
    const digest = storeIndex(server, 'team/app:multi', [
      [amd64, image],
      [arm64, arm],
    ])
    const found = await client.resolve(named('team/app:multi'), arm64)
    expect(found.reference.digest).toBe(digest)
    expect(found.manifest.descriptor.digest).toBe(arm.manifest.descriptor.digest)
    expect(found.config.value.architecture).toBe('arm64')
  })

  it('lists the platforms there are when the wanted one is missing', async () => {
    storeIndex(server, 'team/app:multi', [[arm64, image]])
    await expect(client.resolve(named('team/app:multi'), amd64)).rejects.toMatchObject({
      code: 'platform-unavailable',
      notes: ['it is there for linux/arm64'],
    })
  })

  it('finds an image by digest and refuses other content under it', async () => {
    const byDigest = named(`team/app@${image.manifest.descriptor.digest}`)
    expect((await client.resolve(byDigest, amd64)).layers).toHaveLength(1)
    server.addFault({ path: '/manifests/', fault: { kind: 'corrupt' } })
    await expect(client.resolve(byDigest, amd64)).rejects.toMatchObject({ code: 'registry-bad-answer' })
  })

  it('refuses a manifest that is not the announced one', async () => {
    server.addFault({ path: '/manifests/', fault: { kind: 'corrupt' } })
    await expect(client.resolve(named(), amd64)).rejects.toThrow(/is announced as sha256:/)
  })

  it('refuses a configuration with another digest', async () => {
    server.addFault({ path: '/blobs/', fault: { kind: 'corrupt' } })
    await expect(client.resolve(named(), amd64)).rejects.toMatchObject({ code: 'registry-bad-answer' })
  })

  it('refuses schema 1', async () => {
    const bytes = Buffer.from('{"schemaVersion":1,"fsLayers":[]}')
    server.manifests.set('team/app:old', {
      mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
      bytes,
    })
    await expect(client.resolve(named('team/app:old'), amd64)).rejects.toThrow('schema 1')
  })

  it('says that a name is unknown, without control characters from the answer', async () => {
    await expect(client.resolve(named('team/none:2'), amd64)).rejects.toMatchObject({
      code: 'image-not-found',
      message: `${server.host}/team/none:2 does not exist: no such thing`,
    })
  })

  it('asks again when a manifest breaks off', async () => {
    server.addFault({ path: '/manifests/', fault: { kind: 'truncate', after: 10 }, times: 2 })
    expect((await client.resolve(named(), amd64)).layers).toHaveLength(1)
    expect(pauses).toHaveLength(2)
  })

  it('ends a manifest without end', async () => {
    server.addFault({ path: '/manifests/', fault: { kind: 'endless' } })
    await expect(client.resolve(named(), amd64)).rejects.toMatchObject({ code: 'registry-bad-answer' })
  })

  it('gives the digest of a tag for one HEAD request', async () => {
    expect(await client.head(named())).toEqual(image.manifest.descriptor)
    expect(server.requests.map((request) => request.method)).toEqual(['HEAD'])
  })
})

describe('fetchBlob', () => {
  it('yields the content', async () => {
    expect(await pullLayer()).toBe(blob.digest)
  })

  it('goes on where a connection broke', async () => {
    server.addFault({ path: '/blobs/', fault: { kind: 'truncate', after: 100_000 }, times: 2 })
    expect(await pullLayer()).toBe(blob.digest)
    expect(server.requests.map((request) => request.headers.range)).toEqual([
      undefined,
      'bytes=100000-',
      'bytes=200000-',
    ])
  })

  it('goes on although the registry ignores ranges', async () => {
    await restart({ ignoreRanges: true })
    server.addFault({ path: '/blobs/', fault: { kind: 'truncate', after: 100_000 }, times: 1 })
    expect(await pullLayer()).toBe(blob.digest)
  })

  it('gives up after five tries without a byte', async () => {
    server.addFault({ path: '/blobs/', fault: { kind: 'reset' } })
    await expect(pullLayer()).rejects.toMatchObject({ code: 'registry-unreachable', retryable: true })
    expect(server.requests).toHaveLength(6)
  })

  it('refuses content with another digest', async () => {
    server.addFault({ path: '/blobs/', fault: { kind: 'corrupt' } })
    await expect(pullLayer()).rejects.toThrow(`has the digest ${digestOf(layer.map((byte) => byte ^ 1))}`)
  })

  it('ends a content that is longer than announced', async () => {
    server.addFault({ path: '/blobs/', fault: { kind: 'endless' } })
    await expect(pullLayer()).rejects.toThrow('is longer than the 300000 bytes')
  })

  it('waits as long as the registry wishes', async () => {
    server.addFault({
      path: '/blobs/',
      fault: { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
      times: 1,
    })
    expect(await pullLayer()).toBe(blob.digest)
    expect(pauses).toEqual([7000])
  })

  it('waits longer after each failure of the server, then says what it was', async () => {
    server.addFault({ path: '/blobs/', fault: { kind: 'status', status: 503 } })
    await expect(pullLayer()).rejects.toMatchObject({ code: 'registry-unreachable', retryable: true })
    expect(pauses.map((pause) => Math.floor(Math.log2(pause / 500)))).toEqual([0, 1, 2, 3, 4])
  })

  it('follows a redirect and leaves the token behind', async () => {
    await restart({ auth: 'bearer' })
    const store = await startRegistry()
    storeImage(store, 'cdn/x:1', image)
    server.addFault({
      path: '/blobs/',
      fault: { kind: 'redirect', to: `http://${store.host}/v2/cdn/x/blobs/${blob.digest}?signature=s` },
    })
    await client.resolve(named(), amd64).catch(() => {})
    expect(await pullLayer()).toBe(blob.digest)
    expect(server.requests.some((request) => request.headers.authorization?.startsWith('Bearer '))).toBe(true)
    expect(store.requests.map((request) => request.headers.authorization)).toEqual(store.requests.map(() => undefined))
    await store.close()
  })

  it('does not follow redirects in circles', async () => {
    server.addFault({ path: '/blobs/', fault: { kind: 'redirect', to: `/v2/team/app/blobs/${blob.digest}` } })
    await expect(pullLayer()).rejects.toThrow('redirects more than 10 times')
  })

  it('never has more transfers under way than allowed', async () => {
    const one = openRegistry({ env: {}, home: '/nonexistent', concurrency: 1 })
    const reader = one.fetchBlob(named(), blob)[Symbol.asyncIterator]()
    await reader.next()
    const second = contentOf(one.fetchBlob(named(), blob))
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(server.requests).toHaveLength(1)
    await reader.return?.()
    expect(digestOf(await second)).toBe(blob.digest)
    await one.close()
  })

  it('stops at once when it is cancelled', async () => {
    server.addFault({ path: '/blobs/', fault: { kind: 'silence' } })
    const abort = new AbortController()
    const pull = contentOf(client.fetchBlob(named(), blob, abort.signal))
    setTimeout(() => abort.abort(), 20)
    await expect(pull).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('authorization', () => {
  const login = { username: 'user', password: 'pass:word' }
  const auths = (): string =>
    JSON.stringify({ auths: { [server.host]: { auth: Buffer.from('user:pass:word').toString('base64') } } })

  async function withLogin(): Promise<void> {
    const { mkdtemp, writeFile } = await import('node:fs/promises')
    const directory = await mkdtemp('/tmp/slipway-auth-')
    await writeFile(`${directory}/config.json`, auths())
    await client.close()
    client = openRegistry({ env: { DOCKER_CONFIG: directory }, home: '/nonexistent', retries: 0 })
  }

  it('gets an anonymous token once and uses it for the whole image', async () => {
    await restart({ auth: 'bearer' })
    await client.resolve(named(), amd64)
    await pullLayer()
    const urls = server.requests.map((request) => request.url)
    expect(urls.filter((url) => url.startsWith('/token'))).toEqual([
      '/token?service=test&scope=repository%3Ateam%2Fapp%3Apull',
    ])
    expect(urls).toHaveLength(5)
  })

  it('shares one token between requests that start together', async () => {
    await restart({ auth: 'bearer' })
    await Promise.all([pullLayer(), pullLayer(), pullLayer()])
    expect(server.requests.filter((request) => request.url.startsWith('/token'))).toHaveLength(1)
  })

  it('logs in with the credentials of docker for a token', async () => {
    await restart({ auth: 'bearer', login })
    await withLogin()
    expect((await client.resolve(named(), amd64)).layers).toHaveLength(1)
  })

  it('logs in with the credentials of docker by Basic', async () => {
    await restart({ auth: 'basic', login })
    await withLogin()
    expect((await client.resolve(named(), amd64)).layers).toHaveLength(1)
  })

  it('says that access is denied, and never a secret', async () => {
    await restart({ auth: 'bearer', login: { ...login, password: 'other' } })
    await withLogin()
    const error = await client.resolve(named(), amd64).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'registry-denied' })
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('pass:word')
  })

  it('says that access is denied when nobody has logged in', async () => {
    await restart({ auth: 'basic', login })
    await expect(client.resolve(named(), amd64)).rejects.toMatchObject({ code: 'registry-denied' })
  })

  it('gets a new token when the old one has expired', async () => {
    await restart({ auth: 'bearer' })
    await client.resolve(named(), amd64)
    const challenge = { 'www-authenticate': `Bearer realm="http://${server.host}/token"` }
    server.addFault({ path: '/blobs/', fault: { kind: 'status', status: 401, headers: challenge }, times: 1 })
    // The same token again would be refused again, so the registry has to hand out another one.
    server.addFault({
      path: '/token',
      fault: { kind: 'status', status: 200, body: '{"access_token":"token-for-later"}' },
      times: 1,
    })
    expect(await pullLayer()).toBe(blob.digest)
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer token-for-later')
  })

  it('does not send credentials to a token server that anybody can listen to', async () => {
    await restart({ auth: 'bearer', login })
    await withLogin()
    const challenge = { 'www-authenticate': 'Bearer realm="http://tokens.example.com/"' }
    server.addFault({ path: '/manifests/', fault: { kind: 'status', status: 401, headers: challenge } })
    await expect(client.resolve(named(), amd64)).rejects.toThrow('which is not safe')
  })
})

describe('failures below HTTP', () => {
  it('names the host that refuses connections', async () => {
    const { host } = server
    await server.close()
    await expect(client.resolve(named(), amd64)).rejects.toMatchObject({
      code: 'registry-unreachable',
      message: `cannot reach http://${host}: connection refused`,
    })
  })

  it('names the host that does not exist', async () => {
    const reference = parseReference('registry.invalid/a:1') as Reference
    const direct = openRegistry({ env: {}, home: '/nonexistent', retries: 0 })
    await expect(direct.resolve(reference, amd64)).rejects.toMatchObject({ code: 'registry-unreachable' })
    await direct.close()
  })
})
