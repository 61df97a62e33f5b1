import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutBusybox } from '../kit/busybox.ts'
import { type TreeSpec, writeTree } from '../kit/file-tree.ts'
import { runSlipway } from '../kit/slipway.ts'
import { openWorkbench, type Workbench } from '../kit/workbench.ts'

const missing = withoutBusybox()
if (missing !== undefined) console.warn(`proofs are not tested: ${missing}`)

interface Reported {
  readonly applied: readonly { readonly rule: string }[]
  readonly withdrawn: readonly { readonly rule: string; readonly reason: string }[]
  readonly proofs: readonly Record<'rule' | 'claim' | 'before' | 'after' | 'holds', string | number | boolean>[]
}

describe.skipIf(missing !== undefined)('slipway fix --prove', () => {
  let bench: Workbench
  beforeAll(async () => {
    bench = await openWorkbench('fix-prove')
  })
  afterAll(() => bench.remove())

  const project = (files: TreeSpec): string => writeTree(mkdtempSync(path.join(bench.dir, 'project-')), files)
  const fix = (cwd: string, ...args: readonly string[]) =>
    runSlipway(['fix', '--prove', '--progress', 'quiet', ...args], { root: bench.root, cwd })

  async function reported(
    cwd: string,
    ...args: readonly string[]
  ): Promise<Reported & { readonly code: number | null }> {
    const { stdout, stderr, code } = await fix(cwd, '--format', 'json', ...args)
    if (stdout === '') throw new Error(stderr)
    const { files } = JSON.parse(stdout) as { files: readonly [Reported] }
    return { ...files[0], code }
  }

  it('builds before and after, prints what came of each claim, and writes what was proven', async () => {
    const cwd = project({ Dockerfile: 'FROM bb AS Base\nADD a /x/\nRUN echo hi > /out\nEXPOSE 80/TCP\n', a: 'text\n' })
    const rules = ['--rule', 'StageNameCasing,ExposeProtoCasing,add-instead-of-copy']
    const { stdout, stderr, code } = await fix(cwd, ...rules, '--write')
    expect([code, stderr]).toEqual([0, expect.stringContaining('Dockerfile:1: StageNameCasing: write base\n')])
    expect(stdout).toMatch(/^FIX +CLAIM +BEFORE +AFTER +VERDICT\n/)
    expect(stdout).toMatch(/^StageNameCasing: write base +same-files +\d+ files +the same +proven$/m)
    expect(stdout).toMatch(/^ExposeProtoCasing: write 80\/tcp +same-config +the settings +the same +proven$/m)
    const text = 'FROM bb AS base\nCOPY a /x/\nRUN echo hi > /out\nEXPOSE 80/tcp\n'
    expect(readFileSync(path.join(cwd, 'Dockerfile'), 'utf8')).toBe(text)
    expect(readdirSync(cwd).sort()).toEqual(['Dockerfile', 'a'])
  })

  it('withdraws a fix whose claim fails, with the reason, and keeps the others', async () => {
    const cwd = project({
      Dockerfile: 'FROM bb AS Base\nCOPY . /app/\nCMD ["sh"]\n',
      'main.sh': 'true\n',
      'app.log': 'read by nobody knows whom\n',
    })
    const { applied, withdrawn, proofs } = await reported(cwd, '--rule', 'StageNameCasing,missing-dockerignore')
    expect(applied.map(({ rule }) => rule)).toEqual(['StageNameCasing'])
    expect(withdrawn).toEqual([
      expect.objectContaining({
        rule: 'missing-dockerignore',
        reason: expect.stringContaining('it claims same-files, and that failed'),
      }),
    ])
    const verdicts = proofs.map(({ rule, claim, holds }) => `${rule} ${claim} ${holds}`).sort()
    expect(verdicts).toEqual([
      'StageNameCasing same-config true',
      'StageNameCasing same-files true',
      'missing-dockerignore same-files false',
    ])
    expect(readdirSync(cwd)).not.toContain('.dockerignore')
  })

  it('proves nothing of a file that cannot be built', async () => {
    const cwd = project({ Dockerfile: 'FROM bb AS Base\nRUN false\n' })
    const { stdout, stderr, code } = await fix(cwd, '--rule', 'StageNameCasing')
    expect([stdout, code]).toEqual(['', expect.any(Number)])
    expect(code).not.toBe(0)
    expect(stderr).toContain('Dockerfile cannot be built as it is, so nothing can be proven')
  })
})
