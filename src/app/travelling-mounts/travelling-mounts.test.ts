import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createCipheriv, createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RemoteBlob, RemoteCache } from '../../adapters/remote-cache/index.ts'
import { encodeTarHeader, endOfArchive, type LayerEntry } from '../../archive/index.ts'
import { canonicalJson, digestOf, hexOf, type SlipwayError } from '../../core/index.ts'
import { takeAlone } from '../engine/cache-mount-locks.ts'
import type { CallWorker } from '../engine/worker-process.ts'
import { exportMounts, type MountExport } from './export-mounts.ts'
import { listMounts } from './import-mounts.ts'
import { decodeMount, encodeMount, mountType } from './mount-document.ts'
import { type PackMountJob, packMount } from './pack-mount.ts'
import { type UnpackMountJob, unpackMount } from './unpack-mount.ts'

type Exporting = Parameters<typeof exportMounts>

const signal = new AbortController().signal
const identity = { id: 'npm', uid: 0, gid: 0, mode: 0o755, seed: '' }
const name = hexOf(digestOf(canonicalJson(identity)))

let root: string
let notes: string[]

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mounts-'))
  notes = []
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** The worker's methods without a worker. */
const call = (async (method: string, params: unknown) => {
  if (method === 'packMount') return packMount(params as PackMountJob, signal)
  return unpackMount(params as UnpackMountJob, signal)
}) as CallWorker

/** There is always room. */
const room = { make: async () => {}, settle: async () => {} }

/** A kept cache with files by their paths, as builds leave it. Returns the directory. */
function keepCache(files: Record<string, string | Buffer>, used = Date.now()): string {
  const home = path.join(root, 'cache-mounts', name)
  const data = path.join(home, 'data-0-x')
  mkdirSync(data, { recursive: true })
  writeFileSync(path.join(home, 'mount.json'), JSON.stringify({ ...identity, used }))
  writeFileSync(path.join(home, 'ready-0'), 'data-0-x')
  addFiles(data, files, 1_700_000_000)
  return data
}

function addFiles(data: string, files: Record<string, string | Buffer>, time: number): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(data, file)), { recursive: true })
    writeFileSync(path.join(data, file), content)
    utimesSync(path.join(data, file), time, time)
  }
}

async function exported(more: Partial<MountExport> = {}): Promise<readonly RemoteBlob[]> {
  const session = {
    call,
    cacheMounts: { directory: path.join(root, 'cache-mounts'), owner: 'test' },
    scratch: () => path.join(root, 'scratch'),
    hold: () => {},
    now: () => Date.now(),
    emit: (event: { message?: string }) => notes.push(event.message ?? ''),
  } as unknown as Exporting[0]
  const mount = { type: 'cache', target: '/c', sharing: 'shared', readonly: false, ...identity }
  const plan = { vertices: new Map([['v', { op: { kind: 'exec', mounts: [mount] } }]]) } as unknown as Exporting[1]
  const limits = { ids: 'all' as const, maxSize: 1e9, maxAge: 1e9, secrets: [], elsewhere: [] }
  return (await exportMounts(session, plan, { ...limits, signal, ...more })).blobs
}

/** A place that has these blobs. */
function cacheOf(blobs: readonly RemoteBlob[]): RemoteCache {
  const read = (wanted: { digest: string }): AsyncIterable<Uint8Array> => {
    const found = blobs.find(({ descriptor }) => descriptor.digest === wanted.digest)
    if (found === undefined) throw new Error(`no blob ${wanted.digest}`)
    return found.open()
  }
  return { label: 'elsewhere', read } as unknown as RemoteCache
}

async function imported(blobs: readonly RemoteBlob[], cache = cacheOf(blobs)): Promise<string> {
  const documents = blobs.map(({ descriptor }) => descriptor).filter(({ mediaType }) => mediaType === mountType)
  const options = { ids: 'all' as const, maxSize: 0, maxAge: 0 }
  const arrivals = await listMounts({ call, room }, { cache, documents }, { options, timeout: 5000, signal })
  const directory = path.join(root, 'arrived')
  mkdirSync(directory)
  await arrivals.find((one) => one.name === name)?.fill(directory, signal)
  return directory
}

function noise(length: number, seed: string): Buffer {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length))
}

const bytesOf = (blobs: readonly RemoteBlob[]): number =>
  blobs.reduce((sum, { descriptor }) => sum + descriptor.size, 0)

describe('a cache mount that travels', () => {
  it('arrives with its files, links, modes and times', async () => {
    const data = keepCache({ 'a/one': 'one', 'a/b/two': noise(3 << 20, 'two'), '.wh.kept': 'a name, not a mark' })
    chmodSync(path.join(data, 'a/one'), 0o600)
    chmodSync(path.join(data, 'a/b'), 0o700)
    symlinkSync('../a/one', path.join(data, 'a/link'))
    symlinkSync('/etc/passwd', path.join(data, 'out'))
    linkSync(path.join(data, 'a/one'), path.join(data, 'a/same'))
    const there = await imported(await exported())
    expect(readFileSync(path.join(there, 'a/one'), 'utf8')).toBe('one')
    expect(readFileSync(path.join(there, 'a/b/two')).equals(noise(3 << 20, 'two'))).toBe(true)
    expect(readFileSync(path.join(there, '.wh.kept'), 'utf8')).toBe('a name, not a mark')
    expect(statSync(path.join(there, 'a/one'))).toMatchObject({ nlink: 2, mtimeMs: 1_700_000_000_000 })
    expect(statSync(path.join(there, 'a/one')).mode & 0o777).toBe(0o600)
    expect(statSync(path.join(there, 'a/b')).mode & 0o777).toBe(0o700)
    expect(readlinkSync(path.join(there, 'a/link'))).toBe('../a/one')
    expect(readlinkSync(path.join(there, 'out'))).toBe('/etc/passwd')
    expect(notes).toEqual([])
  })

  it('sends what is new when it has grown, here and where it arrived', async () => {
    const file = (at: number): [string, Buffer] => [
      `${createHash('sha256').update(`name ${at}`).digest('hex')}`,
      noise(40_000, String(at)),
    ]
    const data = keepCache(Object.fromEntries(Array.from({ length: 600 }, (_, at) => file(at))))
    const before = await exported()
    const there = await imported(before)
    const more = Object.fromEntries(Array.from({ length: 30 }, (_, at) => file(600 + at)))
    for (const [where, label] of [
      [data, 'here'],
      [there, 'there'],
    ] as const) {
      addFiles(where, more, 1_700_000_500)
      if (label === 'there') {
        rmSync(data, { recursive: true })
        writeFileSync(path.join(path.dirname(data), 'ready-0'), path.relative(path.dirname(data), there))
      }
      const known = new Set(before.map(({ descriptor }) => descriptor.digest))
      const fresh = (await exported()).filter(({ descriptor }) => !known.has(descriptor.digest))
      expect(bytesOf(fresh), label).toBeGreaterThan(1.2e6)
      // 5 % of 24 MB, and what the last chunk held before.
      expect(bytesOf(fresh), label).toBeLessThan(12e6)
    }
  })

  it('leaves secrets behind and names the files, not the secrets', async () => {
    const token = `ghp_${'aB3'.repeat(12)}`
    const secret = 'correct horse battery'
    keepCache({
      'pack/good.js': 'module.exports = 1',
      'pack/key.pem': `-----BEGIN RSA PRIVATE KEY-----\nabc`,
      '.npmrc': '//registry/:_authToken=x',
      'home/.docker/config.json': '{}',
      'log/late.txt': `${'x'.repeat((1 << 20) - 10)}${token}`,
      'build.log': `password=${secret}`,
      'auth.log': Buffer.from(secret).toString('base64'),
      'rc.log': 'the token is abcdefgh12345678ij',
    })
    linkSync(
      path.join(root, 'cache-mounts', name, 'data-0-x/pack/key.pem'),
      path.join(root, 'cache-mounts', name, 'data-0-x/zzz'),
    )
    const rc = Buffer.from('registry=https://registry.example.com/\n//x/:_authToken=abcdefgh12345678ij\n')
    const blobs = await exported({ secrets: [Buffer.from(`${secret}\n`), rc] })
    const there = await imported(blobs)
    expect(readFileSync(path.join(there, 'pack/good.js'), 'utf8')).toBe('module.exports = 1')
    for (const gone of ['pack/key.pem', 'zzz', '.npmrc', 'log/late.txt', 'build.log', 'auth.log', 'rc.log'])
      expect(existsSync(path.join(there, gone)), gone).toBe(false)
    expect(existsSync(path.join(there, 'home/.docker/config.json'))).toBe(false)
    expect(notes).toHaveLength(6)
    expect(notes.at(-1)).toBe('3 more files of the cache mount npm stay here for such reasons')
    expect(notes.join('\n')).toMatch(/"[^"]+" of the cache mount npm stays here: it holds a token of GitHub/)
    expect(notes.join('\n')).not.toContain(secret)
    expect(notes.join('\n')).not.toContain(token)
  })

  it('stays when it is too large, too old, or not wanted', async () => {
    keepCache({ big: Buffer.alloc(3000) })
    expect(await exported({ maxSize: 2000 })).toEqual([])
    expect(notes).toEqual(['the cache mount npm stays here: 3kB are more than the 2kB that mounts-max-size leaves'])
    expect(await exported({ ids: ['apt'] })).toEqual([])
    keepCache({}, Date.now() - 5000)
    expect(await exported({ maxAge: 1000 })).toEqual([])
    expect(notes[1]).toContain('it was not used for longer than mounts-max-age')
  })

  it('waits for its users, and stays when they are not done', async () => {
    keepCache({ file: 'x' })
    const home = path.join(root, 'cache-mounts', name)
    const release = takeAlone({ home, owner: 'other' }, 0)
    // An owner whose process is gone does not count; this one lives.
    const { ownerName } = await import('../../adapters/blob-store/index.ts')
    writeFileSync(path.join(home, 'lock-0'), `${ownerName()} token`)
    const waiting = exported()
    setTimeout(() => rmSync(path.join(home, 'lock-0')), 300)
    expect((await waiting).length).toBeGreaterThan(0)
    expect(existsSync(path.join(home, 'lock-0'))).toBe(false)
    release?.()
  })

  it('leaves an empty directory when a chunk is another, is missing, or the worker cannot unpack', async () => {
    keepCache({ first: 'x', second: noise(30 << 20, 'second') })
    const blobs = await exported()
    expect(blobs.length).toBeGreaterThan(3)
    const other = (at: number): readonly RemoteBlob[] =>
      blobs.map((blob, index) =>
        index === at ? { ...blob, open: () => bytes(noise(blob.descriptor.size, 'y')) } : blob,
      )
    const last = blobs.length - 1
    for (const there of [other(last), blobs.slice(0, last)]) {
      await expect(imported(blobs, cacheOf(there))).rejects.toThrow(/is something else|no blob/)
      expect(readdirSync(path.join(root, 'arrived'))).toEqual([])
      rmSync(path.join(root, 'arrived'), { recursive: true })
    }
    await expect(imported(other(0))).rejects.toMatchObject({ code: 'checksum-mismatch' })
  })

  it('is not taken from a document that is none', () => {
    const document = { mount: identity, used: 1, files: 1, chunks: [] }
    const decoded = (change: object): unknown =>
      decodeMount(
        Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(encodeMount(document)).toString()), ...change })),
      )
    expect(decoded({})).toEqual(document)
    const chunk = {
      mediaType: 'application/vnd.slipway.cache.mount.chunk.v1',
      digest: digestOf('x'),
      size: 1,
      length: 1,
    }
    expect(decoded({ chunks: [chunk] })).toMatchObject({ chunks: [{ length: 1 }] })
    for (const bad of [
      { version: 2 },
      { mount: { ...identity, uid: -1 } },
      { mount: { ...identity, id: 1 } },
      { chunks: [{ ...chunk, digest: 'sha256:x' }] },
      { chunks: [{ ...chunk, length: 1e12 }] },
      { chunks: [{ ...chunk, mediaType: 'text/plain' }] },
    ])
      expect(decoded(bad), JSON.stringify(bad)).toBeUndefined()
  })

  it.each([
    ['a path that climbs out', { path: '../escaped' }],
    ['a path through a link', { path: 'link/escaped' }],
  ])('does not leave its directory by %s', async (_, more) => {
    const entry = { mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0n }
    const entries: LayerEntry[] = [
      { ...entry, path: 'kept', kind: 'dir', mode: 0o755 },
      { ...entry, path: 'link', kind: 'symlink', linkname: '../..' },
    ]
    const header = (one: LayerEntry): Uint8Array => encodeTarHeader(one)
    const evil = Buffer.from(header({ ...entry, path: 'xx/escaped', kind: 'file' }))
    const tar = Buffer.concat([...entries.map(header), renamed(evil, more.path), endOfArchive])
    const chunk = { mediaType: 'application/vnd.slipway.cache.mount.chunk.v1', digest: digestOf(tar), size: tar.length }
    const document = encodeMount({ mount: identity, used: 1, files: 1, chunks: [{ blob: chunk, length: tar.length }] })
    const described = { mediaType: mountType, digest: digestOf(document), size: document.length }
    const blobs = [
      { descriptor: described, open: () => bytes(document) },
      { descriptor: chunk, open: () => bytes(tar) },
    ]
    const failure = await imported(blobs).then(
      () => undefined,
      (error: unknown) => error as SlipwayError,
    )
    expect(existsSync(path.join(root, 'escaped'))).toBe(false)
    expect(existsSync(path.join(root, '..', 'escaped'))).toBe(false)
    if (failure === undefined) expect(existsSync(path.join(root, 'arrived/escaped'))).toBe(true)
    else expect(existsSync(path.join(root, 'arrived/kept'))).toBe(false)
  })
})

async function* bytes(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}

/** The header of an entry with another name and the right sum. */
function renamed(header: Buffer, file: string): Buffer {
  const block = Buffer.from(header)
  block.fill(0, 0, 100)
  block.write(file, 0, 'latin1')
  block.fill(0x20, 148, 156)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}
