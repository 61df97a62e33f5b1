import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BaseImage, baseFor, buildBase } from '../../src/adapters/packages/index.ts'
import { contentDigest } from '../../src/archive/index.ts'
import { digestOf } from '../../src/core/index.ts'
import { readFileSync } from 'node:fs'
import type { PlannedEntry } from '../../src/fileset/index.ts'
import { type AptMirror, startAptMirror } from './apt-mirror.ts'
import { chrootRunner } from './chroot-runner.ts'

const directory = mkdtempSync(join(tmpdir(), 'slipway-debian-'))
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
let mirror: AptMirror | { readonly reason: string }

beforeAll(async () => {
  const root = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0
  mirror = root
    ? await startAptMirror([architecture])
    : { reason: 'needs root and unshare --mount to run the scripts of packages' }
})

afterAll(() => {
  if ('close' in mirror) mirror.close()
  rmSync(directory, { recursive: true, force: true })
})

async function build(name: string): Promise<BaseImage> {
  const spec = baseFor('debian:bookworm-slim', architecture)?.spec
  if (spec === undefined || !('url' in mirror)) throw new Error('not in the catalogue')
  const run = chrootRunner(join(directory, name))
  return buildBase(spec, { cacheDir: join(directory, 'cache'), mirror: mirror.url, run })
}

/** The digest that a layer of these entries has, contents and times included. */
function identity(entries: readonly PlannedEntry[]): string {
  const complete = entries.map((entry) =>
    entry.kind === 'file' ? { ...entry, digest: digestOf(bytes(entry)) } : entry,
  )
  return `${contentDigest(complete)} ${digestOf(entries.map(({ path, mtime }) => `${path} ${mtime}\n`).join(''))}`
}

function bytes(entry: PlannedEntry): Uint8Array {
  if (entry.from?.kind === 'inline') return entry.from.data
  return entry.from?.kind === 'host' ? readFileSync(entry.from.path) : new Uint8Array()
}

function inside(name: string, command: string): { readonly status: number | null; readonly output: string } {
  const root = join(directory, name)
  copyFileSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'))
  const script = 'mount --rbind /proc "$0/proc"; mount --rbind /dev "$0/dev"; exec chroot "$0" sh -c "$1"'
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    DEBIAN_FRONTEND: 'noninteractive',
  }
  const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-ec', script, root, command], {
    env,
    encoding: 'utf8',
  })
  return { status, output: `${stdout}${stderr}` }
}

describe('debian:bookworm-slim from the real archive', () => {
  it('is the same when it is made twice, has no trace of the moment, and apt installs packages in it', async ({
    skip,
  }) => {
    if ('reason' in mirror) skip(mirror.reason)
    const first = await build('first')
    const second = await build('second')
    expect(identity(second.entries)).toBe(identity(first.entries))
    expect(first.entries.filter(({ mtime }) => mtime > first.created)).toEqual([])
    expect(first.entries.filter(({ path }) => path.startsWith('var/cache/bootstrap'))).toEqual([])
    expect(first.entries.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(85_000_000)
    expect(inside('first', 'dpkg --audit')).toEqual({ status: 0, output: '' })
    const installed = inside(
      'first',
      'apt-get -qq update && apt-get -qq install -y --no-install-recommends netbase && cat /etc/protocols',
    )
    expect(installed).toMatchObject({ status: 0, output: expect.stringContaining('tcp') })
  })
})
