import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
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
    const pip = "RUN printf '#!/bin/sh\\ntrue\\n' > /bin/pip && chmod +x /bin/pip"
    const cwd = project({ Dockerfile: `FROM bb AS Base\n${pip}\nRUN pip install flask==3.0.0\nCMD ["sh"]\n` })
    const { applied, withdrawn, proofs } = await reported(cwd, '--rule', 'StageNameCasing,package-cache-kept')
    expect(applied.map(({ rule }) => rule)).toEqual(['StageNameCasing'])
    const reason = expect.stringContaining('it claims smaller, and that failed')
    expect(withdrawn).toEqual([expect.objectContaining({ rule: 'package-cache-kept', reason })])
    const verdicts = proofs.map(({ rule, claim, holds }) => `${rule} ${claim} ${holds}`).sort()
    expect(verdicts).toEqual([
      'StageNameCasing same-config true',
      'StageNameCasing same-files true',
      'package-cache-kept smaller false',
    ])
  })

  it('withdraws a fix that claims the same files and makes others', async () => {
    const text = [
      'FROM bb AS Base',
      "RUN printf '#!/bin/sh\\necho $* > /app/asked\\n' > /bin/yarn && chmod +x /bin/yarn",
      'WORKDIR /app',
      'COPY package.json yarn.lock ./',
      'RUN yarn install',
      'CMD ["sh"]',
      '',
    ].join('\n')
    const cwd = project({
      Dockerfile: text,
      'package.json': '{"dependencies":{"a":"1.0.0"}}\n',
      'yarn.lock': '# yarn lockfile v1\n\na@1.0.0:\n  version "1.0.0"\n',
    })
    const { applied, withdrawn, code } = await reported(
      cwd,
      '--rule',
      'StageNameCasing,unlocked-dependencies',
      '--write',
    )
    expect([applied.map(({ rule }) => rule), code]).toEqual([['StageNameCasing'], 0])
    const reason = expect.stringMatching(
      /^it claims same-files, and that failed: \d+ files before, \/app\/asked .* after$/,
    )
    expect(withdrawn).toEqual([expect.objectContaining({ rule: 'unlocked-dependencies', reason })])
    expect(readFileSync(path.join(cwd, 'Dockerfile'), 'utf8')).toBe(text.replace('Base', 'base'))
  })

  it('proves nothing of a file that cannot be built', async () => {
    const cwd = project({ Dockerfile: 'FROM bb AS Base\nRUN false\n' })
    const { stdout, stderr, code } = await fix(cwd, '--rule', 'StageNameCasing')
    expect([stdout, code]).toEqual(['', expect.any(Number)])
    expect(code).not.toBe(0)
    expect(stderr).toContain('Dockerfile cannot be built as it is, so nothing can be proven')
  })

  it('shows that steps come from the cache where they ran again before', async () => {
    const text = [
      'FROM bb',
      "RUN printf '#!/bin/sh\\nmkdir -p node_modules/a && cp package.json node_modules/a/\\n' > /bin/npm && chmod +x /bin/npm",
      'WORKDIR /app',
      'COPY . .',
      'RUN npm ci',
      'RUN cat src/main.js > /out',
      'CMD ["sh"]',
      '',
    ].join('\n')
    const cwd = project({
      Dockerfile: text,
      'package.json': '{"dependencies":{"a":"1.0.0"}}\n',
      'package-lock.json': '{"lockfileVersion":3,"packages":{}}\n',
      'src/main.js': 'main()\n',
    })
    const { applied, withdrawn, proofs } = await reported(cwd, '--rule', 'copy-before-install', '--write')
    expect([applied.map(({ rule }) => rule), withdrawn]).toEqual([['copy-before-install'], []])
    const misses = proofs.find(({ claim }) => claim === 'fewer-cache-misses')
    expect(misses).toMatchObject({ before: 3, after: 2, holds: true })
    const manifests = 'COPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN cat src/main.js > /out\n'
    expect(readFileSync(path.join(cwd, 'Dockerfile'), 'utf8')).toContain(manifests)
  })

  it('shows that a credential is in the image no more', async () => {
    const text = 'FROM bb\nARG NPM_TOKEN\nRUN echo hi > /out && test -n "$NPM_TOKEN"\nCMD ["sh"]\n'
    const cwd = project({ Dockerfile: text, token: 'secret-value-of-a-test' })
    const given = ['--build-arg', 'NPM_TOKEN=secret-value-of-a-test', '--secret', 'id=npm_token,src=token']
    const { applied, withdrawn, proofs } = await reported(cwd, '--rule', 'secret-in-arg', ...given)
    expect([applied.map(({ rule }) => rule), withdrawn]).toEqual([['secret-in-arg'], []])
    const absent = proofs.find(({ claim }) => claim === 'secret-absent')
    expect(absent).toMatchObject({ before: 1, after: 0, holds: true })
    expect(proofs.find(({ claim }) => claim === 'same-files')).toMatchObject({ holds: true })
  })

  const ignored = (cwd: string, ...args: readonly string[]) => fix(cwd, '--ignore', ...args)

  it('generates an ignore file that makes the same image from less, and git applies the patch', async () => {
    const cwd = project({
      Dockerfile: 'FROM bb\nCOPY src/ /app/\nCOPY dist /dist\nRUN ls /app /dist > /list\n',
      'src/main.sh': 'true\n',
      'dist/made.js': 'made()\n',
      'node_modules/a/index.js': `${'x'.repeat(2000)}\n`,
      'film.bin': 'y'.repeat(1_500_000),
    })
    execFileSync('git', ['init', '-q'], { cwd })
    const { stdout, stderr, code } = await ignored(cwd)
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^\.dockerignore: the context has \d+ files, 1\.\d+MB -> \d files, \d+B; no COPY loses what it names$/m,
    )
    expect(stderr).toMatch(/^\.dockerignore: built before and after: the same image, layers sha256:[0-9a-f]{64}$/m)
    execFileSync('git', ['apply', '-'], { cwd, input: stdout })
    const text = readFileSync(path.join(cwd, '.dockerignore'), 'utf8')
    expect(text.split('\n')).toEqual(expect.arrayContaining(['.git', '**/node_modules', '**/.env', 'film.bin']))
    expect(text).not.toMatch(/^\*\*\/dist$/m)
    const again = await ignored(cwd)
    expect([again.stdout, again.stderr, again.code]).toEqual(['', 'nothing to change\n', 0])
  })

  it('completes an ignore file, and shows what the image loses by it', async () => {
    const cwd = project({
      Dockerfile: 'FROM bb\nCOPY . /app/\nCOPY dist /dist\n',
      '.dockerignore': '# ours\ndist\n.git\n**/.env*',
      'dist/a': 'a\n',
      'a.log': 'log\n',
    })
    const { stderr } = await ignored(cwd)
    expect(stderr).toMatch(/\.dockerignore: it could not be built before \(.*dist.*\), and can be now: layers sha256:/)
    writeFileSync(path.join(cwd, '.dockerignore'), '# ours\n.git\n**/.env*\n')
    const second = await ignored(cwd, '--write', '--format', 'json')
    expect(second.code).toBe(0)
    const { files } = JSON.parse(second.stdout) as { files: readonly Record<string, unknown>[] }
    expect(files[0]).toMatchObject({
      added: expect.arrayContaining(['**/*.log']),
      proof: { same: false, differences: expect.arrayContaining(['/app/a.log removed']) },
    })
    expect(readFileSync(path.join(cwd, '.dockerignore'), 'utf8')).toMatch(/^# ours\n\.git\n\*\*\/\.env\*\n\n#/)
  })
})
