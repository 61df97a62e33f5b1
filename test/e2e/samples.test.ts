import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { provideBases } from '../kit/bases.ts'
import { type RunningService, startService } from '../kit/container.ts'
import { type ImageArchive, readImageArchive } from '../kit/image-archive.ts'
import { unreachable } from '../kit/reachable.ts'
import { runSlipway, scratchDir, slipway } from '../kit/slipway.ts'

const bench = scratchDir('samples')
const root = path.join(bench.dir, 'root')
afterAll(() => bench.remove())

let running: RunningService | undefined
afterEach(async () => {
  await running?.stop()
  running = undefined
})

const example = (name: string): string => path.resolve(import.meta.dirname, '../../examples', name)

async function build(name: string, args: readonly string[] = []): Promise<void> {
  await slipway(['build', ...args, example(name)], { root })
}

/** The files of an image, as another program sees them. */
async function contentOf(image: string): Promise<ImageArchive & { readonly names: readonly string[] }> {
  const file = path.join(bench.dir, `${image.replace(/\W/g, '-')}.tar`)
  await slipway(['save', '--format', 'oci', '-o', file, image], { root })
  const archive = readImageArchive(file)
  return { ...archive, names: archive.layers.flatMap(({ names }) => names) }
}

const diskSize = (image: ImageArchive): number => image.layers.reduce((sum, { bytes }) => sum + bytes.length, 0)
const transferSize = (image: ImageArchive): number => image.layers.reduce((sum, { transfer }) => sum + transfer, 0)

async function json(url: string, init?: RequestInit): Promise<unknown> {
  return (await fetch(url, init)).json()
}

/** Why the samples cannot be built here. */
async function obstacle(bases: readonly string[], ...servers: readonly string[]): Promise<string | undefined> {
  for (const server of servers) {
    const reason = await unreachable(server)
    if (reason !== undefined) return reason
  }
  return provideBases(root, bases)
}

const shells = /(^|\/)(sh|bash|dash|busybox)$/
const packageManagers = /(^|\/)(npm|npx|apt|apt-get|dpkg)$/

describe('the Node sample', () => {
  const bases = ['node:20', 'node:20-slim', 'gcr.io/distroless/nodejs20-debian12']
  let reason: string | undefined
  let before: ImageArchive
  let after: ImageArchive & { readonly names: readonly string[] }
  beforeAll(async () => {
    reason = await obstacle(bases, 'https://registry.npmjs.org/')
    if (reason !== undefined) return
    await build('node-api', ['-t', 'node-api'])
    await build('node-api', ['-t', 'node-api:before', '-f', path.join(example('node-api'), 'Dockerfile.before')])
    after = await contentOf('node-api')
    before = await contentOf('node-api:before')
  })

  test('answers requests, and stops when it is told to', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    running = await startService('node-api', root, '/health')
    expect(await json(`${running.url}/health`)).toEqual({ status: 'ok' })
    const note = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"hello"}' }
    expect(await json(`${running.url}/notes`, note)).toMatchObject({ id: 1, text: 'hello' })
    expect(await running.stop()).toBe(0)
  })

  test('has no development dependency, no shell and no package manager', ({ skip }) => {
    if (reason !== undefined) skip(reason)
    expect(after.names).toContain('app/node_modules/express/package.json')
    expect(after.names.filter((name) => /app\/node_modules\/(typescript|eslint|tsx|supertest)\//.test(name))).toEqual(
      [],
    )
    expect(after.names.filter((name) => shells.test(name) || packageManagers.test(name))).toEqual([])
    expect(JSON.parse(after.config)).toMatchObject({ config: { User: '65532:65532' } })
  })

  test('is at least 80 % smaller than from one stage, on disk and in transfer', ({ skip }) => {
    if (reason !== undefined) skip(reason)
    expect(1 - diskSize(after) / diskSize(before)).toBeGreaterThanOrEqual(0.8)
    expect(1 - transferSize(after) / transferSize(before)).toBeGreaterThanOrEqual(0.8)
  })

  test('runs its own tests in the target for that', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    const run = await runSlipway(['build', '--target', 'test', example('node-api')], { root })
    expect(run.code, run.stderr).toBe(0)
    expect(run.stderr).toMatch(/# pass [1-9]/)
    expect(run.stderr).toMatch(/# fail 0/)
  })
})

describe('the Go sample', () => {
  let reason: string | undefined
  let image: ImageArchive & { readonly names: readonly string[] }
  beforeAll(async () => {
    const bases = ['golang:1.19-bookworm', 'debian:bookworm-slim']
    reason = await obstacle(bases, 'https://proxy.golang.org/', 'http://deb.debian.org/debian/')
    if (reason !== undefined) return
    await build('go-api', ['-t', 'go-api', '--build-arg', 'VERSION=1.2.3'])
    image = await contentOf('go-api')
  })

  test('answers from an image with nothing but the program and certificates, of at most 15 MB', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    expect(image.names.filter((name) => !name.endsWith('/'))).toEqual(['etc/ssl/certs/ca-certificates.crt', 'go-api'])
    expect(diskSize(image)).toBeLessThanOrEqual(15_000_000)
    running = await startService('go-api', root, '/health')
    expect(await json(`${running.url}/health`)).toEqual({ status: 'ok', version: '1.2.3' })
    expect(await json(`${running.url}/id`)).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(await running.stop()).toBe(0)
  })

  test('runs its own tests in the target for that', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    const run = await runSlipway(['build', '--target', 'test', example('go-api')], { root })
    expect(run.code, run.stderr).toBe(0)
    expect(run.stderr).toMatch(/ok\s+\S*go-api/)
  })
})

describe('the C sample', () => {
  let reason: string | undefined
  beforeAll(async () => {
    const bases = ['debian:bookworm-slim', 'gcr.io/distroless/base-debian12']
    reason = await obstacle(bases, 'http://deb.debian.org/debian/')
    if (reason !== undefined) return
    for (const target of ['static', 'dynamic', 'test'])
      await build('c-program', ['-t', `c-program:${target}`, '--target', target])
  })

  const count = async (url: string): Promise<string> =>
    (await fetch(url, { method: 'POST', body: 'one two two' })).text()

  test('answers as one static program of at most 1 MB', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    const image = await contentOf('c-program:static')
    expect(image.names).toEqual(['wordstatd'])
    expect(diskSize(image)).toBeLessThanOrEqual(1_000_000)
    running = await startService('c-program:static', root, '/health')
    expect(await count(`${running.url}/count`)).toContain('"words":3')
  })

  test('answers as a program with its shared library on a base without a shell', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    const image = await contentOf('c-program:dynamic')
    expect(image.names).toContain('usr/local/lib/libwordstat.so.1')
    expect(image.names.filter((name) => shells.test(name))).toEqual([])
    running = await startService('c-program:dynamic', root, '/health')
    expect(await count(`${running.url}/count`)).toContain('"words":3')
  })
})
