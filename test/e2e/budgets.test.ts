import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { busyboxTar, withoutBusybox } from '../kit/busybox.ts'
import { writeTree } from '../kit/file-tree.ts'
import { startRegistry } from '../kit/registry.ts'
import { runSlipway, type RunResult, scratchDir, slipway } from '../kit/slipway.ts'

const scratch = scratchDir('budgets')
const root = path.join(scratch.dir, 'store')
const own = { root, env: { CI: 'false' }, cwd: scratch.dir }
const ok = (...args: string[]): Promise<string> => slipway(args, own)
const run = (...args: string[]): Promise<RunResult> => runSlipway(args, own)
const noBusybox = withoutBusybox()
if (noBusybox !== undefined) console.warn(`budgets: skipped, ${noBusybox}`)

const dockerfile = `FROM base AS tools
RUN echo tool > /tool

FROM base
COPY data /data
RUN chmod 4755 /data/run && rm /data/two
USER app
`

describe.skipIf(noBusybox !== undefined)('budgets', () => {
  let registry: Awaited<ReturnType<typeof startRegistry>>
  beforeAll(async () => {
    registry = await startRegistry()
    await ok('import', busyboxTar(scratch.dir), 'base')
    writeTree(path.join(scratch.dir, 'app'), {
      Dockerfile: dockerfile,
      'data/one': 'x'.repeat(3_000_000),
      'data/two': 'y'.repeat(1_000_000),
      'data/run': '#!/bin/sh\n',
    })
    await ok('build', '-t', 'app:before', 'app')
  })
  afterAll(async () => {
    await registry?.close()
    scratch.remove()
  })

  const policy = (name: string, ...lines: readonly string[]): string => {
    writeTree(scratch.dir, { [name]: `budgets:\n${lines.map((line) => `  ${line}\n`).join('')}` })
    return name
  }

  test('a build over its budget names, exports and pushes nothing, and names the lines', async () => {
    const file = policy('small.yaml', 'disk: 4MB', 'wasted: 500kB', 'setuid: 0', 'shell: absent', 'user: non-root')
    const name = `${registry.host}/app:over`
    const over = await run('build', '--policy', file, '-t', name, '--push', '-o', 'type=oci,dest=app.tar', 'app')
    expect(over.code).toBe(3)
    expect(over.stderr).toMatch(
      /disk \d\.\d+MB exceeds 4MB: app\/Dockerfile:5 COPY data \/data 4MB, app\/Dockerfile:4 FROM base \d\.\d+MB, .*\[budget-exceeded\]/,
    )
    expect(over.stderr).toContain('small.yaml:2:9')
    expect(over.stderr).toContain('wasted 1MB exceeds 500kB: app/Dockerfile:6 deletes what app/Dockerfile:5 wrote 1MB')
    expect(over.stderr).toContain('setuid 1 exceeds 0: app/Dockerfile:6 /data/run')
    expect(over.stderr).toContain('shell: the image has a shell: app/Dockerfile:4 /bin/sh')
    expect(over.stderr).not.toContain('user:')
    expect(existsSync(path.join(scratch.dir, 'app.tar'))).toBe(false)
    expect(await ok('images', '--format', '{{.Repository}}:{{.Tag}}')).not.toContain('over')
    expect(registry.manifests.size).toBe(0)
  })

  test('the same build within its budget is pushed, and what only warns is said with its place', async () => {
    const file = policy(
      'wide.yaml',
      'disk: 40MB',
      'transfer: 10MB',
      'efficiency: 0.5',
      'warn: { disk: 4MB, secrets: absent }',
    )
    const name = `${registry.host}/app:within`
    const within = await run('build', '--policy', file, '-t', name, '--push', 'app')
    expect(within).toMatchObject({ code: 0 })
    expect(within.stderr).toMatch(/BudgetExceeded: disk \d\.\d+MB exceeds 4MB/)
    expect(registry.manifests.size).toBeGreaterThan(0)
  })

  test('transfer is judged after compression, by the bytes that a registry gets', async () => {
    const sizes = [...registry.blobs.values()].map(({ length }) => length)
    const most = sizes.reduce((sum, size) => sum + size, 0)
    const at = (limit: number) => run('build', '--policy', policy('sent.yaml', `transfer: ${limit}B`), 'app')
    const manifest = [...registry.manifests.values()][0]
    const { layers } = JSON.parse(Buffer.from(manifest?.bytes ?? []).toString()) as { layers: { size: number }[] }
    const sent = layers.reduce((sum, { size }) => sum + size, 0)
    expect(most).toBeGreaterThan(sent)
    expect(await at(sent)).toMatchObject({ code: 0 })
    expect(await at(sent - 1)).toMatchObject({ code: 3 })
  })

  test('growth is judged against a reference, and not where there is none yet', async () => {
    writeTree(path.join(scratch.dir, 'grown'), {
      'slipway.yaml': 'budgets:\n  reference: app:before\n  growth: { disk: +5 %, packages: +0 % }\n',
      Dockerfile: dockerfile,
      'data/one': 'x'.repeat(3_200_000),
      'data/two': 'y'.repeat(1_000_000),
      'data/run': '#!/bin/sh\n',
    })
    expect(await run('build', '-t', 'app:same', 'grown')).toMatchObject({ code: 0 })
    writeTree(path.join(scratch.dir, 'grown'), { 'data/one': 'x'.repeat(4_000_000) })
    const grown = await run('build', '-t', 'app:grown', 'grown')
    expect(grown.code).toBe(3)
    expect(grown.stderr).toMatch(
      /growth\.disk \d\.\d+MB exceeds \d\.\d+MB \(the reference has \d\.\d+MB\): grown\/Dockerfile:5 COPY data \/data 5MB/,
    )
    expect(await ok('images', '--format', '{{.Tag}}')).not.toContain('grown')
    // A stage on the way is not what is shipped.
    expect(await run('build', '--target', 'tools', 'grown')).toMatchObject({ code: 0 })
    const first = policy('first.yaml', `reference: ${registry.host}/none-yet:1`, 'growth: { disk: +5 % }')
    const skipped = await run('build', '--policy', first, 'app')
    expect(skipped.code).toBe(0)
    expect(skipped.stderr).toContain(
      `NOTE: budget growth.disk was not judged: there is no ${registry.host}/none-yet:1 to compare with`,
    )
  })

  test('mistakes in the file end the build before it begins', async () => {
    const wrong = await run('build', '--policy', policy('wrong.yaml', 'disk: much'), 'app')
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('wrong.yaml:2:9')
    expect(wrong.stderr).not.toContain('COPY')
    writeTree(scratch.dir, { 'none.yaml': 'check: {}\n' })
    expect((await run('build', '--policy', 'none.yaml', 'app')).stderr).toContain('none.yaml has no budgets')
  })

  test('without a database vulnerabilities are not judged, and the build says so', async () => {
    const skipped = await run('build', '--policy', policy('known.yaml', 'severities: { critical: 0 }'), 'app')
    expect(skipped.code).toBe(0)
    expect(skipped.stderr).toContain('budget severities.critical was not judged: there is no vulnerability database')
  })

  test('CI that pushes a stage which is not the last one is warned', async () => {
    const args = ['build', '--target', 'tools', '--push', '-t', `${registry.host}/tools`, 'app']
    const warned = await runSlipway(args, { ...own, env: { CI: 'true' } })
    expect(warned.stderr).toContain('CI pushes the stage tools, which is not the last one')
    expect((await run(...args)).stderr).not.toContain('CI pushes')
  })

  test('an image that is there already is judged by analyze, with the same exit code', async () => {
    const file = policy('judge.yaml', 'disk: 4MB', 'layers: 10')
    const judged = await run('analyze', '--policy', file, 'app:before')
    expect(judged.code).toBe(3)
    expect(judged.stdout).toMatch(/FAIL disk \d\.\d+MB exceeds 4MB: app\/Dockerfile:5 COPY data \/data 4MB/)
    expect(judged.stdout).toContain('PASS layers 3, at most 10')
    expect(await run('analyze', '--budgets', 'app:before')).toMatchObject({ code: 2 })
  })

  test('the surface of an image names setuid programs, capabilities and open directories by their line', async () => {
    writeTree(path.join(scratch.dir, 'open'), {
      // Capabilities are set by the archive: the kit has no setcap.
      Dockerfile: 'FROM base\nADD caps.tar /\nRUN mkdir -m 777 /open && chmod 4755 /bin/busybox\nEXPOSE 8080\n',
      'caps/ping': '#!/bin/sh\n',
    })
    const caps = '0x0100000200200000000000000000000000000000'
    const tree = path.join(scratch.dir, 'open/caps')
    execFileSync('chmod', ['755', path.join(tree, 'ping')])
    execFileSync('python3', [
      '-c',
      'import os,sys; os.setxattr(sys.argv[1], "security.capability", bytes.fromhex(sys.argv[2][2:]))',
      path.join(tree, 'ping'),
      caps,
    ])
    execFileSync('tar', [
      '--xattrs',
      '--xattrs-include=*',
      '-C',
      tree,
      '-cf',
      path.join(scratch.dir, 'open/caps.tar'),
      'ping',
    ])
    await ok('build', '-t', 'open', 'open')
    const text = await ok('inspect', '--surface', 'open')
    expect(text).toContain('user root (no line has USER), exposes 8080/tcp, 0 packages')
    expect(text).toContain('  /bin/busybox  open/Dockerfile:3')
    expect(text).toContain('  /ping: cap_net_raw  open/Dockerfile:2')
    expect(text).toContain('  /open  open/Dockerfile:3')
    const [report] = JSON.parse(await ok('inspect', '--surface', '--json', 'open')) as [{ score: number }]
    expect(text).toContain(`score ${report.score}\n`)
    const compared = await ok('inspect', '--surface', 'base', 'open')
    expect(compared).toContain('+ file capabilities /ping: cap_net_raw  open/Dockerfile:2')
    expect(compared).not.toContain('- ')
  })
})
