import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { crossBase, provideBases, type TestBase } from '../kit/bases.ts'
import { type RunningService, startService } from '../kit/container.ts'
import { type Emulation, emulate } from '../kit/emulation.ts'
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
async function contentOf(
  image: string,
  platform = `linux/${native}`,
): Promise<ImageArchive & { readonly names: readonly string[] }> {
  const file = path.join(bench.dir, `${`${image} ${platform}`.replace(/\W/g, '-')}.tar`)
  await slipway(['save', '--format', 'oci', '--platform', platform, '-o', file, image], { root })
  const archive = readImageArchive(file)
  return { ...archive, names: archive.layers.flatMap(({ names }) => names) }
}

const native = process.arch === 'x64' ? 'amd64' : process.arch
const both = ['--platform', 'linux/amd64,linux/arm64']
/** What it takes to compile for both is installed already, so that apt has little to do. */
const fromCrossBase = ['--build-context', `debian:bookworm-slim=docker-image://${crossBase.name}`]

/** ELF machine numbers of the programs and libraries in an image. */
function machinesIn(image: ImageArchive): ReadonlySet<number> {
  const directory = mkdtempSync(path.join(bench.dir, 'files-'))
  for (const { bytes } of image.layers)
    execFileSync('tar', ['-xf', '-', '-C', directory], { input: bytes, stdio: ['pipe', 'ignore', 'inherit'] })
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const contents = files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name)))
  rmSync(directory, { recursive: true })
  return new Set(
    contents.filter((file) => file.toString('latin1', 0, 4) === '\x7fELF').map((file) => file.readUInt16LE(18)),
  )
}

const amd64Machine = 0x3e
const arm64Machine = 0xb7

let emulation: Emulation | string = 'not tried'
beforeAll(async () => {
  emulation = process.getuid?.() === 0 && native === 'amd64' ? await emulate('aarch64') : 'needs root on amd64'
})
afterAll(() => {
  if (typeof emulation !== 'string') emulation.close()
})

/** Runs an image under emulation, where it answers as it does natively. */
async function startArm64(image: string, { through }: Emulation): Promise<RunningService> {
  return startService(image, root, '/health', { args: ['--platform', 'linux/arm64'], through })
}

const diskSize = (image: ImageArchive): number => image.layers.reduce((sum, { bytes }) => sum + bytes.length, 0)
const transferSize = (image: ImageArchive): number => image.layers.reduce((sum, { transfer }) => sum + transfer, 0)

async function json(url: string, init?: RequestInit): Promise<unknown> {
  return (await fetch(url, init)).json()
}

/** Why the samples cannot be built here. */
async function obstacle(bases: readonly TestBase[], ...servers: readonly string[]): Promise<string | undefined> {
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
    await build('go-api', ['-t', 'go-api', '--build-arg', 'VERSION=1.2.3', ...both])
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

  test('is the same for arm64, compiled without running a program of arm64', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    const arm64 = await contentOf('go-api', 'linux/arm64')
    expect(arm64.names).toEqual((await contentOf('go-api', 'linux/amd64')).names)
    expect(machinesIn(arm64)).toEqual(new Set([arm64Machine]))
    if (typeof emulation === 'string') return skip(emulation)
    running = await startArm64('go-api', emulation)
    expect(await json(`${running.url}/health`)).toEqual({ status: 'ok', version: '1.2.3' })
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
  const glibc = 'gcr.io/distroless/base-debian12'
  // Unpacked and not installed, so that nothing has to be emulated to make it.
  const toolchain = {
    name: 'c-tools-arm64',
    of: glibc,
    platform: 'linux/arm64',
    packages: ['gcc', 'libc6-dev', 'make', 'dash', 'coreutils'],
  }
  const bases: readonly TestBase[] = [crossBase, glibc, { name: glibc, of: glibc, platform: 'linux/arm64' }, toolchain]
  beforeAll(async () => {
    reason = await obstacle(bases, 'http://deb.debian.org/debian/')
    if (reason !== undefined) return
    for (const target of ['static', 'dynamic'])
      await build('c-program', ['-t', `c-program:${target}`, '--target', target, ...both, ...fromCrossBase])
    await build('c-program', ['--target', 'test', ...fromCrossBase])
  })

  const count = async ({ url }: RunningService, plugin = ''): Promise<string> =>
    (await fetch(`${url}/count${plugin}`, { method: 'POST', body: 'one two two' })).text()

  test('answers as one static program of at most 1 MB', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    const image = await contentOf('c-program:static')
    expect(image.names).toEqual(['wordstatd'])
    expect(diskSize(image)).toBeLessThanOrEqual(1_000_000)
    running = await startService('c-program:static', root, '/health')
    expect(await count(running)).toContain('"words":3')
  })

  test('answers as a program with its shared library and plugin on a base without a shell', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    const image = await contentOf('c-program:dynamic')
    expect(image.names).toContain('usr/local/lib/libwordstat.so.1')
    expect(image.names.filter((name) => shells.test(name))).toEqual([])
    running = await startService('c-program:dynamic', root, '/health')
    expect(await count(running)).toContain('"words":3')
    expect(await count(running, '/vowels')).toBe('{"vowels":4}\n')
  })

  test('is made for arm64 by a cross compiler, and answers there', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    for (const target of ['static', 'dynamic']) {
      expect(machinesIn(await contentOf(`c-program:${target}`, 'linux/amd64'))).toEqual(new Set([amd64Machine]))
      expect(machinesIn(await contentOf(`c-program:${target}`, 'linux/arm64'))).toEqual(new Set([arm64Machine]))
      if (typeof emulation === 'string') return skip(emulation)
      running = await startArm64(`c-program:${target}`, emulation)
      expect(await count(running)).toContain('"words":3')
      expect(await count(running, '/vowels')).toContain(target === 'static' ? 'no such plugin' : '"vowels":4')
      await running.stop()
    }
  })

  test('is made for arm64 by an emulated compiler, and answers there', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    if (typeof emulation === 'string') return skip(emulation)
    const options = { root, through: emulation.through }
    const arm64 = ['--platform', 'linux/arm64']
    const link = 'mkdir -p /usr/local/bin && ln -s /usr/bin/gcc /usr/local/bin/target-gcc'
    const input = `FROM ${toolchain.name}\nRUN ${link}\nWORKDIR /src\n`
    await slipway(['build', '-t', 'c-toolchain', ...arm64, '-'], { ...options, input })
    const emulated = ['-t', 'c-emulated', '--target', 'dynamic', '--build-arg', 'BUILDPLATFORM=linux/arm64']
    const installed = ['--build-context', 'toolchain=docker-image://c-toolchain']
    await slipway(['build', ...emulated, ...installed, ...arm64, example('c-program')], options)
    expect(machinesIn(await contentOf('c-emulated', 'linux/arm64'))).toEqual(new Set([arm64Machine]))
    running = await startArm64('c-emulated', emulation)
    expect(await count(running, '/vowels')).toContain('"vowels":4')
  })
})

describe('the Rust sample', () => {
  let reason: string | undefined
  beforeAll(async () => {
    const servers = ['http://deb.debian.org/debian/', 'https://index.crates.io/config.json']
    reason = await obstacle([crossBase], ...servers)
    if (reason === undefined) await build('rust-api', ['-t', 'rust-api', ...both, ...fromCrossBase])
  })

  const slug = async ({ url }: RunningService): Promise<unknown> =>
    json(`${url}/slug`, { method: 'POST', body: 'Hello, World 2!' })

  test('answers from an image with nothing but a static program, of less than 5 MB', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    const image = await contentOf('rust-api')
    expect(image.names).toEqual(['rust-api'])
    expect(diskSize(image)).toBeLessThan(5_000_000)
    running = await startService('rust-api', root, '/health')
    expect(await slug(running)).toEqual({ slug: 'hello-world-2' })
    expect(await running.stop()).toBe(0)
  })

  test('is made for arm64 by a compiler of this machine, and answers there', async ({ skip }) => {
    if (reason !== undefined) skip(reason)
    const image = await contentOf('rust-api', 'linux/arm64')
    expect(image.names).toEqual(['rust-api'])
    expect(machinesIn(image)).toEqual(new Set([arm64Machine]))
    if (typeof emulation === 'string') return skip(emulation)
    running = await startArm64('rust-api', emulation)
    expect(await slug(running)).toEqual({ slug: 'hello-world-2' })
    expect(await running.stop()).toBe(0)
  })
})
