import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeTree } from '../../../test/kit/file-tree.ts'
import { imageOf } from '../../../test/kit/image-of.ts'
import { allFindings, type CheckResult } from '../../report/index.ts'
import type { FindImage } from './built-image.ts'
import { type CheckRequest, checkPaths } from './check-paths.ts'

const root = mkdtempSync(path.join(tmpdir(), 'slipway-check-paths-'))
afterAll(() => rmSync(root, { recursive: true }))

let count = 0

interface Given {
  readonly files?: Readonly<Record<string, string>>
  readonly request?: Partial<CheckRequest>
  readonly cwd?: string
  readonly findImage?: FindImage
}

/** Checks a Dockerfile in a directory of its own. BuildKit's checks have names with capitals, which ours have not. */
async function check(
  lines: readonly string[],
  { files = {}, request = {}, cwd, findImage }: Given = {},
): Promise<CheckResult> {
  count += 1
  const place = cwd ?? path.join(root, String(count))
  mkdirSync(place, { recursive: true })
  writeTree(place, { Dockerfile: `${lines.join('\n')}\n`, ...files })
  return checkPaths(
    { paths: ['.'], recursive: false, ...request },
    {
      cwd: place,
      stdin: async () => '',
      now: () => Date.UTC(2026, 5, 15),
      ...(findImage === undefined ? {} : { findImage }),
    },
  )
}

/** `rule:line` of findings, those of the rules in question only. */
function rulesIn(result: CheckResult, ...rules: readonly string[]): readonly string[] {
  return allFindings(result)
    .filter(({ code }) => rules.includes(code))
    .map(({ code, at }) => `${code}:${at.source.text.slice(0, at.span.start).split('\n').length}`)
}

const shell = ['FROM debian:13-slim', 'USER 1000', 'CMD run $X']

describe('comments', () => {
  const ignored = async (comment: string, where = 2, request: Partial<CheckRequest> = {}) => {
    const result = await check(shell.toSpliced(where, 0, comment), { request })
    const rules = ['JSONArgsRecommended', 'shell-form-cmd', 'ignore-without-reason', 'unused-ignore']
    return { found: rulesIn(result, ...rules), hidden: result.hidden.comments }
  }

  it.each([
    ['of ours', '# slipway ignore=JSONArgsRecommended,shell-form-cmd it is a shell script'],
    ['of ours by the name of another', '# slipway ignore=DL3025 it is a shell script'],
    ['of hadolint', '# hadolint ignore=DL3025'],
    ['that still count', '# slipway ignore=DL3025 until=2026-06-15 the new start script comes'],
  ])('hide findings of the next instruction: %s', async (_, comment) => {
    const { found, hidden } = await ignored(comment)
    expect(found).toEqual([])
    expect(hidden).toBeGreaterThan(0)
  })

  it('of BuildKit hide what BuildKit would say, and what we say in its place', async () => {
    expect((await ignored('# check=skip=JSONArgsRecommended')).found).toEqual([])
    expect((await ignored('# check=skip=JSONArgsRecommended', 0)).found).toEqual([])
  })

  it('hide nothing elsewhere, unless they are global', async () => {
    const local = await ignored('# slipway ignore=DL3025 reason', 0)
    expect([local.found.length > 0, local.hidden]).toEqual([true, 0])
    expect((await ignored('# slipway global ignore=DL3025 reason', 0)).found).toEqual([])
    expect((await ignored('# hadolint global ignore=DL3025', 0)).found).toEqual([])
  })

  it('without a reason hide, and are told', async () => {
    expect((await ignored('# slipway ignore=DL3025')).found).toEqual(['ignore-without-reason:3'])
  })

  it('whose time is over hide nothing, and the finding says so', async () => {
    const comment = '# slipway ignore=DL3025 until=2026-06-14 until the new start script'
    const result = await check(shell.toSpliced(2, 0, comment), { request: { only: ['DL3025'] } })
    const notes = allFindings(result).flatMap(({ related }) => related.map(({ note }) => note))
    expect(notes).toContain('accepted until 2026-06-14, which is over')
  })

  it('that switch off nothing are told when that is asked for', async () => {
    const comment = '# slipway ignore=DL3009 because'
    expect((await ignored(comment)).found).not.toContain('unused-ignore:3')
    const { found } = await ignored(comment, 2, { reportUnusedIgnores: true })
    expect(found).toContain('unused-ignore:3')
    const used = await ignored('# slipway ignore=DL3025 because', 2, { reportUnusedIgnores: true })
    expect(used.found).toEqual([])
  })
})

describe('settings', () => {
  const settings = (...lines: readonly string[]) => ({ 'slipway.yaml': ['check:', ...lines, ''].join('\n') })
  const relative = ['FROM scratch', 'WORKDIR app']

  it('switch rules off, and change how grave they are', async () => {
    const off = await check(relative, { files: settings('  rules: { WorkdirRelativePath: off }') })
    expect(rulesIn(off, 'WorkdirRelativePath')).toEqual([])
    const info = await check(relative, { files: settings('  rules: { DL3000: info }') })
    expect(allFindings(info).find(({ code }) => code === 'WorkdirRelativePath')?.severity).toBe('info')
  })

  it('accept findings by rule and path, until a day', async () => {
    const accept = async (entry: string) => {
      const result = await check(relative, { files: settings('  ignore:', `    - { reason: known, ${entry} }`) })
      return [rulesIn(result, 'WorkdirRelativePath').length, result.hidden.settings]
    }
    expect(await accept('rule: WorkdirRelativePath')).toEqual([0, 1])
    expect(await accept('rule: DL3000, path: Dockerfile')).toEqual([0, 1])
    expect(await accept('rule: DL3000, path: "other/**"')).toEqual([1, 0])
    expect(await accept('rule: DL3000, expires: 2026-06-15')).toEqual([0, 1])
    expect(await accept('rule: DL3000, expires: 2026-06-14')).toEqual([1, 0])
  })

  it('say what a failure is, unless the command line does', async () => {
    const files = settings('  failOn: error')
    const only = ['WorkdirRelativePath']
    expect((await check(relative, { request: { only } })).failed).toBe(true)
    expect((await check(relative, { files, request: { only } })).failed).toBe(false)
    expect((await check(relative, { files, request: { only, failOn: 'warning' } })).failed).toBe(true)
    expect((await check(relative, { files, request: { only, failOn: 'never' } })).failed).toBe(false)
  })

  it('count from the nearest directory upwards, and are told when they are wrong', async () => {
    const files = {
      ...settings('  rules: { WorkdirRelativePath: off }'),
      'a/Dockerfile': 'FROM scratch\nWORKDIR x\n',
      'b/Dockerfile': 'FROM scratch\nWORKDIR x\n',
      'b/slipway.yaml': '',
      'c/Dockerfile': 'FROM scratch\nWORKDIR x\n',
      'c/slipway.yaml': 'check: { rules: { nobody: off } }',
    }
    const result = await check(relative, { files, request: { paths: ['a', 'b', 'c'] } })
    const found = allFindings(result).filter(({ code }) => code === 'WorkdirRelativePath')
    expect(found.map(({ at }) => at.source.path)).toEqual(['b/Dockerfile'])
    expect(result.problems).toMatchObject([{ path: 'c/Dockerfile', message: 'there is no rule nobody' }])
  })
})

describe('the image', () => {
  const files = { 'slipway.yaml': 'check: { level: image }\n' }
  const lines = ['FROM scratch', 'CMD ["/run"]']
  const empty = imageOf('cmd ["/run"]')

  it('is looked at where the level says so, and asked for by text, target, file and context', async () => {
    const asked: unknown[] = []
    const findImage: FindImage = async (question) => {
      asked.push(question)
      return { layers: [], facts: empty }
    }
    const cwd = path.join(root, 'image')
    expect(rulesIn(await check(lines, { files, findImage, cwd }), 'broken-start-command')).toEqual([
      'broken-start-command:2',
    ])
    expect(asked).toEqual([
      { text: 'FROM scratch\nCMD ["/run"]\n', target: undefined, path: path.join(cwd, 'Dockerfile'), context: cwd },
    ])
    const result = await check(lines, { findImage })
    expect(rulesIn(result, 'broken-start-command')).toEqual([])
    expect(result.notes).toEqual([expect.stringMatching(/look at the image that is built: --level build/)])
  })

  it('is a problem when there is none, and when layers of its base are not here', async () => {
    const none = await check(lines, { files, findImage: async () => undefined })
    expect(none.problems).toMatchObject([{ code: 'image-not-found', hint: expect.stringContaining('--level build') }])
    const half = await check(lines, { files, findImage: async () => ({ layers: [] }) })
    expect(half.problems).toMatchObject([{ message: expect.stringContaining('layers of the base') }])
  })

  it('is not asked for where nobody can look for one, nor at level static', async () => {
    expect((await check(lines, { files })).problems).toEqual([])
    const findImage: FindImage = () => Promise.reject(new Error('asked'))
    expect((await check(lines, { findImage, request: { level: 'static' } })).problems).toEqual([])
  })
})

describe('choice of rules', () => {
  const many = ['FROM debian AS Base', 'MAINTAINER me', 'WORKDIR app', 'CMD run $X']

  it('asks some, or all but some', async () => {
    const only = await check(many, { request: { only: ['DL3000', 'MaintainerDeprecated'] } })
    expect(new Set(allFindings(only).map(({ code }) => code))).toEqual(
      new Set(['WorkdirRelativePath', 'MaintainerDeprecated']),
    )
    const skipped = await check(many, { request: { skip: ['dl4000'] } })
    expect(rulesIn(skipped, 'MaintainerDeprecated', 'WorkdirRelativePath')).toEqual(['WorkdirRelativePath:3'])
  })

  it('refuses names that nobody has', async () => {
    await expect(check(many, { request: { only: ['nope'] } })).rejects.toThrow('--rule: there is no rule nope')
    await expect(check(many, { request: { skip: ['nope'] } })).rejects.toThrow('--skip-rule: there is no rule nope')
  })

  it('keeps to a profile', async () => {
    const { files, rules } = await check(many, { request: { profile: 'security' } })
    const inProfile = new Set(rules.filter(({ profiles }) => profiles.includes('security')).map(({ id }) => id))
    expect(files[0]?.findings.filter(({ code }) => !inProfile.has(code))).toEqual([])
  })

  it('leaves one of two rules that find the same', async () => {
    const found = rulesIn(await check(many), 'JSONArgsRecommended', 'shell-form-cmd')
    expect(found).toHaveLength(1)
  })
})

describe('files that cannot be built', () => {
  it('have findings that are errors', async () => {
    const broken = await check(['FROM scratch', 'RUNN x', 'COPY --from=nobody2 a b'])
    expect(rulesIn(broken, 'syntax')).toEqual(['syntax:2'])
    expect(broken.failed).toBe(true)
    const circle = await check(['FROM scratch AS a', 'COPY --from=a x y'])
    expect(allFindings(circle).some(({ severity }) => severity === 'error')).toBe(true)
  })

  it('are one thing when an argument without a default names the base', async () => {
    const result = await check(['ARG BASE', 'FROM ${BASE}', 'USER 1'])
    expect(rulesIn(result, 'bad-variable', 'bad-reference', 'InvalidDefaultArgInFrom')).toEqual([
      'InvalidDefaultArgInFrom:2',
    ])
    const given = await check(['ARG BASE', 'FROM ${BASE}', 'USER 1'], { request: { buildArgs: { BASE: 'debian:13' } } })
    expect(rulesIn(given, 'bad-variable', 'bad-reference')).toEqual([])
  })
})

describe('a baseline', () => {
  it('hides what it has, wherever it has moved, and shows what is new', async () => {
    const cwd = path.join(root, 'baseline')
    const first = await check(['FROM scratch', 'WORKDIR app'], { cwd, request: { writeBaseline: 'base.json' } })
    expect([first.failed, allFindings(first).length > 0]).toEqual([false, true])
    const text = readFileSync(path.join(cwd, 'base.json'), 'utf8')
    expect(JSON.parse(text)).toMatchObject({ schemaVersion: 1 })
    const moved = ['# a', '', 'FROM scratch', 'ENV a=b', 'workdir   app']
    const same = await check(moved, { cwd, request: { baseline: 'base.json', only: ['WorkdirRelativePath'] } })
    expect([rulesIn(same, 'WorkdirRelativePath'), same.hidden.baseline, same.failed]).toEqual([[], 1, false])
    const more = await check(['FROM scratch', 'WORKDIR app', 'FROM scratch', 'WORKDIR other'], {
      cwd,
      request: { baseline: 'base.json' },
    })
    expect(rulesIn(more, 'WorkdirRelativePath')).toEqual(['WorkdirRelativePath:4'])
  })

  it('says which of its findings are gone', async () => {
    const cwd = path.join(root, 'gone')
    await check(['FROM scratch', 'WORKDIR app'], { cwd, request: { writeBaseline: 'b', only: ['DL3000'] } })
    const { notes } = await check(['FROM scratch', 'WORKDIR /app'], {
      cwd,
      request: { baseline: 'b', only: ['DL3000'] },
    })
    expect(notes).toEqual(['1 of the baseline is no longer found: --write-baseline takes it out'])
  })

  it.each([
    ['there is no other.json', 'other.json'],
    ['Dockerfile is no baseline', 'Dockerfile'],
  ])('is refused: %s', async (message, baseline) => {
    await expect(check(['FROM scratch'], { request: { baseline } })).rejects.toThrow(message)
  })
})

describe('the context', () => {
  const copying = ['FROM scratch', 'COPY secret /']
  const files = { '.dockerignore': 'secret\n', secret: '' }

  it('is looked at for directories, and not at level static', async () => {
    const rules = ['CopyIgnoredFile', 'copy-ignored-file']
    expect(rulesIn(await check(copying, { files }), ...rules)).toHaveLength(1)
    const alone = await check(copying, { files, request: { level: 'static' } })
    expect(rulesIn(alone, ...rules)).toEqual([])
    expect(alone.notes[0]).toMatch(/look at the build context: --level context$/)
  })

  it('has an ignore file, whose faults are findings there', async () => {
    const result = await check(copying, { files: { ...files, '.dockerignore': 'a\n[b\n' } })
    const found = allFindings(result).filter(({ code }) => code === 'bad-ignore-pattern')
    expect(found.map(({ at }) => [at.source.path, at.span])).toEqual([['.dockerignore', { start: 2, end: 4 }]])
  })

  it('of a file that nobody gave one is where what it copies is', async () => {
    const tree = { ...files, 'docker/app.Dockerfile': copying.join('\n') }
    const result = await check(['FROM scratch'], { files: tree, request: { paths: ['docker/app.Dockerfile'] } })
    expect(rulesIn(result, 'CopyIgnoredFile', 'copy-ignored-file')).toHaveLength(1)
  })
})
