import { createHash } from 'node:crypto'
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

test('a base is the same image wherever it is made, and one name stands for it on every platform', async ({ skip }) => {
  const reason = await unreachable('http://deb.debian.org/debian/')
  if (reason !== undefined) skip(reason)
  const name = 'gcr.io/distroless/static-debian12'
  const make = async (place: string, platform: string): Promise<string[]> => {
    const root = path.join(bench.dir, place)
    return (await slipway(['base', '-q', '--platform', platform, name], { root })).trim().split('\n')
  }
  const together = await make('one', 'linux/amd64,linux/arm64')
  expect(new Set(together).size).toBe(2)
  expect([...(await make('two', 'linux/amd64')), ...(await make('two', 'linux/arm64'))]).toEqual(together)
  for (const [at, platform] of ['linux/amd64', 'linux/arm64'].entries()) {
    const file = path.join(bench.dir, 'platform.tar')
    const root = path.join(bench.dir, 'two')
    await slipway(['save', '--format', 'oci', '--platform', platform, '-o', file, name], { root })
    const { config } = readImageArchive(file)
    expect(`sha256:${createHash('sha256').update(config).digest('hex')}`).toBe(together[at])
    expect(JSON.parse(config)).toMatchObject({ architecture: path.basename(platform) })
  }
})
