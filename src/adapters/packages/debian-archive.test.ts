import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ArchiveOptions, downloadPackages, openArchive } from './debian-archive.ts'
import { resolvePackages } from './resolve.ts'

const testdata = fileURLToPath(new URL('./testdata/', import.meta.url))
const verifier = ['gpgv', 'sqv', 'gpg'].some((name) => spawnSync(name, ['--version']).error === undefined)
const index = 'dists/harvest/main/binary-amd64/Packages.gz'

let directory: string
let mirror: string
let server: Server | undefined

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-archive-'))
  mirror = join(directory, 'mirror')
  cpSync(testdata, mirror, { recursive: true })
})

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  server = undefined
  rmSync(directory, { recursive: true, force: true })
})

function options(keyring = 'keyring.gpg', now = '2024-06-01'): ArchiveOptions {
  return {
    cacheDir: join(directory, 'cache'),
    keyring: readFileSync(join(testdata, keyring)),
    now: () => Date.parse(now),
  }
}

/** Resolves apple from the archive at `url` and downloads what it needs; the names of the packages. */
async function fetchApple(url: string, settings = options(), suite = 'harvest'): Promise<string[]> {
  const packages = resolvePackages(await openArchive([{ url, suite }], 'amd64', settings), ['apple'])
  await downloadPackages(packages, settings)
  return packages.map(({ name, version }) => `${name} ${version}`)
}

/** Serves the mirror; the answer to a path can be replaced. */
async function serve(
  replace: (path: string, attempt: number) => Buffer | number | undefined = () => undefined,
): Promise<string> {
  const attempts = new Map<string, number>()
  server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1)
    attempts.set(path, (attempts.get(path) ?? 0) + 1)
    const replaced = replace(path, attempts.get(path) ?? 0)
    if (typeof replaced === 'number') response.writeHead(replaced).end()
    else response.end(replaced ?? readFileSync(join(mirror, path)))
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function changeByte(path: string, at: number): Buffer {
  const bytes = readFileSync(join(mirror, path))
  bytes[at] = (bytes[at] as number) ^ 1
  writeFileSync(join(mirror, path), bytes)
  return bytes
}

describe.skipIf(!verifier)('openArchive and downloadPackages (need gpgv, sqv or gpg)', () => {
  it('fetch packages over HTTP and from a directory', async () => {
    const expected = ['apple 1.0-1', 'pear 2.0', 'quince 1:0~rc1']
    expect(await fetchApple(await serve())).toEqual(expected)
    expect(await fetchApple(pathToFileURL(mirror).href, { ...options(), cacheDir: join(directory, 'other') })).toEqual(
      expected,
    )
  })

  it('refuse an InRelease with one changed byte', async () => {
    const text = readFileSync(join(mirror, 'dists/harvest/InRelease'))
    changeByte('dists/harvest/InRelease', text.indexOf('main/binary-amd64/Packages.gz') - 20)
    await expect(fetchApple(await serve())).rejects.toMatchObject({
      code: 'package-archive',
      message: /signature .* is not good/,
    })
  })

  it('refuse an InRelease signed by a key that is not in the keyring', async () => {
    await expect(fetchApple(await serve(), options('other-keyring.gpg'))).rejects.toMatchObject({
      code: 'package-archive',
    })
  })

  it('refuse another suite than the one asked for, although its signature is good', async () => {
    const url = await serve((path) =>
      path.endsWith('InRelease') ? readFileSync(join(mirror, 'dists/harvest/InRelease')) : undefined,
    )
    await expect(fetchApple(url, options(), 'winter')).rejects.toThrow('is the index of harvest, not of winter')
  })

  it('refuse an index past its Valid-Until', async () => {
    await expect(fetchApple(await serve(), options('keyring.gpg', '2025-03-02'))).rejects.toThrow(
      'was valid until 2025-03-01',
    )
  })

  it.each([index, 'pool/apple.deb', 'pool/quince.deb'])(
    'refuse %s with one changed byte and keep nothing of it',
    async (path) => {
      const before = readFileSync(join(mirror, path))
      changeByte(path, before.length - 3)
      const url = await serve()
      await expect(fetchApple(url)).rejects.toMatchObject({ code: 'checksum-mismatch' })
      // What was refused must not be found in the cache the next time.
      await expect(fetchApple(url)).rejects.toMatchObject({ code: 'checksum-mismatch' })
      expect(
        readdirSync(join(directory, 'cache'), { recursive: true }).filter((name) => String(name).endsWith('.part')),
      ).toEqual([])
    },
  )

  it('refuse a package that is longer than the index says', async () => {
    const longer = Buffer.concat([readFileSync(join(mirror, 'pool/pear.deb')), Buffer.alloc(10)])
    const url = await serve((path) => (path === 'pool/pear.deb' ? longer : undefined))
    await expect(fetchApple(url)).rejects.toMatchObject({ code: 'checksum-mismatch' })
  })

  it('try again when a server fails for a moment, and use the next form of an index that is missing', async () => {
    const plain = Buffer.from(spawnSync('gzip', ['-dc', join(mirror, index)]).stdout)
    const url = await serve((path, attempt) => {
      if (path === 'pool/pear.deb' && attempt === 1) return 503
      if (path === index) return 404
      return path === index.replace('.gz', '') ? plain : undefined
    })
    expect(await fetchApple(url)).toHaveLength(3)
  })

  it('fetch each package once', async () => {
    let downloads = 0
    const url = await serve((path) => {
      if (path.startsWith('pool/')) downloads += 1
      return undefined
    })
    await fetchApple(url)
    await fetchApple(url)
    expect(downloads).toBe(3)
  })

  it('say so when the archive has no such suite or package file', async () => {
    const url = await serve((path) => (path.startsWith('dists/harvest') ? undefined : 404))
    await expect(fetchApple(url, options(), 'summer')).rejects.toMatchObject({ code: 'package-archive' })
    await expect(fetchApple(url)).rejects.toMatchObject({ code: 'download-failed' })
  })
})
