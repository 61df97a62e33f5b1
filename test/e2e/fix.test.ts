import { execFileSync, type ExecFileSyncOptions } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runSlipway } from '../kit/slipway.ts'

const dir = mkdtempSync(path.join(tmpdir(), 'slipway-fix-'))
const root = path.join(dir, 'root')
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** A git repository with these files. */
function project(files: Readonly<Record<string, string>>): string {
  const cwd = mkdtempSync(path.join(dir, 'project-'))
  execFileSync('git', ['init', '-q'], { cwd })
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true })
    writeFileSync(path.join(cwd, name), text)
  }
  return cwd
}

const faulty = [
  '# syntax=docker/dockerfile:1',
  '# escape=`',
  'FROM --platform=$TARGETPLATFORM scratch As Base',
  '# who did it',
  'maintainer Jo "the $one" <jo@example.com>',
  'ENV GREETING good   morning',
  '# an old one',
  'CMD node old.js',
  '',
  'COPY a `',
  '',
  '  # the other',
  '  b /c/',
  'EXPOSE 80/TCP',
  'CMD node server.js --port 80',
].join('\n')

const repaired = [
  '# syntax=docker/dockerfile:1',
  '# escape=`',
  'FROM scratch AS base',
  '# who did it',
  'LABEL org.opencontainers.image.authors="Jo `"the `$one`" <jo@example.com>"',
  'ENV GREETING="good   morning"',
  '',
  'COPY a `',
  '  # the other',
  '  b /c/',
  'EXPOSE 80/tcp',
  'CMD node server.js --port 80',
].join('\n')

/** Rules whose fixes change the text alone, so that other rules have no say in what comes out. */
const textRules = [
  'ConsistentInstructionCasing',
  'ExposeProtoCasing',
  'FromAsCasing',
  'LegacyKeyValueFormat',
  'MaintainerDeprecated',
  'MultipleInstructionsDisallowed',
  'NoEmptyContinuation',
  'RedundantTargetPlatform',
  'StageNameCasing',
].join()

describe('slipway fix', () => {
  it.each([
    ['line feeds', '\n', '\n'],
    ['carriage returns', '\r\n', '\r\n'],
    ['no final line break', '\n', ''],
    ['carriage returns and no final line break', '\r\n', ''],
  ])('prints a patch that git applies, with %s', async (_, eol, end) => {
    const before = faulty.replaceAll('\n', eol) + end
    const cwd = project({ 'my app/Dockerfile': before })
    const { stdout, stderr, code } = await runSlipway(['fix', '--rule', textRules, 'my app'], { root, cwd })
    const file = path.join(cwd, 'my app/Dockerfile')
    expect([code, readFileSync(file, 'utf8')]).toEqual([1, before])
    expect(stderr).toContain('my app/Dockerfile:3: RedundantTargetPlatform: leave the flag out\n')
    const git: ExecFileSyncOptions = { cwd, input: stdout, stdio: ['pipe', 'pipe', 'ignore'] }
    execFileSync('git', ['apply', '--check', '-'], git)
    execFileSync('git', ['apply', '-'], git)
    expect(readFileSync(file, 'utf8')).toBe(repaired.replaceAll('\n', eol) + end)
    const again = await runSlipway(['fix', '--rule', textRules, 'my app'], { root, cwd })
    expect([again.stdout, again.stderr, again.code]).toEqual(['', 'nothing to change\n', 0])
  })

  it('writes files in one piece with --write, and only what the named rules repair', async () => {
    const cwd = project({ Dockerfile: `${faulty}\n`, 'b.Dockerfile': 'FROM scratch as b\n' })
    chmodSync(path.join(cwd, 'Dockerfile'), 0o640)
    const args = ['fix', '--write', '--rule', 'FromAsCasing,ExposeProtoCasing', '.', 'b.Dockerfile']
    const { stdout, code } = await runSlipway(args, { root, cwd })
    expect([stdout, code]).toEqual(['', 0])
    const [one, two] = ['Dockerfile', 'b.Dockerfile'].map((name) => readFileSync(path.join(cwd, name), 'utf8'))
    expect(one).toBe(`${faulty.replace(' As ', ' AS ').replace('TCP', 'tcp')}\n`)
    expect(two).toBe('FROM scratch AS b\n')
    expect(statSync(path.join(cwd, 'Dockerfile')).mode & 0o7777).toBe(0o640)
    expect(readdirSync(cwd).sort()).toEqual(['.git', 'Dockerfile', 'b.Dockerfile'])
  })

  it('leaves to people what a shell, quotes or another instruction decide', async () => {
    const text = [
      'FROM scratch AS one',
      'ENV A "b" c',
      'CMD node $FILE',
      'FROM scratch AS two',
      'ENTRYPOINT node a.js',
      'CMD ["b"]',
      'FROM scratch AS three',
      'ENTRYPOINT cd /app && node a.js',
      '',
    ].join('\n')
    const cwd = project({ Dockerfile: text })
    const rules = ['--rule', 'LegacyKeyValueFormat,JSONArgsRecommended']
    const { stdout, stderr, code } = await runSlipway(['fix', ...rules], { root, cwd })
    expect([stdout, stderr, code]).toEqual(['', 'nothing to change\n', 0])
  })

  it('tells programs what it did with --format json', async () => {
    const cwd = project({ Dockerfile: 'FROM scratch\nENV A b c\nEXPOSE 80/TCP\n' })
    const { stdout, code } = await runSlipway(['fix', '--format', 'json', '--rule', textRules], { root, cwd })
    const { files, patch } = JSON.parse(stdout) as { files: unknown[]; patch: string }
    expect(code).toBe(1)
    expect(patch).toContain('+ENV A="b c"\n')
    expect(files).toEqual([
      {
        file: 'Dockerfile',
        changed: ['Dockerfile'],
        applied: [
          expect.objectContaining({ rule: 'LegacyKeyValueFormat', line: 2, round: 1 }),
          expect.objectContaining({ rule: 'ExposeProtoCasing', line: 3, claims: ['same-files', 'same-config'] }),
        ],
        withdrawn: [],
        proofs: [],
        heldBack: [],
        left: expect.any(Number),
      },
    ])
  })

  it('refuses a file that cannot be read', async () => {
    const cwd = project({ Dockerfile: 'FROM\n' })
    const { stdout, code, stderr } = await runSlipway(['fix'], { root, cwd })
    expect([stdout, code]).toEqual(['', 2])
    expect(stderr).toContain('FROM requires either one or three arguments')
  })

  describe('of standard input', () => {
    const cwd = project({ '.gitignore': 'b\n' })
    const fix = (input: string | Uint8Array, ...args: readonly string[]) =>
      runSlipway(['fix', ...args, '-'], { root, cwd, input })

    it('prints the whole repaired text, and what it did on standard error', async () => {
      const rules = ['--rule', textRules]
      const { stdout, stderr, code } = await fix(faulty, ...rules)
      expect([stdout, code]).toEqual([repaired, 0])
      expect(stderr).toContain('-:14: ExposeProtoCasing: write 80/tcp\n')
      const again = await fix(stdout, ...rules)
      expect([again.stdout, again.stderr, again.code]).toEqual([repaired, 'nothing to change\n', 0])
      expect(readdirSync(cwd).sort()).toEqual(['.git', '.gitignore'])
    })

    it('keeps line ends and a missing last one', async () => {
      const { stdout } = await fix('from scratch As a\r\nexpose 80/TCP', '--rule', textRules)
      expect(stdout).toBe('from scratch as a\r\nexpose 80/tcp')
    })

    it('asks no build for repairs that only a build can prove, and makes them with --unsafe', async () => {
      const text = 'FROM alpine:3.22\nCMD ["sleep", "9"]\n'
      const safe = await fix(text, '--rule=root-user')
      expect(safe.stdout).toBe(text)
      expect(safe.stderr).toMatch(/^-: a fix left out that only a rebuild can show to be right: --unsafe makes/)
      expect((await fix(text, '--rule=root-user', '--unsafe')).stdout).toContain('\nUSER app\n')
    })

    it('prints a patch or JSON where one is asked for, and ends as for files then', async () => {
      const patch = await fix('FROM scratch as b\n', '--format=patch')
      expect([patch.stdout, patch.code]).toEqual([expect.stringContaining('+FROM scratch AS b\n'), 1])
      const clean = await fix('FROM scratch AS b\n', '--format=patch', '--rule', textRules)
      expect([clean.stdout, clean.code]).toEqual(['', 0])
      const { files } = JSON.parse((await fix('FROM scratch as b\n', '--format=json')).stdout) as { files: unknown[] }
      expect(files).toMatchObject([{ file: '-', changed: ['-'], applied: [{ rule: 'FromAsCasing', line: 1 }] }])
    })

    it.each([
      ['the file to write', ['--write'], '--write is for files'],
      ['a context to build', ['--prove'], '--prove is for files'],
      ['an ignore file', ['--ignore'], '--ignore is for files'],
      ['another text', ['-'], 'repaired alone'],
    ])('has no place for %s', async (_, args, message) => {
      const { stdout, stderr, code } = await fix('FROM scratch as b\n', ...args)
      expect([stdout, code]).toEqual(['', 2])
      expect(stderr).toContain(message)
    })

    it('gives nothing back of what it cannot read', async () => {
      for (const text of ['FROM\n', Buffer.from('FROM scratch\nLABEL a=\xe9\n', 'latin1')]) {
        const { stdout, code } = await fix(text)
        expect([stdout, code]).toEqual(['', 2])
      }
    })
  })
})
