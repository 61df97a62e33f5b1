import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { writeTree } from '../kit/file-tree.ts'
import { type RunResult, runSlipway } from '../kit/slipway.ts'

const root = mkdtempSync(path.join(tmpdir(), 'slipway-check-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const shabby = [
  '# tools has what the build needs',
  'FROM scratch AS Tools',
  'ARG TOKEN',
  'FROM scratch',
  'CMD run $X',
  '',
]

let count = 0
function context(dockerfile: readonly string[], tree: Readonly<Record<string, string>> = {}): string {
  count += 1
  return writeTree(path.join(root, `context-${count}`), { Dockerfile: dockerfile.join('\n'), ...tree })
}

function build(cwd: string, ...args: readonly string[]): Promise<RunResult> {
  return runSlipway(['build', '--progress=quiet', ...args, '.'], { root: path.join(root, 'store'), cwd })
}

describe('slipway build --check', () => {
  test('prints count, rule, address, message and place of each finding, and ends with 1', async () => {
    const { code, stdout, stderr } = await build(context(shabby), '--check')
    expect(stdout).toBe(`Check complete, 3 warnings have been found!

WARNING: StageNameCasing - https://docs.docker.com/go/dockerfile/rule/stage-name-casing/
Stage name 'Tools' should be lowercase
Dockerfile:2:17
--------------------
   1 |     # tools has what the build needs
   2 | >>> FROM scratch AS Tools
     |                     ^^^^^
   3 |     ARG TOKEN
   4 |     FROM scratch
--------------------
  hint: write tools

WARNING: SecretsUsedInArgOrEnv - https://docs.docker.com/go/dockerfile/rule/secrets-used-in-arg-or-env/
Do not use ARG or ENV instructions for sensitive data (ARG "TOKEN")
Dockerfile:3:5
--------------------
   1 |     # tools has what the build needs
   2 |     FROM scratch AS Tools
   3 | >>> ARG TOKEN
     |         ^^^^^
   4 |     FROM scratch
   5 |     CMD run $X
--------------------
  hint: use RUN --mount=type=secret, which leaves nothing in the image

WARNING: JSONArgsRecommended - https://docs.docker.com/go/dockerfile/rule/json-args-recommended/
JSON arguments recommended for CMD to prevent unintended behavior related to OS signals
Dockerfile:5:5
--------------------
   3 |     ARG TOKEN
   4 |     FROM scratch
   5 | >>> CMD run $X
     |         ^^^^^^
--------------------
  hint: write CMD ["program", "argument"]
`)
    expect([code, stderr]).toEqual([1, ''])
  })

  test('says so when there is nothing to say', async () => {
    const { code, stdout } = await build(context(['FROM scratch', 'CMD ["run"]']), '--call=check')
    expect([code, stdout]).toEqual([0, 'Check complete, no warnings found.\n'])
  })

  test('looks only into the stages that --target needs', async () => {
    const where = context(['FROM scratch AS a', 'CMD one', 'FROM scratch AS b', 'CMD two'])
    const lines = async (...args: readonly string[]) =>
      (await build(where, '--check', ...args)).stdout.match(/^D.*:\d+:/gm)
    expect(await lines()).toEqual(['Dockerfile:2:', 'Dockerfile:4:'])
    expect(await lines('--target=a')).toEqual(['Dockerfile:2:'])
  })

  test('knows the ignore file', async () => {
    const where = context(['FROM scratch', 'COPY note.txt /'], { '.dockerignore': 'note.*\n', 'note.txt': 'x' })
    expect((await build(where, '--check')).stdout).toContain(
      'Attempting to Copy file "note.txt" that is excluded by .dockerignore',
    )
  })

  test('prints the JSON of docker', async () => {
    const { code, stdout } = await build(context(shabby), '--call=lint,format=json')
    const result = JSON.parse(stdout)
    const place = (line: number) => ({ ranges: [{ start: { line }, end: { line } }] })
    expect(code).toBe(1)
    expect(result.warnings).toHaveLength(3)
    expect(result.warnings[0]).toEqual({
      ruleName: 'StageNameCasing',
      description: 'Stage names should be lowercase',
      url: 'https://docs.docker.com/go/dockerfile/rule/stage-name-casing/',
      detail: "Stage name 'Tools' should be lowercase",
      location: place(2),
    })
    const data = Buffer.from(shabby.join('\n')).toString('base64')
    expect(result.sources).toEqual([{ filename: 'Dockerfile', data, language: 'Dockerfile' }])
    expect(result).not.toHaveProperty('buildError')
  })

  test('goes on where a base is unknown, and behind an error', async () => {
    const offline = context(['FROM 127.0.0.1:9/nobody AS a', 'ENV A=$FROM_BASE', 'WORKDIR rel'])
    const unknown = await runSlipway(['build', '--progress=plain', '--check', '.'], {
      root: `${root}/store`,
      cwd: offline,
    })
    expect(unknown.code).toBe(1)
    expect(unknown.stdout).toContain('1 warning has been found')
    expect(unknown.stdout).toContain('Dockerfile:3:9')
    expect(unknown.stderr).toContain('NOTE: nothing is known about 127.0.0.1:9/nobody')
    const broken = await build(context(['FROM scratch', 'EXPOSE abc', 'WORKDIR rel']), '--check')
    expect(broken.code).toBe(2)
    expect(broken.stdout).toContain('WorkdirRelativePath')
    expect(broken.stderr).toContain('>>> EXPOSE abc')
    const json = JSON.parse((await build(context(['FROM scratch', 'EXPOSE abc']), '--call=check,format=json')).stdout)
    expect(json.buildError.location.ranges).toEqual([{ start: { line: 2 }, end: { line: 2 } }])
  })

  test('refuses methods and options that are not there', async () => {
    for (const [flag, message] of [
      ['--call=nope', 'there is no method "nope"'],
      ['--call=check,colour=red', '"colour=red" is no option'],
    ] as const) {
      const { code, stderr } = await build(context(shabby), flag)
      expect([code, stderr.includes(message)]).toEqual([2, true])
    }
  })
})

describe('# check=', () => {
  test('skips rules in the file and above an instruction', async () => {
    const where = context([
      '# check=skip=StageNameCasing',
      ...shabby.slice(1, 2),
      '# check=skip=all',
      ...shabby.slice(2),
    ])
    expect((await build(where, '--check')).stdout.match(/^WARNING: \w+/gm)).toEqual(['WARNING: JSONArgsRecommended'])
    const given = await build(where, '--check', '--build-arg=BUILDKIT_DOCKERFILE_CHECK=skip=all')
    expect([given.code, given.stdout]).toEqual([0, 'Check complete, no warnings found.\n'])
  })

  test('with error=true ends a build before anything runs', async () => {
    const where = context(['# check=error=true', 'FROM scratch AS a', 'FROM a', 'RUN ["/nothing/here"]', 'CMD x'])
    const { code, stderr } = await runSlipway(['build', '.'], { root: `${root}/store`, cwd: where })
    expect(code).toBe(1)
    expect(stderr).toContain('lint violation found for rules: JSONArgsRecommended [check-failed]')
    expect(stderr).not.toContain('RUN')
  })
})

describe('warnings of a build', () => {
  test('stand at the end, one line each', async () => {
    const where = context(['FROM scratch', 'ENV a b', 'WORKDIR x'])
    const { code, stderr } = await runSlipway(['build', '--network=none', '.'], { root: `${root}/store`, cwd: where })
    expect(code).toBe(0)
    expect(stderr.trimEnd().split('\n').slice(-3)).toEqual([
      ' 2 warnings found (slipway build --check shows the places):',
      ' - LegacyKeyValueFormat: "ENV key=value" should be used instead of legacy "ENV key value" format (Dockerfile:2)',
      ' - WorkdirRelativePath: Relative workdir "x" can have unexpected results if the base image changes (Dockerfile:3)',
    ])
  })

  test('are told even when the build cannot be planned', async () => {
    const where = context(['FROM scratch AS Tools', 'EXPOSE abc'])
    const { code, stderr } = await runSlipway(['build', '.'], { root: `${root}/store`, cwd: where })
    expect(code).toBe(2)
    expect(stderr).toContain(" - StageNameCasing: Stage name 'Tools' should be lowercase (Dockerfile:1)")
  })

  test('are records of BuildKit in rawjson, of the step that read the file', async () => {
    const where = context(['FROM scratch', 'ENV a \\', '  b'])
    const { stderr } = await runSlipway(['build', '--progress=rawjson', '.'], { root: `${root}/store`, cwd: where })
    const records = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const loading = records.find((record) => record.vertexes?.[0].name.startsWith('[internal] load build definition'))
    const [warning] = records.find((record) => record.warnings !== undefined).warnings
    const text = (data: string) => Buffer.from(data, 'base64').toString()
    expect(warning).toMatchObject({
      vertex: loading.vertexes[0].digest,
      level: 1,
      url: 'https://docs.docker.com/go/dockerfile/rule/legacy-key-value-format/',
      range: [
        { start: { line: 2 }, end: { line: 2 } },
        { start: { line: 3 }, end: { line: 3 } },
      ],
    })
    expect(text(warning.short)).toMatch(/^LegacyKeyValueFormat: .* \(line 2\)$/)
    expect(text(warning.detail[0])).toBe('Legacy key/value format with whitespace separator should not be used')
  })
})

describe('slipway build --call', () => {
  const rich = [
    '# VERSION of the tool',
    'ARG VERSION=1.2',
    '# tools brings the tool',
    'FROM scratch AS tools',
    'ARG VERSION',
    'RUN --mount=type=secret,id=token,required=true --mount=type=ssh --mount=type=cache,target=/root/.cache true',
    '# app is what runs',
    'FROM scratch AS app',
    'ARG MODE=release',
    'COPY --from=tools /tool /tool',
  ]

  test('outline lists what the target can be given', async () => {
    const where = context(rich)
    const { code, stdout } = await build(where, '--call=outline', '--build-arg=MODE=debug')
    expect(code).toBe(0)
    expect(stdout).toBe(`TARGET:      app
DESCRIPTION: is what runs

BUILD ARG   VALUE   DESCRIPTION
VERSION     1.2     of the tool
MODE        debug

SECRET   REQUIRED
token    true

SSH       REQUIRED
default

CACHE
/root/.cache
`)
    const json = JSON.parse((await build(where, '--call=outline,format=json', '--target=tools')).stdout)
    const { ranges } = { ranges: [{ start: { line: 6 }, end: { line: 6 } }] }
    expect(json).toMatchObject({
      name: 'tools',
      description: 'brings the tool',
      args: [{ name: 'VERSION', value: '1.2', description: 'of the tool' }],
      secrets: [{ name: 'token', required: true, location: { ranges } }],
      ssh: [{ name: 'default', location: { ranges } }],
      cache: [{ ID: '/root/.cache', location: { ranges } }],
    })
  })

  test('targets lists the stages', async () => {
    const where = context(rich)
    const { stdout } = await build(where, '--call=targets')
    expect(stdout).toBe(`TARGET          DESCRIPTION
tools           brings the tool
app (default)   is what runs
`)
    const json = JSON.parse((await build(where, '--call=targets,format=json')).stdout)
    expect(json.targets.map(({ name, base }: { name: string; base: string }) => [name, base])).toEqual([
      ['tools', 'scratch'],
      ['app', 'scratch'],
    ])
    expect(json.targets[1].default).toBe(true)
  })

  test('builds nothing and takes the Dockerfile of -f', async () => {
    const where = context(['FROM scratch', 'RUN exit 1'])
    writeFileSync(path.join(where, 'other'), 'FROM scratch AS only\n')
    const { code, stdout } = await build(where, '--call=targets', '-f', path.join(where, 'other'))
    expect([code, stdout]).toEqual([0, 'TARGET           DESCRIPTION\nonly (default)\n'])
  })
})

describe('slipway check', () => {
  const store = path.join(root, 'no-store')
  const relative = 'FROM scratch\nWORKDIR app\n'
  const project = writeTree(path.join(root, 'project'), {
    'bad/Dockerfile': relative,
    'good/Dockerfile': 'FROM scratch\nWORKDIR /app\n',
    'broken/Dockerfile': 'FROM scratch\nRUNN x\n',
    'compose.yaml': 'services: { a: { build: bad } }\n',
  })
  const check = (args: readonly string[], more: { readonly cwd?: string; readonly input?: string } = {}) =>
    runSlipway(['check', ...args], { root: store, cwd: project, env: { https_proxy: 'http://127.0.0.1:1' }, ...more })
  const only = ['--rule=WorkdirRelativePath,syntax']

  test('shows each place with what to do, and ends with 1', async () => {
    const { code, stdout, stderr } = await check([...only, 'bad'])
    expect(stdout).toBe(`bad/Dockerfile: 1 warning

warning: Relative workdir "app" can have unexpected results if the base image changes [WorkdirRelativePath]
bad/Dockerfile:2:9
   2 | >>> WORKDIR app
     |             ^^^

1 file checked: 1 warning
`)
    expect([code, stderr]).toEqual([1, ''])
  })

  test('needs no store and makes none', async () => {
    await check([...only, 'bad'])
    expect(existsSync(store)).toBe(false)
  })

  test('prints one document for many paths, also when one of them is wrong', async () => {
    const { code, stdout } = await check([...only, '--format=json', 'bad', 'gone', 'broken/Dockerfile', 'good'])
    const { schemaVersion, findings, errors } = JSON.parse(stdout)
    expect(schemaVersion).toBe(1)
    expect(
      findings.map(({ rule, file, line, severity }: Record<string, unknown>) => [rule, file, line, severity]),
    ).toEqual([
      ['WorkdirRelativePath', 'bad/Dockerfile', 2, 'warning'],
      ['syntax', 'broken/Dockerfile', 2, 'error'],
    ])
    expect([code, errors]).toEqual([2, [expect.objectContaining({ path: 'gone', code: 'dockerfile-missing' })]])
  })

  test.each([
    ['nothing is found', ['good'], 0],
    ['what is found is less grave than --fail-on', ['--fail-on=error', 'bad'], 0],
    ['it is as grave', ['--fail-on=warning', 'bad'], 1],
    ['a file cannot be parsed', ['--fail-on=error', 'broken'], 1],
    ['a rule is not known', ['--rule=nobody', 'bad'], 2],
    ['a format is not known', ['--format=xml', 'bad'], 2],
    ['two formats would go to one place', ['--format=json,text', 'bad'], 2],
  ])('ends with its code when %s', async (_, args, code) => {
    expect((await check([...only, ...args])).code).toBe(code)
  })

  test('reads standard input, compose files, and all below', async () => {
    const stdin = await check([...only, '--format=github', '-'], { input: relative })
    expect(stdin.stdout).toContain('::warning file=-,line=2,')
    expect((await check([...only, '--format=github', 'compose.yaml'])).stdout).toContain('file=bad/Dockerfile,line=2,')
    expect((await check([...only, '-r', '.'])).stdout).toContain('3 files checked: 1 error, 1 warning\n')
  })

  test('writes several reports in one run', async () => {
    const where = path.join(root, 'reports')
    writeTree(where, { Dockerfile: relative })
    const { stdout } = await check(['--format=sarif=a.sarif', '--format=junit=b.xml', '--format=gitlab', ...only], {
      cwd: where,
    })
    expect(JSON.parse(stdout)).toMatchObject([{ check_name: 'WorkdirRelativePath', location: { path: 'Dockerfile' } }])
    expect(JSON.parse(readFileSync(path.join(where, 'a.sarif'), 'utf8')).runs[0].results).toHaveLength(1)
    expect(readFileSync(path.join(where, 'b.xml'), 'utf8')).toContain('<testsuites ')
    const quiet = await check(['--quiet', '-o', 'c.md', '--format=markdown', ...only], { cwd: where })
    expect([quiet.stdout, readFileSync(path.join(where, 'c.md'), 'utf8').split('\n')[0]]).toEqual([
      '',
      '## slipway check',
    ])
  })

  test('points into settings that are wrong', async () => {
    const where = writeTree(path.join(root, 'settings'), {
      Dockerfile: relative,
      'slipway.yaml': 'check:\n  failon: error\n',
    })
    const { code, stdout } = await check([...only], { cwd: where })
    expect(code).toBe(2)
    expect(stdout).toContain('slipway.yaml:2:3\n   2 | >>>   failon: error\n')
    expect(stdout).toContain('there is no setting check.failon [config-invalid]\n  hint: did you mean failOn?')
  })
})

describe('slipway explain', () => {
  const explain = (...args: readonly string[]) =>
    runSlipway(['explain', ...args], { root: path.join(root, 'no-store') })

  test('prints the page of a rule, also by the name that others have for it', async () => {
    const { stdout } = await explain('DL3000')
    expect(stdout).toContain('\nWhy\n')
    expect(stdout).toContain('\n    WORKDIR ')
    expect(stdout).toContain('warning · level static · like hadolint DL3000, trivy DS-0009\n')
  })

  test('lists all rules', async () => {
    const { stdout } = await explain()
    expect(stdout.split('\n')[0]).toMatch(/^RULE +SEVERITY +LEVEL +ABOUT$/)
    expect(stdout).toContain('\nWorkdirRelativePath ')
    expect(JSON.parse((await explain('--json')).stdout)).toContainEqual(
      expect.objectContaining({ id: 'WorkdirRelativePath' }),
    )
  })

  test('offers the name that comes near', async () => {
    const { code, stderr } = await explain('WorkdirRelativPath')
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean WorkdirRelativePath?')])
  })
})
