import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../src/core/index.ts'
import { type FakeRegistry, startRegistry } from '../kit/registry.ts'
import { runSlipway } from '../kit/slipway.ts'
import { type BuildInput, type BuildRun, openWorkbench, type Workbench } from '../kit/workbench.ts'

let bench: Workbench
let server: FakeRegistry
/** A store that has the base and nothing else. */
let fresh: string
let serial = 0

beforeAll(async () => {
  bench = await openWorkbench('external-cache')
  fresh = path.join(bench.dir, 'fresh')
  cpSync(bench.root, fresh, { recursive: true })
})
afterAll(() => bench.remove())
beforeEach(async () => {
  server = await startRegistry()
})
afterEach(() => server.close())

const dockerfile = [
  'FROM bb AS build',
  'WORKDIR /app',
  'COPY src src',
  'RUN mkdir -p /out gone && cat src/* > /out/all && ln /out/all /out/linked && ln -s all /out/sym && rm -r gone',
  'RUN rm -r /app/src && mkdir /app/src && echo new > /app/src/new && date +%N > /app/time',
  'FROM bb',
  'COPY --from=build /out /out',
  'RUN cat /out/all > /copied',
].join('\n')
const source = { 'src/a': 'one\n', 'src/b': 'two\n' }
const steps = 6

/** Another machine: nothing built here is known there. */
function machine(): string {
  const root = path.join(bench.dir, `machine-${(serial += 1)}`)
  execFileSync('cp', ['-a', fresh, root])
  return root
}

function build(args: readonly string[], input: BuildInput = {}): Promise<BuildRun> {
  return bench.build(dockerfile, args, { files: source, ...input })
}

/** How many steps that change files were taken from a cache and how many ran. */
function ends({ steps: all }: BuildRun): { readonly cached: number; readonly ran: number } {
  const own = [...all].filter(([name]) => /^\[.*\d\/\d\]/.test(name) && !name.includes('FROM'))
  const count = (end: string): number => own.filter(([, one]) => one === end).length
  return { cached: count('CACHED'), ran: count('DONE') }
}
const allCached = { cached: steps, ran: 0 }

/** Requests for the content of layers and other blobs. */
function downloads(repository: string): readonly string[] {
  const asked = server.requests.filter(({ method, url }) => method === 'GET' && url.includes(`/${repository}/blobs/`))
  return asked.map(({ url }) => `sha256:${url.split('sha256:')[1]}`).filter((digest) => digest !== configOf(repository))
}

function manifestOf(repository: string, tag = 'latest'): { config: { digest: string }; layers: { digest: string }[] } {
  const manifest = server.manifests.get(`${repository}:${tag}`)
  return JSON.parse(Buffer.from(manifest?.bytes ?? '{}').toString('utf8')) as ReturnType<typeof manifestOf>
}

function configOf(repository: string): string {
  return manifestOf(repository).config.digest
}

describe('a cache in a registry', () => {
  test('gives another machine every step and no layer that nobody needs', async () => {
    const ref = `type=registry,ref=${server.host}/cache`
    const first = await build(['--cache-to', `${ref},mode=max`, '--iidfile', path.join(bench.dir, 'id1')])
    expect(ends(first)).toEqual({ cached: 0, ran: steps })
    const id = path.join(bench.dir, 'id2')
    const root = machine()
    const second = await build(['--cache-from', ref, '--iidfile', id, '-t', 'app'], { root })
    expect(ends(second)).toEqual(allCached)
    expect(downloads('cache')).toEqual([])
    expect(readFileSync(id, 'utf8')).toBe(readFileSync(path.join(bench.dir, 'id1'), 'utf8'))
    // Like those of a base, its layers come when they are used.
    expect((await runSlipway(['run', '--rm', 'app', 'cat', '/copied'], { root })).stdout).toBe('one\ntwo\n')
    expect(downloads('cache')).toHaveLength(2)
  })

  test.each([{}, { SOURCE_DATE_EPOCH: '1700000000' }])(
    'lets a cached build be pushed to where its layers are without moving any, with %j',
    async (env) => {
      const ref = `type=registry,ref=${server.host}/app:cache`
      const name = `${server.host}/app:1`
      await build(['--cache-to', ref, '-t', name, '--push'], { env })
      const pushed = server.manifests.get('app:1')?.bytes
      server.manifests.delete('app:1')
      const before = server.requests.length
      const second = await build(['--cache-from', ref, '-t', name, '--push'], { root: machine(), env })
      expect(ends(second)).toEqual(allCached)
      expect(server.manifests.get('app:1')?.bytes).toEqual(pushed)
      const cacheConfig = manifestOf('app', 'cache').config.digest
      const moved = server.requests
        .slice(before)
        .filter(
          ({ method, url }) => (method === 'GET' && /blobs\/sha/.test(url)) || method === 'POST' || method === 'PATCH',
        )
        .filter(({ url }) => !url.endsWith(cacheConfig))
      expect(moved).toEqual([])
    },
  )

  test('is of use to a build that wants other times', async () => {
    const ref = `type=registry,ref=${server.host}/cache`
    await build(['--cache-to', ref])
    const env = { SOURCE_DATE_EPOCH: '1700000000' }
    const [id, own] = [path.join(bench.dir, 'id-imported'), path.join(bench.dir, 'id-own')]
    const run = await build(['--cache-from', ref, '--iidfile', id], { root: machine(), env })
    expect(ends(run)).toEqual(allCached)
    await build(['--iidfile', own], { env })
    expect(readFileSync(id, 'utf8')).toBe(readFileSync(own, 'utf8'))
  })

  test('in mode min knows the steps of other stages, and runs them when their files are needed', async () => {
    const ref = `type=registry,ref=${server.host}/cache`
    await build(['--cache-to', ref])
    expect(ends(await build(['--cache-from', ref], { root: machine() }))).toEqual(allCached)
    const changed = { ...source, 'src/b': 'three\n' }
    const run = await build(['--cache-from', ref, '-o', 'type=local,dest=' + bench.place('files')], {
      root: machine(),
      files: changed,
    })
    expect(ends(run)).toEqual({ cached: 0, ran: steps })
    expect(run.stderr).toContain('its files are needed and were not exported')
    expect(run.stderr).not.toMatch(/ERROR|CANCELED/)
  })

  test('brings the files of the steps below one that runs, as they were', async () => {
    const ref = `type=registry,ref=${server.host}/cache`
    const tree = bench.place('tree')
    await build(['--cache-to', `${ref},mode=max`, '--target', 'build', '-o', `type=tar,dest=${tree}`])
    const there = bench.place('tree')
    const run = await build(['--cache-from', ref, '--target', 'build', '-o', `type=tar,dest=${there}`], {
      root: machine(),
    })
    expect(ends(run)).toEqual({ cached: 4, ran: 0 })
    expect(readFileSync(there).equals(readFileSync(tree))).toBe(true)
    expect(downloads('cache')).toHaveLength(4)
  })

  test('explains on the other machine what differs, by the file', async () => {
    const ref = `type=registry,ref=${server.host}/cache`
    await build(['--cache-to', `${ref},mode=max`])
    const root = machine()
    const run = await build(['--cache-from', ref], { root, files: { ...source, 'src/b': 'three\n' } })
    expect(run.stderr).toMatch(/why: 1 of 2 files: b changed \([0-9a-f]{12} → [0-9a-f]{12}\)/)
    const { stdout } = await runSlipway(['why', 'COPY src src'], { root })
    expect(stdout).toContain('b changed')
  })

  test('sends blobs that are there already no second time', async () => {
    const ref = `type=registry,ref=${server.host}/cache`
    await build(['--cache-to', `${ref},mode=max`])
    const uploads = () => server.requests.filter(({ method }) => method === 'PUT' || method === 'POST').length
    const before = uploads()
    await build(['--cache-to', `${ref},mode=max`])
    // The list of records has the time of the build.
    expect(uploads() - before).toBeLessThanOrEqual(3)
  })
})

describe('a cache in a directory', () => {
  const place = (): string => bench.place('cache')

  test('gives another machine every step, and its image the layers', async () => {
    const dest = place()
    await build(['--cache-to', `type=local,dest=${dest},mode=max`])
    const root = machine()
    const from = ['--cache-from', `type=local,src=${dest}`]
    const before = blobsIn(root)
    expect(ends(await build([...from, '-o', 'type=cacheonly'], { root }))).toEqual(allCached)
    expect(blobsIn(root)).toEqual(before)
    expect(ends(await build([...from, '-t', 'app'], { root }))).toEqual(allCached)
    rmSync(dest, { recursive: true })
    const run = await runSlipway(['run', '--rm', 'app', 'cat', '/copied'], { root })
    expect(run).toMatchObject({ code: 0, stdout: 'one\ntwo\n' })
  })

  test('grows by what is new, and keeps other tags', async () => {
    const dest = place()
    const to = (tag: string): string => `type=local,dest=${dest},mode=max,tag=${tag}`
    await build(['--cache-to', to('a')])
    const before = new Map(blobsIn(dest).map((name) => [name, statSync(path.join(dest, 'blobs/sha256', name)).ino]))
    await build(['--cache-to', to('b')], { files: { ...source, 'src/b': 'three\n' } })
    for (const [name, inode] of before) expect(statSync(path.join(dest, 'blobs/sha256', name)).ino).toBe(inode)
    for (const tag of ['a', 'b']) {
      const files = tag === 'a' ? source : { ...source, 'src/b': 'three\n' }
      const run = await build(['--cache-from', `type=local,src=${dest},tag=${tag}`], { root: machine(), files })
      expect(ends(run)).toEqual(allCached)
    }
  })

  test('holds no byte of a secret', async () => {
    const dest = place()
    const secret = path.join(bench.context({ secret: 'hunter2hunter2' }), 'secret')
    const text = [
      'FROM bb',
      'ARG API_TOKEN',
      'WORKDIR /srv/$API_TOKEN',
      'ENV DB_PASSWORD=swordfish',
      'RUN --mount=type=secret,id=s,env=VALUE test -n "$VALUE" && echo $API_TOKEN $DB_PASSWORD > /dev/null',
    ].join('\n')
    const args = ['--secret', `id=s,src=${secret}`, '--build-arg', 'API_TOKEN=topsecret99']
    await bench.build(text, [...args, '--cache-to', `type=local,dest=${dest}`])
    const documents = blobsIn(dest).map((name) => readFileSync(path.join(dest, 'blobs/sha256', name)))
    const whole = documents.map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('latin1'))
    const [records = '', ...others] = whole.filter((one) => one.includes('"records"'))
    expect(others).toEqual([])
    for (const value of ['hunter2', 'swordfish', 'topsecret99']) expect(records).not.toContain(value)
    expect(records).toContain('/srv/***')
    for (const value of ['hunter2', 'swordfish']) expect(whole.join('\n')).not.toContain(value)
    const run = await bench.build(text, [...args, '--cache-from', `type=local,src=${dest}`], { root: machine() })
    expect([...run.steps.values()].filter((end) => end === 'CACHED').length).toBeGreaterThanOrEqual(2)
  })

  test('that cannot be written is a note, or fails the build where that matters, and the others are written', async () => {
    const file = path.join(bench.context({ file: '' }), 'file')
    const [wrong, right] = [`type=local,dest=${file}/x`, place()]
    const targets = ['--cache-to', `${wrong},ignore-error=false`, '--cache-to', `type=local,dest=${right}`]
    const failed = await bench.tryBuild(dockerfile, targets, { files: source })
    expect(failed.code).not.toBe(0)
    expect(failed.stderr).toContain('the cache could not be written')
    expect(failed.stderr).toContain('ignore-error=false')
    expect(blobsIn(right).length).toBeGreaterThan(0)
    const ignored = await build(['--cache-to', wrong])
    expect(ignored.stderr).toContain('NOTE: the cache could not be written')
  })

  test('whose place makes no sense is refused before anything runs', async () => {
    const args = ['--cache-to', 'type=registry,ref=NO/Name', '--no-cache']
    const { code, stderr } = await bench.tryBuild(dockerfile, args, { files: source })
    expect(code).not.toBe(0)
    expect(stderr).toContain('NO/Name')
    expect(stderr).not.toContain('RUN')
  })
})

describe('a cache inside the image', () => {
  test('is found by the name of the image, and changes its id only where asked', async () => {
    const name = `${server.host}/app:1`
    const [plain, inline, again] = ['plain', 'inline', 'again'].map((one) => path.join(bench.dir, `${one}-id`))
    const context = bench.context(source)
    await build(['--iidfile', plain as string], { context })
    await build(['--cache-to', 'type=inline', '-t', name, '--push', '--iidfile', inline as string], { context })
    await build(['--cache-to', 'type=inline', '--iidfile', again as string], { context })
    const ids = [plain, inline, again].map((file) => readFileSync(file as string, 'utf8'))
    expect(ids[1]).toBe(ids[2])
    expect(ids[0]).not.toBe(ids[1])
    const run = await build(['--cache-from', name, '--iidfile', again as string], { root: machine(), context })
    expect(ends(run)).toEqual(allCached)
    expect(readFileSync(again as string, 'utf8')).toBe(ids[0])
  })

  test('is found in every platform of an index', async () => {
    const name = `${server.host}/app:2`
    const text = 'FROM scratch\nCOPY src /src\nWORKDIR /app\nCOPY src/a .'
    const platforms = ['--platform', 'linux/amd64,linux/arm64']
    await bench.build(text, [...platforms, '--cache-to', 'type=inline', '-t', name, '--push'], { files: source })
    const run = await bench.build(text, [...platforms, '--cache-from', name], { files: source, root: machine() })
    expect([...run.steps].filter(([step, end]) => /COPY|WORKDIR/.test(step) && end !== 'CACHED')).toEqual([])
  })
})

describe('a broken cache', () => {
  const ref = (): string => `type=registry,ref=${server.host}/cache`
  const text = 'FROM bb\nCOPY src/a /a\nRUN cat /a > /b'
  const files = { 'src/a': 'one\n' }

  /** Exports two steps, breaks the cache, and builds with another step on top elsewhere, which needs their files. */
  async function buildWith(spoil: () => void, args = ''): Promise<BuildRun> {
    await bench.build(text, ['--cache-to', ref()], { files })
    spoil()
    const more = `${text}\nRUN cat /b`
    const run = await bench.tryBuild(more, ['--cache-from', `${ref()}${args}`], { files, root: machine() })
    expect(run.code, run.stderr).toBe(0)
    expect(run.stderr).toMatch(/^#\d+ \S+ one$/m)
    expect(run.stderr).not.toMatch(/ERROR|CANCELED/)
    return run
  }

  test.each([
    ['is gone', (digest: string) => server.blobs.delete(`cache@${digest}`)],
    ['has other bytes', (digest: string) => server.addFault({ path: digest, fault: { kind: 'corrupt' } })],
    ['has no end', (digest: string) => server.addFault({ path: digest, fault: { kind: 'endless' } })],
  ])('is told of, and the step runs, when a layer %s', async (_, spoil) => {
    const run = await buildWith(() => spoil(manifestOf('cache').layers.at(-2)?.digest as string))
    expect(run.stderr).toMatch(/NOTE: RUN cat .*; the step is not taken from the cache/)
    expect(run.steps.get('[2/4] COPY src/a /a')).toBe('CACHED')
  })

  test.each(['content', 'diffId'])('cannot pass off a layer with another %s', async (member) => {
    const run = await buildWith(() => forge((record) => ({ ...record, [member]: `sha256:${'ab'.repeat(32)}` })))
    expect(run.stderr).toContain('the step is not taken from the cache')
  })

  test.each([
    ['garbage', () => forgeConfig(() => 'not json')],
    ['no answer', () => server.addFault({ path: '/manifests/', fault: { kind: 'silence' } })],
  ])('is told of once when there is %s instead of records', async (_, spoil) => {
    const run = await buildWith(spoil, ',timeout=1s')
    expect(run.stderr.match(/NOTE: the cache .* is not used: /g)).toHaveLength(1)
  })

  test('is not there yet', async () => {
    const args = ['--cache-from', ref(), '--cache-from', 'type=local,src=nowhere']
    const other = await bench.build(text, args, { files, root: machine() })
    expect(other.stderr.match(/NOTE: there is no cache at .* yet/g)).toHaveLength(2)
  })

  function forge(change: (record: Record<string, unknown>) => Record<string, unknown>): void {
    forgeConfig((records) => {
      const document = JSON.parse(records) as { records: Record<string, unknown>[] }
      return JSON.stringify({ ...document, records: document.records.map(change) })
    })
  }

  function forgeConfig(change: (text: string) => string): void {
    const manifest = manifestOf('cache') as { config: Record<string, unknown> }
    const before = server.blobs.get(`cache@${manifest.config['digest']}`) as Uint8Array
    const bytes = Buffer.from(change(Buffer.from(before).toString('utf8')))
    const digest = digestOf(bytes)
    server.blobs.set(`cache@${digest}`, bytes)
    const config = { ...manifest.config, digest, size: bytes.length }
    const old = server.manifests.get('cache:latest') as { mediaType: string }
    const forged = Buffer.from(JSON.stringify({ ...manifest, config }))
    server.manifests.set('cache:latest', { mediaType: old.mediaType, bytes: forged })
  }
})

function blobsIn(directory: string): readonly string[] {
  return readdirSync(path.join(directory, 'blobs/sha256'))
}
