import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { checkstyleLines } from './check-checkstyle.ts'
import { githubLines } from './check-github.ts'
import { gitlabIssues } from './check-gitlab.ts'
import { checkResultJson } from './check-json.ts'
import { junitLines } from './check-junit.ts'
import { markdownLines } from './check-markdown.ts'
import type { CheckedFinding, CheckResult, RuleEntry } from './check-result.ts'
import { sarifLog } from './check-sarif.ts'
import { checkResultText } from './check-text.ts'
import { plainPalette } from './palette.ts'

const source = { path: 'my app/Dockerfile', text: 'FROM a\nRUN b \\\n  c | d\nUSER root\n' }
const place = (start: number, end: number) => ({ source, span: { start, end } })
const common = { related: [], evidence: {}, fixes: [], level: 'static' as const }

const grave: CheckedFinding = {
  ...common,
  code: 'root-user',
  severity: 'error',
  message: 'root: 100% <evil> \u001b[31m, "a" | b',
  hint: 'write USER app',
  at: place(23, 32),
  whole: place(23, 32),
  related: [{ note: 'the stage begins here', at: place(0, 6) }],
  evidence: { diskBytes: 12 },
  fixes: [{ title: 'write USER app', edits: [{ span: { start: 28, end: 32 }, text: 'app' }], claims: [] }],
  fingerprint: 'f1',
}
const long: CheckedFinding = {
  ...common,
  code: 'Other',
  severity: 'warning',
  message: 'two lines',
  at: place(7, 22),
  whole: place(7, 22),
  rule: { description: 'what it is about', url: 'https://example.com/other' },
  fingerprint: 'f2',
}
const note: CheckedFinding = { ...long, code: 'Note', severity: 'info', message: 'a_b', fingerprint: 'f3' }

const rule = (id: string, more: Partial<RuleEntry> = {}): RuleEntry => ({
  id,
  origin: 'slipway',
  summary: `about ${id}`,
  severity: 'warning',
  level: 'static',
  profiles: [],
  optIn: false,
  peers: {},
  ...more,
})

const result: CheckResult = {
  files: [
    { path: source.path, findings: [grave, long, note] },
    { path: 'clean/Dockerfile', findings: [] },
  ],
  problems: [{ path: 'gone', code: 'dockerfile-missing', message: 'there is no gone' }],
  hidden: { comments: 1, settings: 0, baseline: 2 },
  failed: true,
  notes: ['more is known with more'],
  rules: [
    rule('Note'),
    rule('Other', { url: 'https://example.com/other' }),
    rule('root-user', { profiles: ['security'], peers: { hadolint: ['DL3002'] } }),
    rule('unused'),
  ],
}
const nothing: CheckResult = { ...result, files: [], problems: [], notes: [] }

describe('json', () => {
  it('has places, hints, fixes by title, and what could not be read', () => {
    const { schemaVersion, findings, errors, summary } = checkResultJson(result)
    expect(schemaVersion).toBe(1)
    expect((findings as readonly unknown[])[0]).toEqual({
      rule: 'root-user',
      file: 'my app/Dockerfile',
      line: 4,
      column: 1,
      endLine: 4,
      endColumn: 10,
      severity: 'error',
      message: grave.message,
      hint: 'write USER app',
      level: 'static',
      related: [
        { file: 'my app/Dockerfile', line: 1, column: 1, endLine: 1, endColumn: 7, message: 'the stage begins here' },
      ],
      evidence: { diskBytes: 12 },
      fixes: ['write USER app'],
      fingerprint: 'f1',
    })
    expect((findings as readonly unknown[])[1]).toMatchObject({ line: 2, endLine: 3, url: 'https://example.com/other' })
    expect(errors).toEqual([{ path: 'gone', code: 'dockerfile-missing', message: 'there is no gone' }])
    expect(summary).toMatchObject({ files: 2, error: 1, warning: 1, info: 1 })
  })
})

describe('sarif', () => {
  // The schema is of an old draft; what it uses of it means the same in the one that the validator knows.
  const text = readFileSync(join(import.meta.dirname, '../../test/kit/schemas/sarif-2.1.0.json'), 'utf8')
  const { id: _, $schema: __, ...schema } = JSON.parse(text) as Record<string, unknown>
  const uri = (value: string) => URL.canParse(value, 'http://localhost') && !/[\s<>"\\^`{|}]/.test(value)
  const ajv = new Ajv({ strict: false, formats: { uri, 'uri-reference': uri, 'date-time': true } })

  it.each([
    ['findings', result],
    ['nothing', nothing],
  ])('is valid with %s', (__, input) => {
    ajv.validate(schema, JSON.parse(JSON.stringify(sarifLog(input, { version: '1.2.3' }))))
    expect(ajv.errors).toBeNull()
  })

  it('is not valid with anything', () => {
    expect(ajv.validate(schema, { ...sarifLog(result, { version: '1' }), more: 1 })).toBe(false)
  })

  it('has rules that results point to, regions, fixes and fingerprints', () => {
    const [run] = sarifLog(result, { version: '1.2.3' })['runs'] as readonly Record<string, any>[]
    expect(run?.['tool'].driver.rules.map(({ id }: { id: string }) => id)).toEqual(['Note', 'Other', 'root-user'])
    expect(run?.['results'][0]).toMatchObject({
      ruleIndex: 2,
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'my%20app/Dockerfile', uriBaseId: 'PROJECT' },
            region: { startLine: 4, startColumn: 1, endLine: 4, endColumn: 10 },
          },
        },
      ],
      partialFingerprints: { 'slipway/v1': 'f1' },
      fixes: [
        {
          artifactChanges: [
            {
              replacements: [
                {
                  deletedRegion: { startLine: 4, startColumn: 6, endLine: 4, endColumn: 10 },
                  insertedContent: { text: 'app' },
                },
              ],
            },
          ],
        },
      ],
    })
    expect(run?.['invocations'][0].executionSuccessful).toBe(false)
  })
})

describe('github', () => {
  it('escapes what would end a command or a property', () => {
    expect(githubLines(result)).toEqual([
      '::error file=my app/Dockerfile,line=4,endLine=4,col=1,endColumn=9,title=root-user::root: 100%25 <evil> \\x1b[31m, "a" | b%0Awrite USER app',
      '::warning file=my app/Dockerfile,line=2,endLine=3,title=Other::two lines',
      '::notice file=my app/Dockerfile,line=2,endLine=3,title=Note::a_b',
      '::error file=gone,title=dockerfile-missing::there is no gone',
    ])
    const at = { ...place(0, 6), source: { ...source, path: 'a,b:c' } }
    const named = { ...result, problems: [], files: [{ path: '', findings: [{ ...note, at }] }] }
    expect(githubLines(named)[0]).toContain('file=a%2Cb%3Ac,line=1,')
  })
})

describe('gitlab', () => {
  it('has the members that Code Quality needs', () => {
    expect(gitlabIssues(result)).toEqual([
      expect.objectContaining({
        check_name: 'root-user',
        description: grave.message,
        severity: 'critical',
        fingerprint: 'f1',
        location: { path: 'my app/Dockerfile', lines: { begin: 4, end: 4 } },
      }),
      expect.objectContaining({ severity: 'major', location: { path: source.path, lines: { begin: 2, end: 3 } } }),
      expect.objectContaining({ severity: 'info' }),
    ])
  })
})

describe('junit', () => {
  it('counts suites, tests, failures and errors, and spells out what XML cannot hold', () => {
    const text = junitLines(result).join('\n')
    expect(text).toContain('<testsuites name="slipway check" tests="5" failures="2" errors="1">')
    expect(text).toContain('<testsuite name="my app/Dockerfile" tests="3" failures="2" errors="0">')
    expect(text).toContain('<failure message="root: 100% &lt;evil&gt; ?[31m, &quot;a&quot; | b" type="error">')
    expect(text).toContain('<testcase name="nothing found" classname="clean/Dockerfile"/>')
    expect(text).toContain('<error message="there is no gone" type="dockerfile-missing"/>')
    expect(text.match(/<system-out>/g)).toHaveLength(1)
  })
})

describe('checkstyle', () => {
  it('has a file for each file, also for clean ones and for those that could not be read', () => {
    expect(checkstyleLines(result).join('\n')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<checkstyle version="4.3">
<file name="my app/Dockerfile">
  <error line="4" column="1" severity="error" message="root: 100% &lt;evil&gt; ?[31m, &quot;a&quot; | b" source="slipway.root-user"/>
  <error line="2" column="1" severity="warning" message="two lines" source="slipway.Other"/>
  <error line="2" column="1" severity="info" message="a_b" source="slipway.Note"/>
</file>
<file name="clean/Dockerfile"/>
<file name="gone">
  <error line="1" severity="error" message="there is no gone" source="slipway.dockerfile-missing"/>
</file>
</checkstyle>`)
  })
})

describe('markdown', () => {
  it('has a table for each file and spells out marks', () => {
    expect(markdownLines(result).join('\n')).toBe(`## slipway check

2 files checked: 1 error, 1 warning, 1 note.

### \`my app/Dockerfile\`

| | line | what | rule |
|---|---|---|---|
| :x: | 4 | root: 100% &lt;evil> \\\\x1b\\[31m, "a" \\| b<br>write USER app | \`root-user\` |
| :warning: | 2 | two lines | [\`Other\`](https://example.com/other) |
| :information_source: | 2 | a\\_b | [\`Note\`](https://example.com/other) |

### Not checked

- \`gone\`: there is no gone

_more is known with more_`)
  })
})

describe('text', () => {
  const style = { width: 80, palette: plainPalette }

  it('shows each place with what to do, then sums up', () => {
    expect(checkResultText(result, style).join('\n')).toBe(`my app/Dockerfile: 1 error, 1 warning, 1 note

error: root: 100% <evil> \\x1b[31m, "a" | b [root-user]
my app/Dockerfile:4:1
   4 | >>> USER root
     |     ^^^^^^^^^
  my app/Dockerfile:1:1: the stage begins here
  hint: write USER app
  fix: write USER app

warning: two lines [Other]
my app/Dockerfile:2:1
   2 | >>> RUN b \\
   3 | >>>   c | d

info: a_b [Note]
my app/Dockerfile:2:1
   2 | >>> RUN b \\
   3 | >>>   c | d

ERROR: there is no gone [dockerfile-missing]

2 files checked: 1 error, 1 warning, 1 note (1 ignored by comments, 2 in the baseline)
slipway fix has repairs for 1
more is known with more`)
  })

  it('says so when there is nothing to say', () => {
    const clean = {
      ...nothing,
      files: [{ path: 'a', findings: [] }],
      hidden: { comments: 0, settings: 0, baseline: 0 },
    }
    expect(checkResultText(clean, style)).toEqual(['1 file checked: nothing found'])
  })
})
