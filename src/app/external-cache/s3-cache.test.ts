import { rmSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blobOf } from '../../../test/kit/blob-of.ts'
import { readAuthorization, signatureOf } from '../../../test/kit/s3-signature.ts'
import { type S3Server, type S3ServerOptions, startS3 } from '../../../test/kit/s3-server.ts'
import { openS3Cache, type RemoteCache } from '../../adapters/remote-cache/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { openWire } from './open-wire.ts'
import { readS3Options } from './s3-options.ts'

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const keys = { access_key_id: 'AKIAIOSFODNN7EXAMPLE', secret_access_key: secret }

let server: S3Server
let cache: RemoteCache

async function start(more: Record<string, string> = {}, options: S3ServerOptions = {}): Promise<void> {
  await server?.close()
  server = await startS3(options)
  await reopen(more)
}

async function reopen(more: Record<string, string> = {}): Promise<void> {
  await cache?.close()
  const attributes = { bucket: 'cache', region: server.region, endpoint_url: server.url, ...keys, ...more }
  cache = await openOptions(attributes, {})
}

async function openOptions(attributes: Record<string, string>, env: Record<string, string>): Promise<RemoteCache> {
  const places = { attributes: new Map(Object.entries(attributes)), env, home: '/nonexistent' }
  return openS3Cache(openWire({}), await readS3Options(places))
}

beforeEach(() => start())
afterEach(async () => {
  await cache.close()
  await server.close()
})

const signal = new AbortController().signal
const manifest = { mediaType: 'application/vnd.oci.image.manifest.v1+json', bytes: Buffer.from('{"a":1}') }

function failureOf(work: Promise<unknown>): Promise<SlipwayError> {
  return work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(SlipwayError)
      return error as SlipwayError
    },
  )
}

describe('signatures', () => {
  // The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
  const common = { host: 'examplebucket.s3.amazonaws.com', 'x-amz-date': '20130524T000000Z' }
  const examples = [
    {
      method: 'GET',
      target: '/test.txt',
      headers: { ...common, range: 'bytes=0-9', 'x-amz-content-sha256': empty },
      signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
    {
      method: 'PUT',
      target: '/test$file.text',
      headers: {
        ...common,
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      },
      signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    },
    {
      method: 'GET',
      target: '/?lifecycle',
      headers: { ...common, 'x-amz-content-sha256': empty },
      signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    },
    {
      method: 'GET',
      target: '/?max-keys=2&prefix=J',
      headers: { ...common, 'x-amz-content-sha256': empty },
      signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    },
  ]

  it.each(examples)('are checked by the server as AWS publishes for $method $target', ({ signature, ...request }) => {
    const scope = '20130524/us-east-1/s3/aws4_request'
    const signedHeaders = Object.keys(request.headers).sort()
    expect(signatureOf(request, { scope, signedHeaders, secretAccessKey: secret })).toBe(signature)
  })

  it('are refused by the server for another secret', async () => {
    await reopen({ secret_access_key: 'another' })
    const error = await failureOf(cache.saveManifest(manifest, signal))
    expect(error.message).toContain('SignatureDoesNotMatch')
    expect(error.hint).toContain('secret_access_key')
  })

  it('cover keys with any character', async () => {
    await reopen({ prefix: "team a/ü+(1)'!*~&=?#%/", name: 'über;b c' })
    await cache.saveManifest(manifest, signal)
    expect([...server.objects.keys()]).toEqual(
      ['über', 'b c'].map((name) => `cache/team a/ü+(1)'!*~&=?#%/manifests/${name}`),
    )
    expect((await cache.loadManifest(signal))?.bytes).toEqual(manifest.bytes)
  })

  it('carry the token of a session', async () => {
    await start({ session_token: 'session' }, { sessionToken: 'session' })
    await cache.saveManifest(manifest, signal)
    await reopen()
    expect((await failureOf(cache.saveManifest(manifest, signal))).message).toContain('InvalidToken')
  })

  it('are not made where nobody has keys', async () => {
    const attributes = { bucket: 'cache', region: server.region, endpoint_url: server.url }
    cache = await openOptions(attributes, {})
    const error = await failureOf(cache.loadManifest(signal))
    expect(error.message).toContain('AccessDenied')
    expect(error.hint).toContain('AWS_ACCESS_KEY_ID')
    expect(readAuthorization(undefined)).toBeUndefined()
  })
})

describe('a cache in a bucket', () => {
  it('has no manifest at first, then the one that was saved', async () => {
    expect(await cache.loadManifest(signal)).toBeUndefined()
    await cache.saveManifest(manifest, signal)
    expect(await cache.loadManifest(signal)).toEqual(manifest)
  })

  it('sends a blob once', async () => {
    const blob = blobOf(Buffer.alloc(300_000, 'x'))
    expect(await cache.write(blob, signal)).toBe('sent')
    expect(await cache.write(blob, signal)).toBe('exists')
    expect(server.log.filter((line) => line.startsWith('PUT'))).toHaveLength(1)
    expect((await buffer(cache.read(blob.descriptor, signal))).equals(Buffer.alloc(300_000, 'x'))).toBe(true)
    expect([...server.objects.keys()]).toEqual([`cache/blobs/${blob.descriptor.digest}`])
  })

  it('sends a large blob in parts', async () => {
    const bytes = Buffer.alloc((20 << 20) + 5)
    for (let at = 0; at < bytes.length; at += 4099) bytes[at] = at % 251
    const blob = blobOf(bytes)
    expect(await cache.write(blob, signal)).toBe('sent')
    expect(server.log.filter((line) => line.includes('partNumber'))).toHaveLength(3)
    expect(server.uploads.size).toBe(0)
    expect((await buffer(cache.read(blob.descriptor, signal))).equals(bytes)).toBe(true)
  })

  it('leaves no upload behind when a part is refused', async () => {
    server.faults.push({ method: 'PUT', target: 'partNumber=2', fault: { status: 403, code: 'AccessDenied' }, left: 1 })
    const error = await failureOf(cache.write(blobOf(Buffer.alloc(20 << 20)), signal))
    expect(error.message).toContain('AccessDenied')
    expect(server.uploads.size).toBe(0)
    expect(server.objects.size).toBe(0)
  })

  it('makes a blob young again that was not touched for long', async () => {
    const blob = blobOf(Buffer.from('old'))
    await cache.write(blob, signal)
    const [object] = server.objects.values()
    const dayAndMore = Date.now() - 25 * 3_600_000
    if (object !== undefined) object.modified = dayAndMore
    expect(await cache.write(blob, signal)).toBe('exists')
    expect([...server.objects.values()][0]?.modified).toBeGreaterThan(dayAndMore)
    await reopen({ touch_refresh: '48h' })
    if (object !== undefined) server.objects.set(`cache/blobs/${blob.descriptor.digest}`, object)
    expect(await cache.write(blob, signal)).toBe('exists')
    expect([...server.objects.values()][0]?.modified).toBe(dayAndMore)
  })

  it('tries again when the service asks for patience, and reads on where a connection broke', async () => {
    const bytes = Buffer.alloc(1_000_000, 'abcdefg')
    const blob = blobOf(bytes)
    server.faults.push({ method: 'PUT', target: 'blobs/', fault: { status: 503, code: 'SlowDown' }, left: 1 })
    expect(await cache.write(blob, signal)).toBe('sent')
    server.faults.push({ method: 'GET', target: 'blobs/', fault: { after: 70_000 }, left: 1 })
    expect((await buffer(cache.read(blob.descriptor, signal))).equals(bytes)).toBe(true)
    expect(server.log.at(-1)).toMatch(/ 206$/)
  })

  it.each([
    [{ bucket: 'other' }, 'cannot write the manifest in the bucket other: NoSuchBucket', 'check bucket='],
    [{ access_key_id: 'AKIAOTHER' }, 'InvalidAccessKeyId', 'access_key_id='],
    [{ region: 'us-east-1' }, 'AuthorizationHeaderMalformed', 'region='],
  ])('says what is wrong with %o', async (more, message, hint) => {
    await reopen(more)
    const error = await failureOf(cache.saveManifest(manifest, signal))
    expect(error.code).toBe('cache-unavailable')
    expect(error.message).toContain(message)
    expect(error.hint).toContain(hint)
  })

  it('says why it cannot even look', async () => {
    await reopen({ access_key_id: 'AKIAOTHER' })
    const error = await failureOf(cache.write(blobOf(Buffer.from('x')), signal))
    expect(error.message).toBe('cannot look for a blob in the bucket cache: InvalidAccessKeyId: No.')
  })

  it('names a clock that is wrong, and never a secret', async () => {
    server.faults.push({ method: 'PUT', target: '', fault: { status: 403, code: 'RequestTimeTooSkewed' }, left: 1 })
    const error = await failureOf(cache.saveManifest(manifest, signal))
    expect(error.hint).toContain('clock')
    expect(JSON.stringify([error, error.message, error.hint, error.cause, cache.label])).not.toContain(secret)
    expect(error.message).not.toContain(keys.access_key_id)
  })

  it('says when nobody listens', async () => {
    const { url } = server
    await server.close()
    const error = await failureOf(cache.loadManifest(signal))
    expect(error.message).toBe(`cannot reach ${url}: connection refused`)
    server = await startS3()
  })

  it('gives up when it is told to', async () => {
    server.faults.push({ method: 'GET', target: '', fault: 'silence', left: 9 })
    const error = await failureOf(cache.loadManifest(AbortSignal.timeout(200)))
    expect(error.code).toBe('cancelled')
  })
})

describe('options', () => {
  async function optionsOf(
    attributes: Record<string, string>,
    env: Record<string, string> = {},
    home = '/nonexistent',
  ) {
    return readS3Options({ attributes: new Map(Object.entries(attributes)), env, home })
  }
  const place = { bucket: 'b', region: 'eu-west-1' }

  it('lead to the host of the bucket, or to its path where it cannot be one', async () => {
    const base = async (more: Record<string, string>) => (await optionsOf({ ...place, ...more })).base.href
    expect(await base({})).toBe('https://b.s3.eu-west-1.amazonaws.com/')
    expect(await base({ region: 'cn-north-1' })).toBe('https://b.s3.cn-north-1.amazonaws.com.cn/')
    expect(await base({ bucket: 'a.b' })).toBe('https://s3.eu-west-1.amazonaws.com/a.b/')
    expect(await base({ endpoint_url: 'http://minio:9000' })).toBe('http://b.minio:9000/')
    expect(await base({ endpoint_url: 'http://minio:9000/s3', use_path_style: 'true' })).toBe('http://minio:9000/s3/b/')
    expect(await base({ endpoint_url: 'http://[::1]:9000' })).toBe('http://[::1]:9000/b/')
  })

  it('come from the environment, and keys from a profile last', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'aws-'))
    try {
      const { mkdir } = await import('node:fs/promises')
      await mkdir(path.join(home, '.aws'))
      await writeFile(
        path.join(home, '.aws/credentials'),
        '[default]\naws_access_key_id = ONE\naws_secret_access_key = first\n[ci]\naws_access_key_id=TWO\naws_secret_access_key=second\naws_session_token=third\n',
      )
      await writeFile(
        path.join(home, '.aws/config'),
        '[default]\nregion = us-west-2\n[profile ci]\nregion=eu-north-1\ns3 =\n  region = no\n[profile sso]\nsso_session = x\n',
      )
      const read = (env: Record<string, string>, attributes: Record<string, string> = {}) =>
        optionsOf(attributes, { AWS_BUCKET: 'b', ...env }, home)
      expect(await read({})).toMatchObject({
        region: 'us-west-2',
        credentials: { accessKeyId: 'ONE', secretAccessKey: 'first' },
      })
      expect(await read({ AWS_PROFILE: 'ci' })).toMatchObject({
        region: 'eu-north-1',
        credentials: { accessKeyId: 'TWO', secretAccessKey: 'second', sessionToken: 'third' },
      })
      const env = { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 'env', AWS_REGION: 'r' }
      expect(await read(env)).toMatchObject({ region: 'r', credentials: { accessKeyId: 'ENV' } })
      expect(await read(env, keys)).toMatchObject({ credentials: { accessKeyId: keys.access_key_id } })
      const sso = await failureOf(read({ AWS_PROFILE: 'sso' }))
      expect(sso.message).toContain('sso_session')
      expect(sso.hint).toContain('aws configure export-credentials --profile sso')
      expect((await failureOf(read({ AWS_PROFILE: 'none' }))).code).toBe('config-invalid')
    } finally {
      rmSync(home, { recursive: true })
    }
  })

  it.each([
    [{ region: 'r' }, 'bucket is missing'],
    [{ bucket: 'b' }, 'region is missing'],
    [{ ...place, endpoint_url: 'ftp://x' }, 'endpoint_url'],
    [{ ...place, endpoint_url: 'http://user:pass@x' }, 'user name'],
    [{ ...place, name: '../other' }, '..'],
    [{ ...place, upload_parallelism: '0' }, 'upload_parallelism'],
    [{ ...place, touch_refresh: 'soon' }, 'touch_refresh'],
    [{ ...place, use_path_style: 'maybe' }, 'use_path_style'],
    [{ ...place, retry_mode: 'adaptive' }, 'retry_mode'],
  ])('are refused: %o', async (attributes, message) => {
    const error = await failureOf(optionsOf(attributes as Record<string, string>))
    expect(error.code).toBe('bad-option-value')
    expect(error.message).toContain(message)
    expect(error.message).not.toContain('pass@')
  })
})
