import { execFileSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { catalogueDate } from '../../src/bases/index.ts'
import { writeTree } from '../kit/file-tree.ts'
import { type FakeRegistry, fakeImage, startRegistry, storeImage } from '../kit/registry.ts'
import { runSlipway, scratchDir } from '../kit/slipway.ts'

const scratch = scratchDir('outdated')
const root = path.join(scratch.dir, 'root')
/** Nothing listens there. */
const dead = '127.0.0.1:9'
let registry: FakeRegistry
let host = ''

/** Puts an image of its own under each tag; the digests by tag. */
function publish(repository: string, tags: string): Readonly<Record<string, string>> {
  const digests = tags.split(' ').map((tag) => {
    const image = fakeImage([Buffer.from(`${repository}:${tag} ${registry.manifests.size}`)])
    storeImage(registry, `${repository}:${tag}`, image)
    return [tag, image.manifest.descriptor.digest] as const
  })
  return Object.fromEntries(digests)
}

/** A directory with these files; `HOST` in them is the registry. */
function project(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(path.join(scratch.dir, 'project-'))
  const texts = Object.entries(files).map(([name, text]) => [name, text.replaceAll('HOST', host)] as const)
  return writeTree(dir, Object.fromEntries(texts))
}

beforeEach(async () => {
  registry = await startRegistry()
  host = registry.host
})
afterEach(() => registry.close())
afterAll(() => scratch.remove())

describe('slipway outdated', () => {
  it('lists newer tags of the same kind, and the end of support, for every place that names an image', async () => {
    publish('library/node', '14 14.21.3-slim 20.11.1-slim 20.19.5-slim 22.3.0-slim 22.3.0 20.19.5 latest')
    publish('library/alpine', '3.19 3.20 edge 20240329')
    publish('docker/dockerfile', '1.6 1.7 1.8-labs')
    const cwd = project({
      Dockerfile: [
        '# syntax=HOST/docker/dockerfile:1.6',
        'ARG V=20.11.1',
        'FROM HOST/library/node:${V}-slim AS build',
        'RUN --mount=type=bind,from=HOST/library/alpine:3.19,target=/a true',
        'FROM scratch',
        'COPY --from=HOST/library/node:14 /n /n',
        'COPY --from=build /x /x',
        '',
      ].join('\n'),
    })
    const { stdout, code } = await runSlipway(['outdated', '--all'], { root, cwd })
    expect(code).toBe(1)
    const rows = stdout.split('\n').map((line) => line.replaceAll(`${host}/`, '').split(/ {3,}/).join(' | '))
    expect(rows).toEqual([
      'FILE:LINE | IMAGE | CURRENT | WANTED | LATEST | NOTE',
      'Dockerfile:1 | docker/dockerfile | 1.6 | 1.7 | 1.7',
      'Dockerfile:3 | library/node | 20.11.1-slim | 20.19.5-slim | 22.3.0-slim | Node.js 20: end of life since 2026-04-30',
      'Dockerfile:4 | library/alpine | 3.19 | 3.20 | 3.20 | Alpine 3.19: end of life since 2025-11-01',
      'Dockerfile:5 | scratch | - | - | - | scratch is empty',
      'Dockerfile:6 | library/node | 14 | 14 | 14 | Node.js 14: end of life since 2023-04-30',
      'Dockerfile:7 | build | - | - | - | stage build',
      '',
      `4 images, 4 outdated; ends of support: catalogue of ${catalogueDate}`,
      '',
    ])
  })

  it('asks for the tags of a repository once, for digests with HEAD, and downloads nothing', async () => {
    const digests = publish('team/app', '1.0 1.1')
    const pinned = `HOST/team/app:1.0@${digests['1.0']}`
    const cwd = project({ Dockerfile: `FROM ${pinned} AS a\nFROM ${pinned} AS b\nFROM HOST/team/app:1.1\n` })
    expect((await runSlipway(['outdated'], { root, cwd })).code).toBe(1)
    const asked = registry.requests
      .map(({ method, url }) => `${method} ${url}`)
      .filter((line) => !line.endsWith('/v2/'))
    expect(asked.sort()).toEqual(['GET /v2/team/app/tags/list', 'HEAD /v2/team/app/manifests/1.0'])
  })

  it('sees that a tag stands for another digest than the pinned one', async () => {
    const before = publish('team/app', '1.0 other')
    const cwd = project({
      Dockerfile: `FROM HOST/team/app:1.0@${before['1.0']}\n`,
      'other.Dockerfile': `FROM HOST/team/app:other@${before['other']}\n`,
    })
    const args = ['outdated', '--json', '.', '-f', 'other.Dockerfile']
    expect((await runSlipway(args, { root, cwd })).code).toBe(0)
    const after = publish('team/app', '1.0')
    const { stdout, code } = await runSlipway(args, { root, cwd })
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      catalogue: catalogueDate,
      outdated: 1,
      references: [
        {
          file: 'Dockerfile',
          line: 1,
          column: 6,
          via: 'from',
          registry: host,
          repository: 'team/app',
          tag: '1.0',
          digest: before['1.0'],
          outdated: true,
          severity: 'digest',
          movedTo: after['1.0'],
        },
        { file: 'other.Dockerfile', outdated: false },
      ],
    })
  })

  it('ends with 0 when everything is up to date, and lists nothing then', async () => {
    publish('team/app', '1.0')
    const cwd = project({ Dockerfile: 'FROM HOST/team/app:1.0\n' })
    const { stdout, code } = await runSlipway(['outdated'], { root, cwd })
    expect([stdout, code]).toEqual([`1 image, none outdated; ends of support: catalogue of ${catalogueDate}\n`, 0])
  })

  it('reports a registry that fails in the row of its image, and the other images all the same', async () => {
    publish('team/app', '1.0 1.1')
    registry.addFault({ path: 'team/broken', fault: { kind: 'status', status: 403 } })
    const alone = project({ Dockerfile: `FROM ${dead}/team/gone:1.0\n` })
    const silent = await runSlipway(['outdated'], { root, cwd: alone })
    expect(silent.code).toBe(4)
    expect(silent.stdout).toMatch(/gone {3}1\.0 +\? +\? +not known: cannot reach /)
    expect(silent.stdout).toContain('1 image, none outdated, 1 not known;')
    const cwd = project({
      Dockerfile: `FROM ${dead}/team/gone:1.0\nFROM HOST/team/broken:1\nFROM HOST/team/app:1.0\n`,
    })
    const { stdout, code } = await runSlipway(['outdated'], { root, cwd })
    expect(code).toBe(1)
    expect(stdout).toMatch(/team\/app +1\.0 +1\.1 +1\.1\n/)
    expect(stdout.match(/not known: /g)).toHaveLength(2)
  })

  it('looks at the names that --build-arg gives', async () => {
    publish('team/app', '1.0 1.1 2.0')
    const cwd = project({ Dockerfile: 'ARG V=1.0\nFROM HOST/team/app:$V\n' })
    const { stdout } = await runSlipway(['outdated', '--build-arg', 'V=1.1'], { root, cwd })
    expect(stdout).toMatch(/team\/app +1\.1 +1\.1 +2\.0\n/)
  })
})

describe('slipway fix --update-bases', () => {
  it('prints a patch that git applies, which changes nothing but the references', async () => {
    publish('library/node', '20.11.1-slim 20.19.5-slim 22.3.0-slim')
    const { '3.19': before } = publish('library/alpine', '3.19')
    const { '3.20': made } = publish('library/alpine', '3.20')
    const text = [
      '# renovate: datasource=docker depName=node',
      'ARG NODE_VERSION=20.11.1 ',
      '',
      'from   HOST/library/node:${NODE_VERSION}-slim   as Build',
      'RUN --mount=type=bind,target=/x,\\',
      '# a comment inside',
      `from=HOST/library/alpine:3.19@${before} \\`,
      '    true',
      'FROM scratch',
      'COPY --from=build / /',
    ]
    const cwd = project({ 'sub dir/Dockerfile': text.join('\r\n') })
    const file = path.join(cwd, 'sub dir/Dockerfile')
    const original = readFileSync(file, 'utf8')
    execFileSync('git', ['init', '-q'], { cwd })
    const { stdout, stderr, code } = await runSlipway(['fix', '--update-bases', 'sub dir'], { root, cwd })
    expect([code, readFileSync(file, 'utf8')]).toEqual([0, original])
    expect(stderr).toContain(
      `sub dir/Dockerfile:4:8: ${host}/library/node:20.11.1-slim -> ${host}/library/node:20.19.5-slim`,
    )
    // Git warns of the carriage returns.
    execFileSync('git', ['apply', '-'], { cwd, input: stdout, stdio: ['pipe', 'pipe', 'ignore'] })
    const expected = original
      .replace('NODE_VERSION=20.11.1 ', 'NODE_VERSION=20.19.5 ')
      .replace(`3.19@${before}`, `3.20@${made}`)
    expect(readFileSync(file, 'utf8')).toBe(expected)
    const again = await runSlipway(['fix', '--update-bases', 'sub dir'], { root, cwd })
    expect([again.stdout, again.stderr, again.code]).toEqual(['', 'nothing to change\n', 0])
  })

  it('writes the file behind a link in one piece, with its mode', async () => {
    publish('team/app', '1.0 1.1 2.0')
    const cwd = project({ 'real.Dockerfile': 'FROM HOST/team/app:1.0' })
    const file = path.join(cwd, 'real.Dockerfile')
    chmodSync(file, 0o640)
    symlinkSync('real.Dockerfile', path.join(cwd, 'Dockerfile'))
    const { stdout, code } = await runSlipway(['fix', '--update-bases=major', '-w'], { root, cwd })
    expect([stdout, code, readFileSync(file, 'utf8')]).toEqual(['', 0, `FROM ${host}/team/app:2.0`])
    expect(statSync(file).mode & 0o7777).toBe(0o640)
    expect(lstatSync(path.join(cwd, 'Dockerfile')).isSymbolicLink()).toBe(true)
  })

  it('pins what has no digest with --pin, and leaves tags alone with =digest', async () => {
    const digests = publish('team/app', '1.0 1.1 latest')
    const cwd = project({ Dockerfile: `FROM HOST/team/app:1.0 AS a\nFROM HOST/team/app\nCOPY --from=a / /\n` })
    const args = ['fix', '--update-bases=digest', '--write']
    expect((await runSlipway(args, { root, cwd })).stderr).toBe('nothing to change\n')
    await runSlipway([...args, '--pin'], { root, cwd })
    expect(readFileSync(path.join(cwd, 'Dockerfile'), 'utf8')).toBe(
      `FROM ${host}/team/app:1.0@${digests['1.0']} AS a\nFROM ${host}/team/app:latest@${digests['latest']}\nCOPY --from=a / /\n`,
    )
    const moved = publish('team/app', '1.0')
    await runSlipway(args, { root, cwd })
    expect(readFileSync(path.join(cwd, 'Dockerfile'), 'utf8')).toContain(`app:1.0@${moved['1.0']} AS a`)
  })

  it('moves lines that share an ARG together, to the newest value that all of them have', async () => {
    publish('library/node', '20.1-slim 20.2-slim 20.3-slim 20.1-alpine 20.2-alpine')
    const cwd = project({
      Dockerfile: 'ARG V=20.1\nFROM HOST/library/node:$V-slim\nFROM HOST/library/node:$V-alpine\n',
    })
    const { stderr } = await runSlipway(['fix', '--update-bases', '--write'], { root, cwd })
    expect(readFileSync(path.join(cwd, 'Dockerfile'), 'utf8')).toMatch(/^ARG V=20\.2\n/)
    expect(stderr.match(/ -> /g)).toHaveLength(2)
  })

  it('says what it cannot change, repairs the rest, and ends with 4 for a registry that fails', async () => {
    publish('team/app', '1.0 1.1')
    const cwd = project({ Dockerfile: `ARG V=1.0\nFROM HOST/team/app:$V\nFROM HOST/team/app:1.0\nFROM ${dead}/x:1\n` })
    const args = ['fix', '--update-bases', '--write', '--build-arg', 'V=1.0']
    const { stderr, code } = await runSlipway(args, { root, cwd })
    expect(code).toBe(4)
    expect(stderr).toContain(`Dockerfile:2:6: ${host}/team/app:1.0 gets no newer tag: V is set by --build-arg`)
    expect(stderr).toMatch(/Dockerfile:4:6: .*\/x:1 is not known: cannot reach/)
    expect(readFileSync(path.join(cwd, 'Dockerfile'), 'utf8')).toBe(
      `ARG V=1.0\nFROM ${host}/team/app:$V\nFROM ${host}/team/app:1.1\nFROM ${dead}/x:1\n`,
    )
  })

  it('leaves a file that is not UTF-8 as it is', async () => {
    const cwd = project({ Dockerfile: 'x' })
    const bytes = Buffer.from(`# caf\xe9\nFROM ${host}/team/app:1.0\n`, 'latin1')
    writeFileSync(path.join(cwd, 'Dockerfile'), bytes)
    const { stderr, code } = await runSlipway(['fix', '--update-bases', '--write'], { root, cwd })
    expect([code, stderr]).toEqual([2, expect.stringContaining('Dockerfile is not UTF-8 throughout')])
    expect(readFileSync(path.join(cwd, 'Dockerfile')).equals(bytes)).toBe(true)
  })

  it('says what belongs together', async () => {
    const cwd = project({ Dockerfile: 'FROM scratch\n' })
    const bare = await runSlipway(['fix', '--pin'], { root, cwd })
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('--pin goes with --update-bases')])
    const apart = await runSlipway(['fix', '--update-bases', 'major'], { root, cwd })
    expect([apart.code, apart.stderr]).toEqual([2, expect.stringContaining('write --update-bases=major')])
  })
})
