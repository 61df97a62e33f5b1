import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { elfFile } from '../../src/diagnose/testing/elf-file.ts'
import { type TreeSpec, writeTree } from '../kit/file-tree.ts'
import { osvRecords } from '../kit/osv-records.ts'
import { startRegistry } from '../kit/registry.ts'
import { type RunResult, runSlipway, scratchDir } from '../kit/slipway.ts'

const scratch = scratchDir('diff')
const root = path.join(scratch.dir, 'store')
const env = { BUILDKIT_PROGRESS: 'quiet' }
const run = (...args: string[]): Promise<RunResult> => runSlipway(args, { root, env, cwd: scratch.dir })
/** In a store that has nothing, so that layers are read as they come. */
const elsewhere = (...args: string[]): Promise<RunResult> =>
  runSlipway(args, { root: path.join(scratch.dir, 'other-store'), env, cwd: scratch.dir })

/** Builds a context that is written for it. */
async function build(
  name: string,
  dockerfile: string,
  tree: TreeSpec,
  args: readonly string[] = [],
): Promise<RunResult> {
  const context = path.join(scratch.dir, 'contexts', name)
  writeTree(context, { ...tree, Dockerfile: dockerfile })
  return runSlipway(['build', '--progress=plain', '-t', name, ...args, context], { root, cwd: scratch.dir })
}

const amd64 = { text: elfFile(0x3e), mode: 0o755 }
const arm64 = { text: elfFile(0xb7), mode: 0o755 }
const both = ['--platform', 'linux/amd64,linux/arm64']

function status(...packages: readonly (readonly [string, string, string])[]): string {
  return packages
    .map(
      ([name, version, arch]) =>
        `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nArchitecture: ${arch}\n`,
    )
    .join('\n')
}

/** A root file system per architecture, as `FROM scratch` and `COPY $TARGETARCH /` take it. */
function roots(of: Readonly<Record<'amd64' | 'arm64', TreeSpec>>): TreeSpec {
  return Object.fromEntries(
    Object.entries(of).flatMap(([arch, tree]) => Object.entries(tree).map(([name, text]) => [`${arch}/${name}`, text])),
  )
}

const perArchitecture = 'FROM scratch\nARG TARGETARCH\nENV FOR=$TARGETARCH\nCOPY $TARGETARCH /\n'
const triple = { amd64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }
const usual = (arch: 'amd64' | 'arm64', program: TreeSpec[string]): TreeSpec => ({
  'etc/os-release': 'ID=debian\nVERSION_ID=12\n',
  'var/lib/dpkg/status': status(['libc6', '2.36-9', arch], ['curl', '7.88', arch]),
  [`usr/lib/${triple[arch]}/libc.so.6`]: program,
  [arch === 'amd64' ? 'lib64/ld-linux-x86-64.so.2' : 'lib/ld-linux-aarch64.so.1']: program,
  'usr/bin/app': program,
})

const dockerfile = 'FROM scratch\nARG VERSION\nCOPY root /\nENV VERSION=$VERSION MODE=fast\n'
const files: TreeSpec = {
  'root/etc/os-release': 'ID=debian\nVERSION_ID=12\n',
  'root/var/lib/dpkg/status': status(['curl', '7.88', 'amd64'], ['gone', '1', 'all']),
  'root/app/node_modules/left-pad/package.json': '{"name":"left-pad","version":"1.3.0"}',
  'root/app/main.js': 'one',
  'root/app/old.js': 'old',
}
const laterFiles: TreeSpec = {
  ...files,
  'root/var/lib/dpkg/status': status(['curl', '8.5', 'amd64']),
  'root/app/main.js': 'second',
  'root/app/new/a': 'a',
  'root/app/new/b': 'b',
}

const builds: RunResult[] = []
beforeAll(async () => {
  const { 'root/app/old.js': _, ...later } = laterFiles
  builds.push(
    await build('app:1', dockerfile, files, ['--build-arg', 'VERSION=1', '--platform', 'linux/amd64']),
    await build('app:2', dockerfile, later, ['--build-arg', 'VERSION=2', '--platform', 'linux/amd64']),
    await build('even', perArchitecture, roots({ amd64: usual('amd64', amd64), arm64: usual('arm64', arm64) }), both),
  )
}, 60_000)

afterAll(() => scratch.remove())

describe('slipway diff', () => {
  test('shows what differs in settings, packages and files, and ends with 1', async () => {
    expect(builds.map(({ code }) => code)).toEqual([0, 0, 0])
    const { stdout, code } = await run('diff', 'app:1', 'app:2')
    expect(code).toBe(1)
    const lines = stdout.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, '  '))
    for (const line of [
      'packages  3  2  -1',
      '~ ENV VERSION: 1 → 2',
      'Packages: 0 added, 1 removed, 1 changed',
      '- deb  gone  1',
      '~ deb  curl  7.88 → 8.5',
      'Files: 2 added, 1 removed, 2 changed',
    ])
      expect(lines).toContain(line)
    expect(lines.find((line) => line.endsWith('/app/new/'))).toBe('2  +2B  /app/new/')
    expect(stdout).not.toContain('MODE')
  })

  test('names every file on request', async () => {
    const { stdout } = await run('diff', '--files', 'app:1', 'app:2')
    const lines = stdout.split('\n').map((line) => line.trim().replaceAll(/ {2,}/g, '  '))
    expect(lines).toContain('~ content  +3B  /app/main.js')
    expect(lines).toContain('- 0644 0:0  3B  /app/old.js')
    expect(lines).toContain('+ 0644 0:0  1B  /app/new/a')
  })

  test('prints the same facts as JSON', async () => {
    const { stdout, code } = await run('diff', '--format', 'json', 'app:1', 'app:2')
    expect(code).toBe(1)
    const difference = JSON.parse(stdout) as {
      readonly files: readonly { readonly path: string; readonly change: string }[]
    }
    expect(difference).toMatchObject({
      same: false,
      before: { name: 'app:1', platform: 'linux/amd64', layers: 1, packages: 3, files: 5 },
      after: { name: 'app:2', packages: 2, files: 6 },
      sharedLayers: 0,
      config: [{ name: 'ENV VERSION', values: ['1', '2'] }],
      packages: [
        { type: 'deb', name: 'curl', versions: [['7.88'], ['8.5']] },
        { type: 'deb', name: 'gone', versions: [['1'], []] },
      ],
    })
    expect(difference.files.map(({ path, change }) => [path, change])).toEqual([
      ['app/main.js', 'changed'],
      ['app/new/a', 'added'],
      ['app/new/b', 'added'],
      ['app/old.js', 'removed'],
      ['var/lib/dpkg/status', 'changed'],
    ])
  })

  test('reads an image the same from the store, a layout, archives and a registry', async () => {
    const registry = await startRegistry()
    try {
      const remote = `docker://${registry.host}/app:2`
      const places = ['oci:layout:2', 'oci-archive:app.oci.tar', 'docker-archive:app.docker.tar', remote]
      for (const place of places) expect((await run('copy', 'app:2', place)).code).toBe(0)
      const ofStore = await run('diff', 'app:2', remote)
      expect(ofStore.stdout).toContain('The images do not differ.')
      expect(ofStore.code).toBe(0)
      for (const [index, place] of places.entries()) {
        const next = places[(index + 1) % places.length] ?? ''
        const { stdout, code } = await elsewhere('diff', '--json', place, next)
        expect([place, code, JSON.parse(stdout)]).toMatchObject([
          place,
          0,
          { same: true, after: { packages: 2, files: 6 } },
        ])
      }
      const changed = await elsewhere('diff', '--json', 'oci:layout:2', remote)
      expect(JSON.parse(changed.stdout).before.transfer).toBeGreaterThan(100)
      // Nothing was kept of what was only looked at.
      expect((await elsewhere('images', '-q')).stdout).toBe('')
    } finally {
      await registry.close()
    }
  })

  test('says what is missing when there is nothing to compare, and when an image is not there', async () => {
    const alone = await run('diff', 'app:1')
    expect(alone).toMatchObject({ code: 2, stdout: '' })
    expect(alone.stderr).toContain('name two images, or add --arch')
    const missing = await run('diff', 'app:1', 'oci:nowhere')
    expect(missing.code).toBe(2)
    expect(missing.stderr).toContain('nowhere')
    const other = await run('diff', '--platform', 'linux/s390x', 'even', 'even')
    expect(other.code).toBe(2)
    expect(other.stderr).toContain('linux/amd64')
  })
})

describe('slipway diff of builds', () => {
  const stages = (copy: string): string =>
    `FROM scratch AS build\nCOPY src /src\nCOPY compiler /usr/lib/gcc/cc1\nFROM scratch AS app\n${copy}\nCOPY --from=build /src /app/bin\n`
  const sources: TreeSpec = { src: 'x'.repeat(1000), compiler: 'c'.repeat(50_000), assets: 'a', extra: 'e'.repeat(200) }

  test('names layers and the lines that made what grew, also through copies between stages', async () => {
    expect((await build('lines:1', stages('COPY assets /assets/'), sources)).code).toBe(0)
    const later = { ...sources, src: 'x'.repeat(3000) }
    expect((await build('lines:2', stages('COPY assets extra /assets/'), later)).code).toBe(0)
    const { stdout, code } = await run('diff', 'lines:1', 'lines:2')
    expect(code).toBe(1)
    expect(stdout).toContain('Layers: 0 shared, 2 added, 2 removed')
    expect(stdout).toMatch(/^ +\+2kB +\S*Dockerfile:2 \[build\] COPY src \/src$/m)
    expect(stdout).toMatch(
      /^ +\+200B +\S*Dockerfile:5 \[app\] COPY assets extra \/assets\/\n +was COPY assets \/assets\/$/m,
    )
    expect(stdout).toMatch(/lines:1: 4 steps, 0 from the cache, took .+; .+ when each has to run/)
  })

  test('compares a stage of the last build with what is delivered, until its layers are gone', async () => {
    const { stdout, code } = await run('diff', '--json', 'lines:2@build', 'lines:2')
    expect(code).toBe(1)
    const difference = JSON.parse(stdout) as { readonly files: readonly { readonly path: string }[] }
    expect(difference).toMatchObject({ hasSettings: false, config: [], before: { name: 'lines:2@build', layers: 2 } })
    expect(difference.files.map(({ path }) => path)).toContain('usr/lib/gcc/cc1')
    const unknown = await run('diff', 'lines:2@biuld', 'lines:2')
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('did you mean build?')
    expect((await run('copy', 'lines:2', 'oci:elsewhere:2')).code).toBe(0)
    expect((await elsewhere('copy', 'oci:elsewhere:2', 'store:copied')).code).toBe(0)
    const copied = await elsewhere('diff', 'copied@build', 'copied')
    expect(copied.code).toBe(2)
    expect(copied.stderr).toContain('nothing is known of the stages of copied')
  })

  test('judges growth by limits, with the lines that are the cause', async () => {
    const held = await run('diff', '--fail-on', 'disk+3kB,packages+0', 'lines:1', 'lines:2')
    expect(held.code).toBe(0)
    const { stdout, code } = await run('diff', '--fail-on', 'disk+5%,layers+0', 'lines:1', 'lines:2')
    expect(code).toBe(1)
    expect(stdout).toMatch(/EXCEEDED {2}disk\+5%: .*\n {4}\+2kB \S*Dockerfile:2 \[build\] COPY src \/src\n/)
    expect(stdout).toContain('held  layers+0: 2, at most 2')
    const wrong = await run('diff', '--fail-on', 'bytes+5', 'lines:1', 'lines:2')
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('there is no measure bytes')
  })

  test('writes Markdown and a page of HTML with the same facts', async () => {
    const markdown = await run('diff', '--format', 'markdown', '--fail-on', 'disk+5%', 'lines:1', 'lines:2')
    expect(markdown.code).toBe(1)
    expect(markdown.stdout).toMatch(/^### `lines:1` → `lines:2`$/m)
    expect(markdown.stdout).toMatch(/^\| exceeded \| disk\+5%: .* \| `\+2kB \S*Dockerfile:2 \[build\] COPY src \/src`/m)
    const html = await run('diff', '--format', 'html', 'lines:1', 'lines:2')
    expect(html.stdout).toMatch(/^<!doctype html>/)
    expect(html.stdout).toContain('COPY src /src</td>')
  })

  test('tells vulnerabilities by what they went with, once there is a database', async () => {
    const lines =
      'FROM scratch AS base\nCOPY base /\nFROM base AS build\nCOPY tools /\nFROM base\nCOPY --from=build /made /made\n'
    const curl = ['curl', '7.88.1-10+deb12u5', 'amd64'] as const
    const tree: TreeSpec = {
      'base/etc/os-release': 'ID=debian\nVERSION_ID=12\n',
      'base/var/lib/dpkg/status': status(curl),
      'tools/var/lib/dpkg/status': status(curl, ['gcc-12', '12.2.0-14', 'amd64']),
      'tools/made': 'made',
    }
    expect((await build('cves', lines, tree)).code).toBe(0)
    const without = await run('diff', '--cve', 'cves@build', 'cves')
    expect(without.stdout).toContain('Vulnerabilities are not compared: there is no database')
    const records = Object.entries(osvRecords).map(([name, record]) => [name, JSON.stringify(record)] as const)
    writeTree(path.join(scratch.dir, 'osv'), Object.fromEntries(records))
    expect((await run('db', 'update', '--from', 'osv')).code).toBe(0)
    const { stdout, code } = await run('diff', '--cve', 'cves@build', 'cves')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^ {2}gone with gcc-12: 1 \(\S*Dockerfile:4\)$/m)
    expect(stdout).toMatch(/^ {2}in both: \d+$/m)
  })
})

describe('slipway diff --arch', () => {
  test('finds that platforms have the same when only names follow the architecture', async () => {
    const { stdout, code } = await run('diff', '--arch', 'even')
    expect(stdout).toContain('The platforms have the same packages, files and settings.')
    expect(stdout).toMatch(/^even +linux\/amd64 +linux\/arm64$/m)
    expect(code).toBe(0)
  })

  test('shows packages, files, settings and programs that are not the same, also of an archive', async () => {
    const uneven = roots({
      amd64: { ...usual('amd64', amd64), 'opt/addon/a.node': amd64, 'opt/addon/b.js': 'x' },
      arm64: {
        ...usual('arm64', arm64),
        'var/lib/dpkg/status': status(['libc6', '2.36-9', 'arm64'], ['curl', '7.74', 'arm64']),
        'usr/bin/app': amd64,
      },
    })
    const lines = 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /\nENV MODE=${TARGETARCH#arm}\n'
    expect((await build('uneven', lines, uneven, both)).code).toBe(0)
    expect((await run('copy', 'uneven', 'oci-archive:uneven.tar')).code).toBe(0)
    for (const { stdout, code } of [
      await run('diff', '--arch', 'uneven'),
      await elsewhere('diff', '--arch', 'oci-archive:uneven.tar'),
    ]) {
      expect(code).toBe(1)
      expect(stdout).toMatch(/^ {2}\/usr\/bin\/app +amd64 in linux\/arm64$/m)
      expect(stdout).toMatch(/^ {2}deb +curl +7\.88 +7\.74$/m)
      expect(stdout).toMatch(/^ {2}linux\/amd64 only +\S+ +\/opt\/addon\/ \(2 files\)$/m)
      expect(stdout).toMatch(/^ {4}linux\/arm64: 64$/m)
      expect(stdout).not.toContain('libc')
    }
    const parity = JSON.parse((await run('diff', '--arch', '--json', 'uneven')).stdout)
    expect(parity.foreign).toEqual([{ path: 'usr/bin/app', architecture: 'amd64', platform: 'linux/arm64' }])
    expect(parity.files.map((file: { path: string }) => file.path)).toEqual(['opt/addon/a.node', 'opt/addon/b.js'])
  })
})

describe('slipway build', () => {
  const mixed = 'FROM scratch\nCOPY data /data\nCOPY tool /usr/bin/tool\n'

  test('warns of a program that its platform cannot run, with the line that brought it, also when it is cached', async () => {
    for (const time of ['first', 'cached']) {
      const { stderr, code } = await build('mixed', mixed, { tool: amd64, data: 'text' }, both)
      expect([time, code]).toEqual([time, 0])
      const warnings = stderr.split('\n').filter((line) => line.includes('ForeignArchitecture'))
      expect(warnings).toEqual([
        expect.stringContaining('/usr/bin/tool is for amd64 and cannot run in the image for linux/arm64'),
      ])
      expect(warnings[0]).toMatch(/Dockerfile:3\)$/)
    }
  })

  test('is silent where programs fit, name their architecture, or do not reach the image', async () => {
    expect(builds[2]?.stderr).not.toContain('ForeignArchitecture')
    const lines = 'FROM scratch\nCOPY tool /usr/bin/tool\nCOPY tool /opt/tool-amd64\nCOPY own /usr/bin/tool\n'
    const { stderr } = await build('silent', lines, { tool: amd64, own: arm64 }, ['--platform', 'linux/arm64'])
    expect(stderr).not.toContain('ForeignArchitecture')
  })
})
