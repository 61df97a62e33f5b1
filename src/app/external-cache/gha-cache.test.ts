import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type GhaEntry, type GhaServer, ghaToken, startGhaCache } from '../../../test/kit/gha-cache-server.ts'
import { blobOf } from '../../../test/kit/blob-of.ts'
import { openGhaCache, type RemoteBlob, type RemoteCache } from '../../adapters/remote-cache/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { readGhaOptions } from './gha-options.ts'
import { openWire } from './open-wire.ts'

const signal = new AbortController().signal
const manifest = { mediaType: 'application/vnd.x', bytes: Buffer.from('{"mediaType":"application/vnd.x"}') }
const newer = { mediaType: 'application/vnd.x', bytes: Buffer.from('{"mediaType":"application/vnd.x","n":2}') }

let server: GhaServer
let cache: RemoteCache

function open(attributes: Record<string, string> = {}, env: Record<string, string> = {}): RemoteCache {
  const given = { url_v2: server.url, token: server.token, ...attributes }
  const places = { attributes: new Map(Object.entries(given)), env, now: Date.now(), writes: true }
  return openGhaCache(openWire({}), readGhaOptions(places))
}

beforeEach(async () => {
  server = await startGhaCache()
})
afterEach(async () => {
  await cache.close()
  await server.close()
})

function failureOf(work: () => unknown): Promise<SlipwayError> {
  return Promise.resolve()
    .then(work)
    .then(
      () => expect.fail('it did not fail'),
      (error: unknown) => {
        expect(error).toBeInstanceOf(SlipwayError)
        return error as SlipwayError
      },
    )
}

const protocols = [
  ['2', () => ({ version: '2' })],
  ['1', () => ({ version: '1', url: server.url })],
] as const

describe.each(protocols)('version %s of the protocol', (_, attributes) => {
  it('has no manifest at first, then the newest that was saved', async () => {
    cache = open(attributes())
    expect(await cache.loadManifest(signal)).toBeUndefined()
    await cache.saveManifest(manifest, signal)
    await cache.saveManifest(newer, signal)
    expect(await cache.loadManifest(signal)).toEqual(newer)
    await cache.saveManifest(newer, signal)
    expect(server.entries).toHaveLength(2)
  })

  it('keeps scopes apart', async () => {
    cache = open({ ...attributes(), scope: 'one' })
    await cache.saveManifest(manifest, signal)
    await cache.close()
    cache = open({ ...attributes(), scope: 'on' })
    expect(await cache.loadManifest(signal)).toBeUndefined()
  })

  it('sends a blob once', async () => {
    cache = open(attributes())
    const blob = blobOf(Buffer.alloc(300_000, 'x'))
    expect(await cache.write(blob, signal)).toBe('sent')
    expect(await cache.write(blob, signal)).toBe('exists')
    expect(server.entries).toHaveLength(1)
    expect((await buffer(cache.read(blob.descriptor, signal))).equals(Buffer.alloc(300_000, 'x'))).toBe(true)
  })

  it('sends a large blob in parts', async () => {
    cache = open(attributes())
    const bytes = Buffer.alloc((20 << 20) + 5)
    for (let at = 0; at < bytes.length; at += 4099) bytes[at] = at % 251
    const blob = blobOf(bytes)
    expect(await cache.write(blob, signal)).toBe('sent')
    expect(server.entries[0]?.parts.size).toBe(3)
    expect((await buffer(cache.read(blob.descriptor, signal))).equals(bytes)).toBe(true)
  })

  it('takes an entry that somebody else is making as one that is there', async () => {
    cache = open(attributes())
    const blob = blobOf(Buffer.from('content'))
    server.faults.push({ path: attributes().version === '2' ? 'Finalize' : 'caches/1', fault: 'silence', left: 1 })
    await failureOf(() => cache.write(blob, AbortSignal.timeout(500)))
    expect(await cache.write(blob, signal)).toBe('exists')
  })

  it('asks for the address again when it has run out, and reads on where a connection broke', async () => {
    cache = open(attributes())
    const bytes = Buffer.alloc(1_000_000, 'abcdefg')
    const blob = blobOf(bytes)
    await cache.write(blob, signal)
    server.faults.push({ path: 'storage/', fault: { after: 70_000 }, left: 1 })
    const chunks: Uint8Array[] = []
    for await (const chunk of cache.read(blob.descriptor, signal)) {
      if (chunks.length === 0) server.expireAddresses()
      chunks.push(chunk)
    }
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
    expect(server.log.filter((line) => line.endsWith(' 403'))).toHaveLength(1)
    expect(server.log.at(-1)).toMatch(/ 206$/)
  })

  it('says what the service says when there is no room', async () => {
    await server.close()
    server = await startGhaCache({ quota: 10 })
    cache = open(attributes())
    await cache.write(blobOf(Buffer.alloc(20)), signal)
    const error = await failureOf(() => cache.write(blobOf(Buffer.alloc(30)), signal))
    expect(error.code).toBe('cache-unavailable')
    expect(error.message).toContain('quota has been hit')
  })
})

describe('a cache of GitHub Actions', () => {
  it('sees what the base branch has, its own first', async () => {
    cache = open()
    await cache.saveManifest(manifest, signal)
    const [entry] = server.entries
    if (entry !== undefined) server.entries[0] = { ...entry, scope: 'refs/heads/main' }
    expect(await cache.loadManifest(signal)).toEqual(manifest)
    await cache.saveManifest(newer, signal)
    expect(await cache.loadManifest(signal)).toEqual(newer)
  })

  it('lists keys once instead of asking for each where it may', async () => {
    const env = { GITHUB_API_URL: `${server.url}api` }
    cache = open({ ghtoken: server.token, repository: 'team/app' }, env)
    const blobs = Array.from({ length: 130 }, (_, at) => blobOf(Buffer.from(`blob ${at}`)))
    for (const blob of blobs) await cache.write(blob, signal)
    await cache.close()
    server.log.length = 0
    cache = open({ ghtoken: server.token, repository: 'team/app' }, env)
    for (const blob of blobs) expect(await cache.write(blob, signal)).toBe('exists')
    expect(server.log).toEqual(Array.from({ length: 2 }, () => 'GET /api/repos/team/app/actions/caches 200'))
  })

  it('sends what it sees in the list of another branch, whose entries it cannot read', async () => {
    cache = open({ ghtoken: server.token, repository: 'team/app' }, { GITHUB_API_URL: `${server.url}api` })
    const [ours, base, other] = ['ours', 'base', 'other'].map((text) => blobOf(Buffer.from(text)))
    for (const blob of [ours, base, other]) await cache.write(blob as RemoteBlob, signal)
    const scopes = ['refs/heads/work', 'refs/heads/main', 'refs/heads/other']
    for (const [at, scope] of scopes.entries()) server.entries[at] = { ...(server.entries[at] as GhaEntry), scope }
    await cache.close()
    cache = open({ ghtoken: server.token, repository: 'team/app' }, { GITHUB_API_URL: `${server.url}api` })
    const written = [ours, base, other].map((blob) => cache.write(blob as RemoteBlob, signal))
    expect(await Promise.all(written)).toEqual(['exists', 'exists', 'sent'])
  })

  it('asks for each where the list cannot be read', async () => {
    cache = open({ ghtoken: server.token, repository: 'team/app' }, { GITHUB_API_URL: `${server.url}elsewhere` })
    expect(await cache.write(blobOf(Buffer.from('x')), signal)).toBe('sent')
  })

  it.each([
    ['2', 'GetCacheEntryDownloadURL'],
    ['1', 'artifactcache/cache'],
  ])('says so when something else answers in its place (version %s)', async (version, path) => {
    cache = open({ version, url: server.url })
    server.faults.push({ path, fault: { status: 200, body: '<html>' }, left: 1 })
    expect((await failureOf(() => cache.loadManifest(signal))).message).toContain('not JSON')
  })

  it('waits as long as it is asked to', async () => {
    cache = open()
    const body = { code: 'resource_exhausted', msg: 'slow down' }
    server.faults.push({
      path: 'CreateCacheEntry',
      fault: { status: 429, body, headers: { 'retry-after': '1' } },
      left: 1,
    })
    expect(await cache.write(blobOf(Buffer.from('x')), signal)).toBe('sent')
  })

  it('says which token is wrong, without the token', async () => {
    cache = open({ token: 'another-token' })
    const error = await failureOf(() => cache.loadManifest(signal))
    expect(error.message).toBe(
      'cannot look for an entry in the cache of GitHub Actions: unauthenticated: invalid token',
    )
    expect(error.hint).toContain('run out')
    expect(JSON.stringify([error, error.message, error.hint])).not.toContain('another-token')
  })

  it('names an entry that is gone', async () => {
    cache = open()
    const error = await failureOf(() => buffer(cache.read(blobOf(Buffer.from('x')).descriptor, signal)))
    expect(error.message).toContain('has no entry slipway-blob-1-sha256:')
  })
})

describe('options', () => {
  beforeEach(() => (cache = open()))
  const read = (attributes: Record<string, string>, env: Record<string, string> = {}, writes = true) =>
    readGhaOptions({ attributes: new Map(Object.entries(attributes)), env, now: Date.now(), writes })
  const job = {
    ACTIONS_RUNTIME_TOKEN: ghaToken(),
    ACTIONS_RESULTS_URL: 'https://results-receiver.actions.githubusercontent.com',
  }

  it('come from the variables of the job', () => {
    expect(read({}, job)).toMatchObject({ version: 2, scope: 'buildkit', url: new URL(`${job.ACTIONS_RESULTS_URL}/`) })
    const old = { ...job, ACTIONS_CACHE_URL: 'https://ghes.example/_cache/x' }
    expect(read({}, old)).toMatchObject({ version: 1, url: new URL('https://ghes.example/_cache/x/') })
    expect(read({}, { ...old, ACTIONS_CACHE_SERVICE_V2: 'true' })).toMatchObject({ version: 2 })
    expect(read({ url: 'http://own:3000' }, { ...job, ACTIONS_CACHE_SERVICE_V2: 'True' })).toMatchObject({ version: 2 })
  })

  it('refuse a token that has run out, and one that may not write where it is to', async () => {
    const ended = ghaToken({ exp: 1_600_000_000 })
    const error = await failureOf(() => read({ token: ended }, job))
    expect(error.message).toBe('the token for gha ran out at 2020-09-13T12:26:40.000Z')
    const reading = ghaToken({ permission: 1 })
    expect((await failureOf(() => read({ token: reading }, job))).message).toContain('reading only')
    expect(read({ token: reading }, job, false).scope).toBe('buildkit')
  })

  it.each([
    [{}, {}, 'there is no token'],
    [{ token: 't' }, {}, 'there is no address'],
    [{ token: 't', url: 'cache' }, {}, 'not an http or https URL'],
    [{ version: '3' }, job, 'version is 1 or 2'],
    [{ scope: 'a,b' }, job, 'scope'],
    [{ ghtoken: 't', repository: 'team' }, job, 'OWNER/NAME'],
  ])('are refused: %o', async (attributes, env, message) => {
    const error = await failureOf(() => read(attributes as Record<string, string>, env as Record<string, string>))
    expect(error.code).toBe('bad-option-value')
    expect(error.message).toContain(message)
  })
})
