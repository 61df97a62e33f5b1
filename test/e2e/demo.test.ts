import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { provideBases } from '../kit/bases.ts'
import { readImageArchive } from '../kit/image-archive.ts'
import { unreachable } from '../kit/reachable.ts'
import { runSlipway, scratchDir, slipway } from '../kit/slipway.ts'

const bench = scratchDir('demo')
afterAll(() => bench.remove())

test('the demo builds the example twice, runs it, and prints both sizes', async ({ skip }) => {
  const root = path.join(bench.dir, 'demo')
  const bases = ['node:20', 'node:20-slim', 'gcr.io/distroless/nodejs20-debian12']
  const reason = (await unreachable('https://registry.npmjs.org/')) ?? (await provideBases(root, bases))
  if (reason !== undefined) skip(reason)
  const run = await runSlipway(['demo'], { root })
  expect(run.code, run.stderr).toBe(0)
  expect(run.stdout).toMatch(/\/health\D+200/)
  expect(run.stdout).toMatch(/Dockerfile\.before/)
  expect(run.stdout).toMatch(/MB.*MB/)
  expect(await slipway(['images', '-q'], { root })).not.toBe('')
})

test.each(['linux/amd64', 'linux/arm64'])('a base for %s is the same image wherever it is made', async (platform) => {
  const reason = await unreachable('http://deb.debian.org/debian/')
  if (reason !== undefined) return console.warn(`skipped: ${reason}`)
  const name = 'gcr.io/distroless/static-debian12'
  const ids: string[] = []
  for (const place of ['one', 'two']) {
    const root = path.join(bench.dir, `${place}-${path.basename(platform)}`)
    ids.push((await slipway(['base', '-q', '--platform', platform, name], { root })).trim())
  }
  expect(ids[0]).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(ids[1]).toBe(ids[0])
})

test('every file of a base belongs to a package that a scanner can see', async ({ skip }) => {
  const reason = await unreachable('http://deb.debian.org/debian/')
  if (reason !== undefined) skip(reason)
  const root = path.join(bench.dir, 'one-amd64')
  const file = path.join(bench.dir, 'static.tar')
  await slipway(['base', '-q', 'gcr.io/distroless/static-debian12'], { root })
  await slipway(['save', '--format', 'oci', '-o', file, 'gcr.io/distroless/static-debian12'], { root })
  const { layers } = readImageArchive(file)
  const records = 'var/lib/dpkg/status.d/'
  const names = layers.flatMap((layer) => layer.names)
  expect(names.filter((name) => name.startsWith(records) && name.endsWith('.md5sums')).length).toBeGreaterThan(3)
  const owned = new Set<string>()
  for (const { bytes } of layers) {
    for (const [, owner] of bytes.toString('utf8').matchAll(/(?<=^|\0)[0-9a-f]{32} {2}(\S.*)$/gm))
      owned.add(owner ?? '')
  }
  // Configuration is recorded in the control data of packages; accounts and the bundle are made here.
  const strangers = names.filter((name) => !name.endsWith('/') && !name.startsWith(records) && !name.startsWith('etc/'))
  expect(strangers.filter((name) => !owned.has(name) && !isLink(layers[0]?.bytes, name))).toEqual([])
})

/** Packages record files, not symbolic links. */
function isLink(bytes: Buffer | undefined, name: string): boolean {
  const at = bytes?.indexOf(`${name}\0`) ?? -1
  return at >= 0 && bytes?.subarray(at + 156, at + 157).toString() === '2'
}
