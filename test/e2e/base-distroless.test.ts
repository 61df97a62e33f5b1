import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BaseImage, baseFor, buildBase } from '../../src/adapters/packages/index.ts'
import type { PlannedEntry } from '../../src/fileset/index.ts'
import { type AptMirror, startAptMirror } from './apt-mirror.ts'

const directory = mkdtempSync(join(tmpdir(), 'slipway-distroless-'))
let mirror: AptMirror | { readonly reason: string }

beforeAll(async () => {
  mirror = await startAptMirror(['amd64', 'arm64'])
})

afterAll(() => {
  if ('close' in mirror) mirror.close()
  rmSync(directory, { recursive: true, force: true })
})

async function build(
  architecture: 'amd64' | 'arm64',
  cache = 'cache',
  reference = 'gcr.io/distroless/static-debian12:nonroot',
): Promise<BaseImage> {
  if (!('url' in mirror)) throw new Error('no mirror')
  const spec = baseFor(reference, architecture)?.spec
  if (spec === undefined) throw new Error('not in the catalogue')
  const run = () => Promise.reject(new Error('a distroless base must not run anything'))
  return buildBase(spec, { cacheDir: join(directory, cache), mirror: mirror.url, run })
}

function content(base: BaseImage, path: string): string {
  const from = base.entries.find((entry) => entry.path === path)?.from
  if (from?.kind === 'inline') return Buffer.from(from.data).toString('utf8')
  return from?.kind === 'host' ? readFileSync(from.path, 'utf8') : ''
}

describe.each(['amd64', 'arm64'] as const)('a distroless base for %s from the real archive', (architecture) => {
  let base: BaseImage

  beforeAll(async () => {
    if ('url' in mirror) base = await build(architecture)
  })

  it('has users, certificates, time zones and no program', ({ skip }) => {
    if ('reason' in mirror) skip(mirror.reason)
    expect(base.platform.architecture).toBe(architecture)
    expect(content(base, 'etc/passwd')).toContain('nonroot:x:65532:65532:')
    const paths = new Map(base.entries.map((entry) => [entry.path, entry]))
    expect(paths.get('tmp')?.mode).toBe(0o1777)
    expect(paths.get('home/nonroot')?.uid).toBe(65532)
    expect(paths.has('usr/share/zoneinfo/Europe/Berlin')).toBe(true)
    const pem =
      content(base, 'etc/ssl/certs/ca-certificates.crt').match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n/g) ?? []
    expect(pem.length).toBeGreaterThan(100)
    for (const certificate of pem) expect(new X509Certificate(certificate).ca).toBe(true)
    expect(base.entries.filter(isProgram).map(({ path }) => path)).toEqual([])
    expect(base.config).toMatchObject({ User: '65532', WorkingDir: '/home/nonroot' })
  })

  it('records a package for every file that it did not make itself', ({ skip }) => {
    if ('reason' in mirror) skip(mirror.reason)
    const owned = new Set<string>()
    for (const { name, version } of base.packages) {
      expect(content(base, `var/lib/dpkg/status.d/${name}`)).toMatch(
        new RegExp(`^Version: ${version.replace(/[+.]/g, '\\$&')}$`, 'm'),
      )
      for (const [, path] of content(base, `var/lib/dpkg/status.d/${name}.md5sums`).matchAll(
        /^[0-9a-f]{32} {2}(.*)$/gm,
      ))
        owned.add(path ?? '')
    }
    const made =
      /^(etc\/(passwd|group|nsswitch\.conf|host\.conf|ssl\/certs\/ca-certificates\.crt)|var\/lib\/dpkg\/status\.d\/.*)$/
    const strangers = base.entries.filter(({ kind, path }) => kind === 'file' && !owned.has(path) && !made.test(path))
    // Configuration files are recorded in the control data of a package, not in its md5sums.
    expect(strangers.map(({ path }) => path).filter((path) => !path.startsWith('etc/'))).toEqual([])
  })
})

describe('a distroless base with glibc', () => {
  it('has the program loader and libraries of its own architecture', async ({ skip }) => {
    if ('reason' in mirror) skip(mirror.reason)
    const base = await build('arm64', 'cache', 'gcr.io/distroless/base-debian12')
    const library = base.entries.find(({ path }) => path === 'usr/lib/aarch64-linux-gnu/libc.so.6')
    expect(library?.kind).toBe('file')
    // e_machine of the ELF header: 183 is AArch64.
    const from = library?.from
    expect(from?.kind === 'host' ? readFileSync(from.path).readUInt16LE(18) : 0).toBe(183)
    expect(base.entries.find(({ path }) => path === 'usr/lib/ld-linux-aarch64.so.1')).toBeDefined()
    expect(base.entries.find(({ path }) => path === 'lib')).toMatchObject({ kind: 'symlink', linkname: 'usr/lib' })
  })
})

function isProgram(entry: PlannedEntry): boolean {
  return entry.kind === 'file' && /^usr\/(s?bin|local\/s?bin)\//.test(entry.path)
}
