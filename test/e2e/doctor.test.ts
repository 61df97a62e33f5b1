import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runSlipway, scratchDir } from '../kit/slipway.ts'

interface Report {
  readonly ready: boolean
  readonly isolation?: string
  readonly checks: readonly { name: string; status: string; found: string; fix?: string }[]
}

let scratch: ReturnType<typeof scratchDir>
beforeAll(() => {
  scratch = scratchDir('doctor')
  chmodSync(scratch.dir, 0o755)
})
afterAll(() => scratch.remove())

const canIsolate = process.getuid?.() === 0

describe('slipway doctor', () => {
  test.skipIf(!canIsolate)('runs a container in every way and names the one that builds use', async () => {
    const { code, stdout } = await runSlipway(['doctor', '--json'], { root: path.join(scratch.dir, 'a') })
    const report = JSON.parse(stdout) as Report
    const kinds = report.checks.filter(({ name }) => name.startsWith('isolation '))
    expect(kinds.map(({ name }) => name)).toEqual(['isolation crun', 'isolation runc', 'isolation embedded'])
    const working = kinds.filter(({ status }) => status === 'ok')
    expect(working.length).toBeGreaterThan(0)
    expect(working[0]).toMatchObject({ name: `isolation ${report.isolation}`, found: 'works, and is used' })
    expect([code, report.ready]).toEqual([0, true])
  })

  test('prints a line per check, what to do about it, and a verdict', async () => {
    const { code, stdout } = await runSlipway(['doctor'], { root: path.join(scratch.dir, 'a') })
    const lines = stdout.trimEnd().split('\n')
    expect(lines.find((line) => line.startsWith('node '))).toContain(process.version)
    expect(lines.find((line) => line.startsWith('store '))).toMatch(/, \d+\.\d GB free$/)
    expect(lines.at(-1)).toMatch(
      code === 0 ? /^Builds run here; steps are isolated by \w+\.$/ : /^No build can run here/,
    )
  })

  test('looks on this machine for what runs programs of other architectures', async () => {
    const { stdout } = await runSlipway(['doctor', '--json'], { root: path.join(scratch.dir, 'a') })
    const { checks } = JSON.parse(stdout) as Report
    const native = process.arch === 'x64' ? 'amd64' : process.arch
    expect(checks.find(({ name }) => name === `platform ${native}`)).toMatchObject({ status: 'ok', found: 'native' })
    for (const { status, fix } of checks.filter(({ name }) => name.startsWith('platform ')))
      expect(fix === undefined).toBe(status === 'ok')
  })

  test('ends with 4 and the reason where no store can be made', async () => {
    const { code, stdout } = await runSlipway(['doctor', '--json'], { root: '/etc/passwd/store' })
    const report = JSON.parse(stdout) as Report
    expect([code, report.ready, report.isolation]).toEqual([4, false, undefined])
    expect(report.checks.find(({ status }) => status === 'missing')).toMatchObject({
      name: 'store',
      found: expect.stringContaining('/etc/passwd/store'),
    })
  })

  test.skipIf(!canIsolate)('tells an ordinary user without subordinate ids how to get them', async () => {
    const user = { uid: 65534, gid: 65534 }
    const root = path.join(scratch.dir, 'nobody')
    mkdirSync(root)
    execFileSync('chown', ['65534:65534', root])
    const { stdout } = await runSlipway(['doctor', '--json'], { root, ...user, env: { HOME: '/nonexistent' } })
    const { checks } = JSON.parse(stdout) as Report
    const check = checks.find(({ name }) => name === 'user')
    expect(check).toMatchObject({ status: 'limited', found: expect.stringContaining('with one id only') })
    expect(check?.fix).toMatch(/--add-subuids|uidmap/)
  })
})
