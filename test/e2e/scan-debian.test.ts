import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { provideBases } from '../kit/bases.ts'
import { writeTree } from '../kit/file-tree.ts'
import { runSlipway, scratchDir, slipway } from '../kit/slipway.ts'

const scratch = scratchDir('scan-debian')
const root = path.join(scratch.dir, 'store')
const env = { BUILDKIT_PROGRESS: 'quiet' }
const ok = (...args: string[]): Promise<string> => slipway(args, { root, env, cwd: scratch.dir })
const debian = 'debian:bookworm-slim'
const dockerfile = `FROM ${debian}
RUN true
RUN apt-get update && apt-get install -y --no-install-recommends libpopt0
`
let missing: string | undefined

/** A record about a source package of Debian 12. */
function writeRecord(id: string, source: string, fixed?: string): void {
  const events = [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])]
  const affected = [{ package: { ecosystem: 'Debian:12', name: source }, ranges: [{ type: 'ECOSYSTEM', events }] }]
  mkdirSync(path.join(scratch.dir, 'osv'), { recursive: true })
  writeFileSync(path.join(scratch.dir, 'osv', `${id}.json`), JSON.stringify({ id, affected }))
}

beforeAll(async () => {
  missing = await provideBases(root, [debian])
  if (missing !== undefined) return console.warn(`scan-debian: skipped, ${missing}`)
  writeTree(path.join(scratch.dir, 'app'), { Dockerfile: dockerfile })
  await ok('build', '-q', '-t', 'app', 'app')
}, 300_000)
afterAll(() => scratch.remove())

describe('packages that apt has installed', () => {
  test('are found by the source that dpkg names, up to the version that repairs it', async ({ skip }) => {
    if (missing !== undefined) skip(missing)
    const asked = await ok('run', '--rm', 'app', 'dpkg-query', '-W', '-f', '${source:Package} ${Version}', 'libpopt0')
    const [source = '', version = ''] = asked.trim().split(' ')
    expect([source, version]).toEqual(['popt', expect.stringMatching(/^1\./)])
    writeRecord('CVE-2026-1001', source, `${version}+deb12u1`)
    writeRecord('CVE-2026-1002', source, version)
    writeRecord('CVE-2026-1003', source, `${version}~deb12u1`)
    writeRecord('CVE-2026-1004', 'libpopt0')
    writeRecord('CVE-2026-1005', 'zlib')
    await ok('db', 'update', '--from', 'osv')
    const { code, stdout } = await runSlipway(['scan', '--json', '--fail-on', 'low', 'app'], {
      root,
      env,
      cwd: scratch.dir,
    })
    const { vulnerabilities, checked } = JSON.parse(stdout) as {
      readonly checked: number
      readonly vulnerabilities: readonly {
        readonly id: string
        readonly fixed?: string
        readonly components: readonly { readonly name: string; readonly origin?: { readonly line?: string } }[]
      }[]
    }
    expect(code).toBe(1)
    expect(checked).toBeGreaterThan(80)
    expect(
      vulnerabilities.map(({ id, fixed, components: [first] }) => [id, fixed, first?.name, first?.origin?.line]),
    ).toEqual([
      ['CVE-2026-1001', `${version}+deb12u1`, 'libpopt0', 'app/Dockerfile:3'],
      ['CVE-2026-1005', undefined, 'zlib1g', undefined],
    ])
  })
})
