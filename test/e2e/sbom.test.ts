import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { provideBases } from '../kit/bases.ts'
import { writeTree } from '../kit/file-tree.ts'
import { startRegistry } from '../kit/registry.ts'
import { type RunResult, runSlipway, scratchDir, slipway } from '../kit/slipway.ts'

const scratch = scratchDir('sbom')
const root = path.join(scratch.dir, 'store')
const env = { BUILDKIT_PROGRESS: 'quiet', SOURCE_DATE_EPOCH: '1700000000' }
const run = (...args: string[]): Promise<RunResult> => runSlipway(args, { root, env, cwd: scratch.dir })
const ok = (...args: string[]): Promise<string> => slipway(args, { root, env, cwd: scratch.dir })
let missing: string | undefined

interface Listed {
  readonly type: string
  readonly name: string
  readonly version: string
  readonly architecture?: string
  readonly origin: string
  readonly buildStage?: string
  readonly isDevelopment?: boolean
  readonly places: readonly {
    readonly path: string
    readonly from?: { readonly source?: string; readonly stage?: string }
  }[]
}

async function listed(...args: string[]): Promise<readonly Listed[]> {
  return (JSON.parse(await ok('sbom', '-f', 'json', ...args)) as { packages: readonly Listed[] }).packages
}

async function build(name: string, dockerfile: string, files: Parameters<typeof writeTree>[1] = {}): Promise<void> {
  const context = path.join(scratch.dir, name)
  writeTree(context, { ...files, Dockerfile: dockerfile })
  await slipway(['build', '-q', '-t', name, '.'], { root, env, cwd: context })
}

/** What a program of the image says about it. */
async function inside(image: string, ...command: string[]): Promise<readonly string[]> {
  const text = await ok('run', '--rm', image, ...command)
  return text.trim().split('\n').sort()
}

const debian = 'debian:bookworm-slim'
const dockerfile = `FROM ${debian} AS build
RUN apt-get update && apt-get install -y --no-install-recommends make
RUN mkdir /out && echo built > /out/file
FROM ${debian}
RUN apt-get update && apt-get install -y --no-install-recommends netbase
RUN apt-get install -y --no-install-recommends media-types
COPY --from=build /out /srv
`

beforeAll(async () => {
  missing = await provideBases(root, [debian, 'node:20-slim'])
  if (missing !== undefined) console.warn(`sbom: some are skipped, ${missing}`)
  else await build('app', dockerfile)
}, 300_000)
afterAll(() => scratch.remove())

describe('packages of Debian', () => {
  test('are those that dpkg names, with the lines that brought them', async ({ skip }) => {
    if (missing !== undefined) skip(missing)
    const packages = (await listed('app')).filter(({ type }) => type === 'deb')
    const truth = await inside('app', 'dpkg-query', '-W', '-f', '${Package} ${Version} ${Architecture}\\n')
    expect(truth.length).toBeGreaterThan(80)
    expect(packages.map(({ name, version, architecture }) => `${name} ${version} ${architecture}`).sort()).toEqual(
      truth,
    )
    const lineOf = (name: string): unknown => packages.find((one) => one.name === name)?.places[0]?.from?.source
    expect([lineOf('netbase'), lineOf('media-types'), lineOf('libc6')]).toEqual([
      'Dockerfile:5',
      'Dockerfile:6',
      undefined,
    ])
    expect(packages.every(({ origin }) => origin === 'os')).toBe(true)
  })

  test('of stages are those that only the stages had', async ({ skip }) => {
    if (missing !== undefined) skip(missing)
    const [own, all] = [await listed('app'), await listed('--stages', 'app')]
    expect(all.filter(({ buildStage }) => buildStage === undefined)).toEqual(own)
    expect(all.filter(({ buildStage }) => buildStage !== undefined)).toMatchObject([
      {
        name: 'make',
        origin: 'os',
        buildStage: 'build',
        places: [{ from: { source: 'Dockerfile:2', stage: 'build' } }],
      },
    ])
    const { components } = JSON.parse(await ok('sbom', '--stages', '-f', 'cyclonedx-json', 'app')) as {
      components: readonly { readonly name: string; readonly scope?: string }[]
    }
    expect(components.filter(({ scope }) => scope === 'excluded').map(({ name }) => name)).toEqual(['make'])
  })
})

test('packages of npm are those that npm names', async ({ skip }) => {
  if (missing !== undefined) skip(missing)
  const packages = await listed('node:20-slim')
  interface Tree {
    /** Its own name, where it is installed under another. */
    readonly name?: string
    readonly version?: string
    readonly dependencies?: Readonly<Record<string, Tree>>
  }
  const text = await ok('run', '--rm', 'node:20-slim', 'npm', 'ls', '-g', '--all', '--json', '--long')
  const names = (tree: Tree): readonly string[] =>
    Object.entries(tree.dependencies ?? {}).flatMap(([name, one]) => [
      ...(one.version === undefined ? [] : [`${one.name ?? name} ${one.version}`]),
      ...names(one),
    ])
  const truth = [...new Set(names(JSON.parse(text) as Tree))].sort()
  expect(truth.length).toBeGreaterThan(100)
  const found = packages.filter(({ type }) => type === 'npm').map(({ name, version }) => `${name} ${version}`)
  expect([...new Set(found)].sort()).toEqual(truth)
})

describe('an image of files', () => {
  const files = {
    'a/package-lock.json': JSON.stringify({ packages: { 'node_modules/x': { version: '1.0.0', dev: true } } }),
    'b/node_modules/y/package.json': '{"name":"y","version":"2.0.0","license":"MIT"}',
  }
  beforeAll(() => build('files', 'FROM scratch\nCOPY a /a\nCOPY b /b\n', files))

  test('is described the same wherever it is, and twice the same', async () => {
    const registry = await startRegistry()
    try {
      const remote = `docker://${registry.host}/files:1`
      const places = ['oci:files-layout', 'oci-archive:files.tar', 'docker-archive:files.docker.tar', remote]
      const packagesOf = (text: string): unknown =>
        (JSON.parse(text) as { packages: readonly unknown[] }).packages.slice(1)
      const own = await ok('sbom', '-f', 'spdx-json', 'files')
      expect(await ok('sbom', '-f', 'spdx-json', 'files')).toBe(own)
      expect(JSON.parse(own).creationInfo.created).toBe('2023-11-14T22:13:20Z')
      const elsewhere = { root: path.join(scratch.dir, 'elsewhere'), env, cwd: scratch.dir }
      const sources = (text: string): unknown =>
        (packagesOf(text) as readonly { name: string; sourceInfo: string }[]).map(({ name, sourceInfo }) => [
          name,
          sourceInfo,
        ])
      for (const place of places) {
        await ok('copy', 'files', place)
        const text = await slipway(['sbom', '-f', 'spdx-json', place], elsewhere)
        expect([place, sources(text)]).toEqual([place, sources(own)])
      }
      expect(sources(own)).toEqual([
        ['x', 'listed in /a/package-lock.json'],
        ['y', 'listed in /b/node_modules/y/package.json'],
      ])
    } finally {
      await registry.close()
    }
  })

  test('is described with lines in every format, on standard output and in a file', async () => {
    const packages = await listed('files')
    expect(packages).toMatchObject([
      { name: 'x', isDevelopment: true, places: [{ from: { source: 'Dockerfile:2' } }] },
      { name: 'y', places: [{ from: { source: 'Dockerfile:3' } }] },
    ])
    expect(await ok('sbom', 'files')).toMatch(/^npm +y +2\.0\.0 +application +Dockerfile:3 +\/b\/node_modules/m)
    expect(await ok('sbom', '-f', 'spdx-tag-value', 'files')).toContain('PackageName: y\n')
    expect(await ok('sbom', '-f', 'cyclonedx-json', '-o', 'files.json', 'files')).toBe('')
    expect(JSON.parse(readFileSync(path.join(scratch.dir, 'files.json'), 'utf8'))).toMatchObject({
      bomFormat: 'CycloneDX',
      components: [
        { name: 'x', scope: 'optional' },
        { name: 'y', scope: 'required' },
      ],
    })
  })

  test('says which stages cannot be looked at, when it comes from elsewhere or they were pruned', async () => {
    const unknown = expect.stringContaining('nothing is known of the stages')
    const context = path.join(scratch.dir, 'staged')
    writeTree(context, {
      Dockerfile: 'FROM scratch AS one\nCOPY b /b\nFROM scratch\nCOPY --from=one /b/file /\nCOPY a /\n',
      a: '',
      'b/file': '',
      'b/node_modules/y/package.json': '{"name":"y","version":"1"}',
    })
    const store = { root: path.join(scratch.dir, 'own'), env, cwd: context }
    const other = { ...store, root: path.join(scratch.dir, 'another') }
    const stagesOf = async (image: string, options: typeof store): Promise<unknown> => {
      const { packages, unknownStages } = JSON.parse(await slipway(['sbom', '-f', 'json', '--stages', image], options))
      return [packages.map(({ name, buildStage }: Listed) => [name, buildStage]), unknownStages]
    }
    await slipway(['build', '-q', '-t', 'staged', '.'], store)
    await slipway(['copy', 'staged', 'oci:../staged-layout'], store)
    expect(await stagesOf('staged', store)).toEqual([[['y', 'one']], []])
    expect(await stagesOf('oci:../staged-layout', other)).toEqual([[], [unknown]])
    await slipway(['cache', 'prune', '--all', '--force'], store)
    const gone = expect.stringContaining('layers of stage one are gone from the store')
    expect(await stagesOf('staged', store)).toEqual([[], [gone]])
  })

  test('is described like the same files in a directory', async () => {
    const names = async (place: string): Promise<readonly string[]> => (await listed(place)).map(({ name }) => name)
    expect(await names('./files')).toEqual(await names('files'))
    expect(await names(`dir:${path.join(scratch.dir, 'files')}`)).toEqual(['x', 'y'])
    const stages = await run('sbom', '--stages', './files')
    expect([stages.code, stages.stderr]).toEqual([2, expect.stringContaining('a directory has no stages')])
    const nothing = await run('sbom', './nowhere')
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('is not a directory')])
  })

  test('has the same list attached to it', async () => {
    await ok(
      'build',
      '-q',
      '-t',
      'files',
      '--sbom',
      '-o',
      'type=oci,dest=attested,tar=false',
      path.join(scratch.dir, 'files'),
    )
    const attached = JSON.parse(await ok('attestation', '--type', 'sbom', 'oci:attested'))
    const own = JSON.parse(await ok('sbom', '-f', 'spdx-json', 'files'))
    expect({ ...attached, documentNamespace: '', name: '', packages: attached.packages.slice(1) }).toEqual({
      ...own,
      documentNamespace: '',
      name: '',
      packages: own.packages.slice(1),
    })
  })
})
