import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TreeSpec, writeTree } from '../kit/file-tree.ts'
import { osvRecords } from '../kit/osv-records.ts'
import { type RunResult, runSlipway, scratchDir } from '../kit/slipway.ts'

const scratch = scratchDir('scan')
const root = path.join(scratch.dir, 'store')
const env = { BUILDKIT_PROGRESS: 'quiet' }
const at = (...names: readonly string[]): string => path.join(scratch.dir, ...names)
const run = (...args: string[]): Promise<RunResult> => runSlipway(args, { root, env, cwd: scratch.dir })

const status = (...packages: readonly (readonly [string, string, string?])[]): string =>
  packages
    .map(
      ([name, version, source]) =>
        `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nArchitecture: amd64\n${source === undefined ? '' : `Source: ${source}\n`}`,
    )
    .join('\n')

const curl = [
  ['curl', '7.88.1-10+deb12u5'],
  ['libcurl4', '7.88.1-10+deb12u5', 'curl'],
] as const
const tree: TreeSpec = {
  'base/etc/os-release': 'ID=debian\nVERSION_ID=12\nPRETTY_NAME="Debian 12"\n',
  'base/var/lib/dpkg/status': status(...curl),
  'tools/var/lib/dpkg/status': status(...curl, ['gcc-12', '12.2.0-14']),
  'app/app/node_modules/left-pad/package.json': '{"name":"left-pad","version":"1.3.0"}',
  'app/app/node_modules/tester/package.json': '{"name":"tester","version":"8.0.0"}',
  'app/app/node_modules/.package-lock.json':
    '{"packages":{"node_modules/tester":{"version":"8.0.0","dev":true},"node_modules/left-pad":{"version":"1.3.0"}}}',
  'fixed/app/node_modules/left-pad/package.json': '{"name":"left-pad","version":"1.3.1"}',
}
const dockerfiles = {
  app: 'FROM scratch AS os\nCOPY base /\nFROM os AS build\nCOPY tools /\nFROM os\nCOPY app /\nCOPY --from=build /etc/os-release /built\n',
  fixed: 'FROM scratch\nCOPY fixed /\n',
  copied: 'FROM scratch AS made\nCOPY app /\nFROM scratch\nCOPY --from=made /app /srv\n',
}

interface Report {
  readonly failed: boolean
  readonly counts: Readonly<Record<string, number>>
  readonly vulnerabilities: readonly {
    readonly id: string
    readonly ids: readonly string[]
    readonly level: string
    readonly fixed?: string
    readonly scope: string
    readonly components: readonly {
      readonly name: string
      readonly development?: boolean
      readonly origin?: {
        readonly line?: string
        readonly stage?: string
        readonly maker?: { readonly line?: string; readonly stage?: string }
      }
    }[]
  }[]
  readonly suppressed: readonly { readonly id: string; readonly by: string; readonly reason: string }[]
  readonly expired: readonly { readonly id: string }[]
  readonly notes: readonly string[]
  readonly unchecked: readonly { readonly what: string; readonly count: number; readonly ecosystem?: string }[]
  readonly stages: readonly { readonly stage: string; readonly vulnerabilities: readonly { readonly id: string }[] }[]
}

async function scan(
  ...args: string[]
): Promise<{ readonly code: number | null; readonly report: Report; readonly stderr: string }> {
  const { code, stdout, stderr } = await run('scan', '--json', ...args)
  if (stdout === '') throw new Error(stderr)
  return { code, report: JSON.parse(stdout) as Report, stderr }
}

const idsOf = ({ vulnerabilities }: Pick<Report, 'vulnerabilities'>): readonly string[] =>
  vulnerabilities.map(({ id }) => id)

beforeAll(async () => {
  for (const [name, record] of Object.entries(osvRecords)) {
    mkdirSync(path.dirname(at('osv', name)), { recursive: true })
    writeFileSync(at('osv', name), JSON.stringify(record))
  }
  for (const [name, dockerfile] of Object.entries(dockerfiles)) {
    writeTree(at(name), { ...tree, Dockerfile: dockerfile })
    const built = await run('build', '-q', '-t', name, at(name))
    if (built.code !== 0) throw new Error(built.stderr)
  }
  const updated = await run('db', 'update', '--from', 'osv')
  if (updated.code !== 0) throw new Error(updated.stderr)
}, 60_000)

afterAll(() => scratch.remove())

describe('slipway scan', () => {
  test('finds by source packages and release, shows CVEs, and names the line and stage that brought a package', async () => {
    const { code, report } = await scan('app')
    expect(code).toBe(0)
    expect(
      report.vulnerabilities.map(({ id, level, fixed, scope, components }) => [
        id,
        level,
        fixed,
        scope,
        components.map(({ name }) => name),
      ]),
    ).toEqual([
      ['CVE-2026-0001', 'critical', '7.88.1-10+deb12u6', 'os', ['curl', 'libcurl4']],
      ['CVE-2026-0002', 'high', '1.3.1', 'application', ['left-pad']],
      ['GHSA-dddd-eeee-ffff', 'low', '9.0.0', 'application', ['tester']],
    ])
    const [first, second, third] = report.vulnerabilities
    expect(first?.components[0]?.origin).toMatchObject({ line: 'app/Dockerfile:2', stage: 'os' })
    expect(second?.components[0]?.origin?.line).toBe('app/Dockerfile:6')
    expect(second?.ids).toEqual(['CVE-2026-0002', 'GHSA-aaaa-bbbb-cccc'])
    expect([second, third].map((one) => one?.components[0]?.development === true)).toEqual([false, true])
    expect(report.counts).toEqual({ critical: 1, high: 1, medium: 0, low: 1, unknown: 0 })
  })

  test.each([
    [['--fail-on', 'critical', 'app'], 1],
    [['--fail-on', 'none', 'app'], 0],
    [['--fail-on', 'low', 'fixed'], 0],
    [['--fail-on', 'critical', 'fixed'], 0],
    [['nowhere:1', '--offline'], 2],
    [['sbom:nothing.json'], 2],
    [[], 2],
  ])('%j ends with %i', async (args, code) => {
    expect((await run('scan', ...args)).code).toBe(code)
  })

  test('tells of builder stages without failing for them', async () => {
    const { code, report } = await scan(
      '--stages',
      '--fail-on',
      'low',
      '--ignore',
      await accepted('CVE-2026-0001', 'CVE-2026-0002', 'GHSA-dddd-eeee-ffff'),
      'app',
    )
    expect(code).toBe(0)
    expect(report.stages).toMatchObject([{ stage: 'build', vulnerabilities: [{ id: 'CVE-2026-0003' }] }])
    expect(report.vulnerabilities).toEqual([])
  })

  test('counts what was accepted again once that is over, and wants a reason', async () => {
    writeFileSync(
      at('ignore.yaml'),
      '- { id: cve-2026-0001, package: libcurl4, reason: no URLs from outside, expires: 2999-01-01 }\n- { id: CVE-2026-0002, reason: soon, expires: 2020-01-01 }\n- { id: GHSA-dddd-eeee-ffff, package: other, reason: not this one }\n',
    )
    const { report } = await scan('--ignore', 'ignore.yaml', 'app')
    expect(idsOf(report)).toEqual(['CVE-2026-0002', 'GHSA-dddd-eeee-ffff'])
    expect(report.suppressed.map(({ id, by, reason }) => [id, by, reason])).toEqual([
      ['CVE-2026-0001', 'ignore', 'no URLs from outside'],
    ])
    expect(report.expired.map(({ id }) => id)).toEqual(['CVE-2026-0002'])
    writeFileSync(at('bad.yaml'), '- { id: CVE-2026-0001 }\n')
    const bad = await run('scan', '--ignore', 'bad.yaml', 'app')
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('bad.yaml, entry 1: reason')])
  })

  test('reads what is accepted and what fails from slipway.yaml', async () => {
    writeFileSync(
      at('gate.yaml'),
      'scan:\n  failOn: high\n  onlyFixed: true\n  ignore:\n    - id: CVE-2026-0001\n      reason: known\n',
    )
    const { code, report } = await scan('--config', 'gate.yaml', 'app')
    expect([code, idsOf(report)]).toEqual([1, ['CVE-2026-0002', 'GHSA-dddd-eeee-ffff']])
    writeFileSync(at('wrong.yaml'), 'scan:\n  failon: high\n')
    const wrong = await run('scan', '--config', 'wrong.yaml', 'app')
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean failOn')])
  })

  test.each([
    ['the package', [{ '@id': 'pkg:npm/left-pad@1.3.0' }], true],
    ['another version of it', [{ '@id': 'pkg:npm/left-pad@1.2.0' }], false],
    ['the image', [{ '@id': 'pkg:oci/app' }], true],
    ['another package of the image', [{ '@id': 'pkg:oci/app', subcomponents: [{ '@id': 'pkg:npm/other' }] }], false],
    ['another image', [{ '@id': 'pkg:oci/other' }], false],
  ])('believes OpenVEX about %s: %j', async (_, products, clears) => {
    const statement = {
      vulnerability: { name: 'CVE-2026-0002' },
      products,
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
    }
    writeFileSync(
      at('vex.json'),
      JSON.stringify({ '@context': 'https://openvex.dev/ns/v0.2.0', statements: [statement] }),
    )
    const { report } = await scan('--vex', 'vex.json', 'app')
    expect(idsOf(report).includes('CVE-2026-0002')).toBe(!clears)
    expect(report.suppressed.map(({ by, reason }) => [by, reason])).toEqual(
      clears ? [['vex', 'vulnerable code not in execute path']] : [],
    )
  })

  test.each([
    ['not_affected', 'of the package', 'pkg:npm/left-pad@1.3.0', true],
    ['resolved', 'of the image by a reference', 'image', true],
    ['exploitable', 'of the package', 'pkg:npm/left-pad@1.3.0', false],
    ['not_affected', 'of another version', 'pkg:npm/left-pad@1.2.0', false],
  ])('believes CycloneDX that calls it %s %s', async (state, _, ref, clears) => {
    const document = {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { component: { type: 'container', name: 'app', 'bom-ref': 'image', purl: 'pkg:oci/app' } },
      vulnerabilities: [
        {
          id: 'GHSA-aaaa-bbbb-cccc',
          references: [{ id: 'CVE-2026-0002', source: { name: 'NVD' } }],
          analysis: { state, justification: 'code_not_reachable' },
          affects: [{ ref }],
        },
      ],
    }
    writeFileSync(at('cdx.vex.json'), JSON.stringify(document))
    const { report } = await scan('--vex', 'cdx.vex.json', 'app')
    expect(idsOf(report).includes('CVE-2026-0002')).toBe(!clears)
    expect(report.suppressed.map(({ id, by, reason }) => [id, by, reason])).toEqual(
      clears ? [['CVE-2026-0002', 'vex', 'code not reachable']] : [],
    )
  })

  test('names the line that made a package which another one copied, also from a stored list', async () => {
    const made = { line: 'copied/Dockerfile:4', maker: { line: 'copied/Dockerfile:2', stage: 'made' } }
    const { report } = await scan('copied')
    expect(report.vulnerabilities[0]?.components[0]?.origin).toMatchObject(made)
    expect((await run('scan', 'copied')).stdout).toContain('copied/Dockerfile:4 from line 2 (made) ')
    expect((await run('sbom', 'copied')).stdout).toContain('copied/Dockerfile:4 from line 2 ')
    for (const format of ['spdx-json', 'cyclonedx-json']) {
      writeFileSync(at('copied.json'), (await run('sbom', '--format', format, 'copied')).stdout)
      const { report: stored } = await scan('sbom:copied.json')
      expect(stored.vulnerabilities[0]?.components[0]?.origin).toMatchObject(made)
    }
  })

  test('tells of records that are older than maxAge, and of no others', async () => {
    const file = path.join(root, 'vulnerabilities/database.json')
    const before = readFileSync(file, 'utf8')
    const database = JSON.parse(before) as { families: Record<string, { updated: number }> }
    const npm = database.families['npm'] as { updated: number }
    npm.updated -= 9 * 24 * 3600 * 1000
    writeFileSync(file, JSON.stringify(database))
    writeFileSync(at('patient.yaml'), 'scan:\n  maxAge: 30\n')
    try {
      const note = 'The records of npm are 9 days old: slipway db update fetches newer ones'
      expect((await scan('app')).report.notes).toEqual([note])
      expect((await run('scan', 'app')).stdout).toContain(note)
      expect((await scan('--config', 'patient.yaml', 'app')).report.notes).toEqual([])
    } finally {
      writeFileSync(file, before)
    }
  })

  test.each(['spdx', 'cyclonedx'])('finds the same in a stored list of packages: %s', async (format) => {
    const list = await run('sbom', '--format', format === 'spdx' ? 'spdx-json' : 'cyclonedx-json', 'app')
    expect([list.code, list.stderr]).toEqual([0, ''])
    writeFileSync(at(`${format}.json`), list.stdout)
    const { report } = await scan(`sbom:${format}.json`)
    expect(report.vulnerabilities.map(({ id, components }) => [id, components[0]?.origin?.line])).toEqual([
      ['CVE-2026-0001', 'app/Dockerfile:2'],
      ['CVE-2026-0002', 'app/Dockerfile:6'],
      ['GHSA-dddd-eeee-ffff', 'app/Dockerfile:6'],
    ])
  })

  test('scans a directory, and says what the database has nothing of', async () => {
    writeTree(at('alpine'), {
      'etc/os-release': 'ID=alpine\nVERSION_ID=3.20.3\n',
      'lib/apk/db/installed': 'P:busybox\nV:1.36.1-r28\nA:x86_64\n',
    })
    const { report } = await scan('dir:alpine')
    expect(report).toMatchObject({
      vulnerabilities: [],
      checked: 0,
      unchecked: [{ what: 'packages of Alpine:v3.20', count: 1, ecosystem: 'Alpine:v3.20' }],
    })
    expect((await run('scan', 'dir:alpine')).stdout).toContain('slipway db update --ecosystem "Alpine"')
  })

  test('lists the images of the store that have a vulnerability', async () => {
    const { stdout, code } = await run('scan', '--id', 'ghsa-aaaa-bbbb-cccc')
    const row = (name: string): readonly unknown[] => [name, expect.any(String), 'left-pad', '1.3.0', '1.3.1', 'high']
    const rows = stdout.split('\n').slice(1, 3)
    expect(code).toBe(1)
    expect(rows.map((one) => one.split(/ {2,}/)).sort()).toEqual([row('app:latest'), row('copied:latest')])
    const none = await run('scan', '--id', 'CVE-2026-0003')
    expect([none.code, none.stdout]).toEqual([0, 'none of 3 images has CVE-2026-0003\n'])
  })

  test('writes SARIF with the line of the Dockerfile, Markdown without markup of others, and a table with the age', async () => {
    const sarif = JSON.parse((await run('scan', '--format', 'sarif', 'app')).stdout) as {
      readonly runs: readonly { readonly results: readonly object[] }[]
    }
    expect(sarif.runs[0]?.results[0]).toMatchObject({
      ruleId: 'CVE-2026-0001',
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'app/Dockerfile' }, region: { startLine: 2 } } }],
    })
    expect((await run('scan', '--format', 'markdown', 'app')).stdout).toContain('It pads \\| wrongly')
    const { stdout } = await run('scan', 'app')
    expect(stdout).toContain('[development only] It tests wrongly')
    expect(stdout).toMatch(/^Database: Debian .* ago, npm .* ago$/m)
  })
})

/** A file that accepts these. */
async function accepted(...ids: string[]): Promise<string> {
  writeFileSync(at('accepted.yaml'), ids.map((id) => `- { id: ${id}, reason: for this test }\n`).join(''))
  expect(readFileSync(at('accepted.yaml'), 'utf8')).toContain('reason')
  return 'accepted.yaml'
}
