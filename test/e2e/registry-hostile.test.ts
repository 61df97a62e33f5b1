import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { encodeTarHeader, endOfArchive, type LayerEntry } from '../../src/archive/index.ts'
import { digestOf } from '../../src/core/index.ts'
import { assembleConfig, assembleManifest, mediaTypes } from '../../src/oci/index.ts'
import { type FakeImage, type FakeRegistry, type Fault, startRegistry, storeImage } from '../kit/registry.ts'
import { runSlipway, type RunResult, scratchDir, slipway } from '../kit/slipway.ts'

const scratch = scratchDir('hostile')
const root = path.join(scratch.dir, 'root')
const platform = { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch } as const
const file: LayerEntry = { path: 'f', kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0n }
const sound = imageOf(tarOf(file))
// Its layer is not in the store after the first pull.
const other = imageOf(tarOf({ ...file, path: 'g' }))
const [{ descriptor: layer }] = other.layers as [FakeImage['layers'][0]]
const authfile = path.join(scratch.dir, 'auth.json')
let server: FakeRegistry
let untouched: readonly string[]

beforeAll(async () => {
  await slipway(['images'], { root })
  untouched = storedFiles()
})
beforeEach(async () => {
  server = await startRegistry()
  storeImage(server, 'team/app:1', sound)
  storeImage(server, 'team/app:2', other)
  rmSync(authfile, { force: true })
})
afterEach(() => server.close())
afterAll(() => scratch.remove())

/** An image of one layer, compressed with gzip, whose diff id is right. */
function imageOf(tar: Uint8Array): FakeImage {
  const blob = gzipSync(tar)
  const layer = { mediaType: mediaTypes.ociLayer, digest: digestOf(blob), size: blob.length }
  const config = assembleConfig({
    config: { ...platform, config: {} },
    history: [{ created_by: 'layer' }],
    layers: [{ diffId: digestOf(tar) }],
  })
  const manifest = assembleManifest({ config: config.descriptor, layers: [layer], family: 'oci' })
  return {
    manifest: { ...manifest, mediaType: manifest.descriptor.mediaType },
    config,
    layers: [{ bytes: blob, descriptor: layer }],
  }
}

function tarOf(entry: LayerEntry): Uint8Array {
  return Buffer.concat([encodeTarHeader(entry), endOfArchive])
}

/** Every file of the store with its size. */
function storedFiles(): readonly string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((name) => `${name} ${statSync(name).size}`)
    .sort()
}

function pull(name = 'team/app:1'): Promise<RunResult> {
  return runSlipway(
    ['pull', '--progress', 'quiet', '--platform', `linux/${platform.architecture}`, `${server.host}/${name}`],
    { root, env: { REGISTRY_AUTH_FILE: authfile } },
  )
}

/** Fails with exactly these lines, in which names and digests of the test are shortened, and leaves the store as it was. */
async function expectRefusal(lines: readonly string[], name?: string, exit = 4): Promise<void> {
  const { code, stdout, stderr } = await pull(name)
  const shown = stderr
    .replaceAll(server.host, 'HOST')
    .replaceAll(layer.digest, 'LAYER')
    .replaceAll(/sha(256|512):[0-9a-f]{64,128}/g, 'sha$1:OTHER')
  expect(shown.trimEnd().split('\n')).toEqual(lines)
  expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
  expect(storedFiles()).toEqual(untouched)
}

/** Puts a document in place of the manifest of `team/app:1`. */
function answerWith(document: object, mediaType: string = mediaTypes.ociManifest): void {
  server.manifests.set('team/app:1', { mediaType, bytes: Buffer.from(JSON.stringify(document)) })
}

const temporary = '  The cause may be temporary: the same command may succeed when it is run again.'
const again = { 'retry-after': '0' }

it('pulls the image when nothing is wrong', async () => {
  expect((await pull()).code).toBe(0)
  await slipway(['rm', `${server.host}/team/app:1`], { root })
  untouched = storedFiles()
})

describe('content', () => {
  const cases: readonly (readonly [string, Fault, readonly string[]])[] = [
    [
      'with another digest',
      { kind: 'corrupt' },
      ['ERROR: blob LAYER of HOST/team/app:2 has the digest sha256:OTHER [registry-bad-answer]'],
    ],
    [
      'without end',
      { kind: 'endless' },
      [
        `ERROR: blob LAYER of HOST/team/app:2 is longer than the ${layer.size} bytes it should have [registry-bad-answer]`,
      ],
    ],
    [
      'that stops too early',
      { kind: 'status', status: 200, headers: { 'content-length': '4' }, body: 'abcd' },
      [`ERROR: blob LAYER of HOST/team/app:2 has 4 bytes, it should have ${layer.size} [registry-bad-answer]`],
    ],
    [
      'for which there is always another address',
      { kind: 'redirect', to: `/v2/team/app/blobs/${layer.digest}` },
      ['ERROR: HOST redirects more than 10 times [registry-bad-answer]'],
    ],
    [
      'at an address that is none',
      { kind: 'redirect', to: 'file:///etc/passwd' },
      ['ERROR: HOST redirects to file: [registry-bad-answer]'],
    ],
  ]
  it.each(cases)('%s', async (_, fault, lines) => {
    server.addFault({ path: `/blobs/${layer.digest}`, fault })
    await expectRefusal(lines, 'team/app:2')
  })

  it('on another server, which learns no credentials', async () => {
    await server.close()
    const login = { username: 'me', password: 'secret word' }
    server = await startRegistry({ auth: 'basic', login })
    storeImage(server, 'team/app:2', other)
    const thief = await startRegistry()
    const to = `http://${thief.host}/v2/team/app/blobs/${layer.digest}`
    server.addFault({ path: `/blobs/${layer.digest}`, fault: { kind: 'redirect', to } })
    const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64')
    writeFileSync(authfile, JSON.stringify({ auths: { [server.host]: { auth } } }))
    const lines = ['ERROR: blob LAYER of HOST/team/app:2 does not exist: no such thing [image-not-found]']
    await expectRefusal(lines, 'team/app:2', 2).finally(() => thief.close())
    expect(thief.requests.map(({ headers }) => [headers.authorization, headers.cookie])).toEqual([
      [undefined, undefined],
    ])
  })
})

describe('answers', () => {
  it('429 for ever', async () => {
    server.addFault({ path: '/manifests/', fault: { kind: 'status', status: 429, headers: again } })
    await expectRefusal([
      'ERROR: HOST/team/app:1: the registry answers HTTP 429 [registry-unreachable]',
      '  hint: the registry limits requests; logged-in users usually have a higher limit',
      temporary,
    ])
    expect(server.requests).toHaveLength(6)
  })

  it('500 for ever', async () => {
    server.addFault({ path: '/blobs/', fault: { kind: 'status', status: 500, headers: again } })
    await expectRefusal([
      'ERROR: blob sha256:OTHER of HOST/team/app:1: the registry answers HTTP 500 [registry-unreachable]',
      temporary,
    ])
  })

  it('a manifest without end', async () => {
    server.addFault({ path: '/manifests/', fault: { kind: 'endless' } })
    await expectRefusal([
      'ERROR: HOST sends more than 8388608 bytes where a short document belongs [registry-bad-answer]',
    ])
  })

  it('another manifest than it announces', async () => {
    server.addFault({ path: '/manifests/', fault: { kind: 'corrupt' } })
    await expectRefusal([
      'ERROR: HOST/team/app:1 is announced as sha256:OTHER, the registry sends sha256:OTHER [registry-bad-answer]',
    ])
  })

  it('a manifest that it announces with a digest of another algorithm, and wrongly', async () => {
    const headers = { 'content-type': mediaTypes.ociManifest, 'docker-content-digest': `sha512:${'a'.repeat(128)}` }
    const body = Buffer.from(sound.manifest.bytes).toString()
    server.addFault({ path: '/manifests/', fault: { kind: 'status', status: 200, headers, body } })
    await expectRefusal([
      'ERROR: HOST/team/app:1 is announced as sha512:OTHER, the registry sends sha256:OTHER [registry-bad-answer]',
    ])
  })

  it('a page of a web server', async () => {
    const page = { kind: 'status', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' } as const
    server.addFault({ path: '/manifests/', fault: page })
    await expectRefusal(['ERROR: the manifest of HOST/team/app:1 is not JSON [registry-bad-answer]'])
  })

  it('a token server that would read the password on the way', async () => {
    const challenge = { 'www-authenticate': 'Bearer realm="http://tokens.example.com/"' }
    server.addFault({ path: '/manifests/', fault: { kind: 'status', status: 401, headers: challenge } })
    const auth = Buffer.from('me:secret word').toString('base64')
    writeFileSync(authfile, JSON.stringify({ auths: { [server.host]: { auth } } }))
    await expectRefusal([
      'ERROR: HOST wants credentials sent to http://tokens.example.com, which is not safe [registry-bad-answer]',
    ])
  })
})

describe('documents', () => {
  const { descriptor: config } = sound.config

  it('a layer with a digest that is not sha256', async () => {
    const digest = `sha512:${'a'.repeat(128)}`
    answerWith({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [{ ...layer, digest }] })
    await expectRefusal([
      'ERROR: the manifest of HOST/team/app:1 has a digest that is not sha256: "sha512:OTHER [registry-bad-answer]',
    ])
  })

  it('a manifest of a media type that is none', async () => {
    answerWith({ schemaVersion: 2, mediaType: 'image/png', config, layers: [layer] })
    await expectRefusal([
      'ERROR: the manifest of HOST/team/app:1 is not an image manifest (image/png) [registry-bad-answer]',
    ])
  })

  it('an index that holds an index', async () => {
    const inner = { mediaType: mediaTypes.ociIndex, digest: digestOf('{}'), size: 2, platform }
    answerWith({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [inner] }, mediaTypes.ociIndex)
    server.manifests.set(`team/app@${digestOf('{}')}`, { mediaType: mediaTypes.ociIndex, bytes: Buffer.from('{}') })
    await expectRefusal([
      'ERROR: the manifest of HOST/team/app:1 is not an image manifest (application/vnd.oci.image.index.v1+json) [registry-bad-answer]',
    ])
  })

  it('a configuration of another number of layers', async () => {
    answerWith({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [] })
    await expectRefusal(['ERROR: HOST/team/app:1 has 0 layers but its configuration names 1 [registry-bad-answer]'])
  })
})

describe('layers', () => {
  it.each([
    [
      'whose files leave the root',
      { ...file, path: 'a/../../etc/cron.d/x' },
      /the path a\/\.\.\/\.\.\/etc\/cron\.d\/x leaves the archive/,
    ],
    ['whose links leave the root', { ...file, kind: 'hardlink', linkname: '../../etc/shadow' }, /leaves the archive/],
    [
      'that unpack to more than any disk holds',
      { ...file, size: 2 ** 45 },
      /the layer unpacks to more than 17179869184 bytes/,
    ],
  ] as const)('%s', async (_, entry, message) => {
    storeImage(server, 'team/app:3', imageOf(tarOf(entry)))
    const { code, stderr } = await pull('team/app:3')
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^ERROR: .*\[bad-archive\]/)
    expect(code).toBe(2)
    expect(storedFiles()).toEqual(untouched)
  })
})
