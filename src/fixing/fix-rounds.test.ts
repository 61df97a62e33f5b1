import { describe, expect, it } from 'vitest'
import type { Finding, Fix, Severity } from '../core/index.ts'
import type { Draft } from './draft.ts'
import { fixRounds } from './fix-rounds.ts'

interface Rule {
  readonly code: string
  /** Every match is a finding at the start of its line. */
  readonly pattern: RegExp
  readonly severity?: Severity
  readonly bytes?: number
  /** What its fix replaces the match by. */
  readonly by?: string
  readonly more?: Partial<Fix>
}

/** A check of patterns: what a rule finds, its fix replaces. */
function checking(...rules: readonly Rule[]): (draft: Draft) => Promise<readonly Finding[]> {
  return async ({ text }) =>
    rules.flatMap(({ code, pattern, severity = 'warning', bytes, by, more }) =>
      [...text.matchAll(pattern)].map((match): Finding => {
        const span = { start: match.index, end: match.index + match[0].length }
        const source = { path: 'Dockerfile', text }
        const start = text.lastIndexOf('\n', span.start) + 1
        const edits = by === undefined ? [] : [{ span, text: by }]
        return {
          code,
          severity,
          message: `${match[0]} is wrong`,
          at: { source, span },
          whole: { source, span: { start, end: span.end } },
          related: [],
          evidence: bytes === undefined ? {} : { bytes },
          fixes: by === undefined ? [] : [{ title: `write ${by}`, edits, claims: [], ...more }],
        }
      }),
    )
}

async function fixed(text: string, rules: readonly Rule[], allowed?: readonly string[]) {
  const outcome = await fixRounds(
    { text, files: new Map() },
    {
      check: checking(...rules),
      wants: (_, { safety }) => safety !== 'proof',
      ...(allowed === undefined ? {} : { allowed: new Set(allowed) }),
    },
  )
  return {
    text: outcome.after.text,
    applied: outcome.applied.map(({ finding, round }) => `${finding.code} ${round}`),
    withdrawn: outcome.withdrawn.map(({ finding, reason }) => `${finding.code}: ${reason}`),
    left: outcome.left.map(({ code }) => code),
    names: outcome.applied.map(({ name }) => name),
    files: Object.fromEntries(outcome.after.files),
  }
}

const two = 'FROM a\nRUN b\nRUN c\n'

describe('rounds of fixes', () => {
  it('make all that do not touch each other at once', async () => {
    const rules = [
      { code: 'B', pattern: /b/g, by: 'B' },
      { code: 'C', pattern: /c/g, by: 'C' },
    ]
    expect(await fixed(two, rules)).toMatchObject({ text: 'FROM a\nRUN B\nRUN C\n', applied: ['B 1', 'C 1'], left: [] })
  })

  it('make the others later, in the text as it then is; the weightier, the more gaining, the wider first', async () => {
    const rules: readonly Rule[] = [
      { code: 'Light', pattern: /b\b/g, by: 'b1', severity: 'info' },
      { code: 'Grave', pattern: /RUN b\b/g, by: 'RUN b1', severity: 'error' },
      { code: 'Small', pattern: /RUN c\b/g, by: 'RUN c1' },
      { code: 'Large', pattern: /\bc\b/g, by: 'c1', bytes: 7 },
      { code: 'Wide', pattern: /1\nRUN c1/g, by: '1\nRUN c2' },
      { code: 'Narrow', pattern: /c1/g, by: 'c3' },
    ]
    const result = await fixed(two, rules.slice(0, 4))
    expect(result).toMatchObject({ text: 'FROM a\nRUN b1\nRUN c1\n', applied: ['Grave 1', 'Large 1'] })
    expect((await fixed(result.text, rules.slice(4))).applied).toEqual(['Wide 1'])
  })

  it('make once what two rules want in the same words', async () => {
    const rules = [
      { code: 'One', pattern: /b/g, by: 'B' },
      { code: 'Two', pattern: /b/g, by: 'B' },
    ]
    expect(await fixed(two, rules)).toMatchObject({ text: 'FROM a\nRUN B\nRUN c\n', applied: ['One 1'], left: [] })
  })

  it('make what earlier fixes have brought to light', async () => {
    const rules = [
      { code: 'B', pattern: /b/g, by: 'x' },
      { code: 'X', pattern: /x/g, severity: 'info' as const, by: 'done' },
    ]
    expect(await fixed(two, rules)).toMatchObject({ text: 'FROM a\nRUN done\nRUN c\n', applied: ['B 1', 'X 2'] })
  })

  it('withdraw a fix that breaks the file, and no other', async () => {
    const rules = [
      { code: 'B', pattern: /RUN b/g, by: 'RUNB' },
      { code: 'C', pattern: /c/g, by: 'C' },
    ]
    const { text, applied, withdrawn } = await fixed(two, rules)
    expect([text, applied]).toEqual(['FROM a\nRUN b\nRUN C\n', ['C 1']])
    expect(withdrawn).toEqual(['B: the file could not be read any more: unknown instruction: RUNB'])
  })

  it('withdraw a fix that brings a warning', async () => {
    const rules = [
      { code: 'B', pattern: /b/g, by: 'x' },
      { code: 'X', pattern: /x/g },
    ]
    expect(await fixed(two, rules)).toMatchObject({ text: two, withdrawn: ['B: it would bring X: x is wrong'] })
  })

  it('withdraw a fix that leaves its finding there, also when the line has moved', async () => {
    const rules = [
      { code: 'A', pattern: /FROM a\n/g, by: 'FROM aa\nUSER long\n' },
      { code: 'B', pattern: /b/g, by: 'bb' },
    ]
    const { text, withdrawn } = await fixed(two, rules)
    expect([text, withdrawn]).toEqual(['FROM aa\nUSER long\nRUN b\nRUN c\n', ['B: B would still be there']])
  })

  it('say nothing about a withdrawn fix whose finding another one has taken away', async () => {
    const rules = [
      { code: 'B', pattern: /b(?= )/g, by: 'x' },
      { code: 'X', pattern: /x/g },
      { code: 'Gone', pattern: /RUN b c/g, severity: 'info' as const, by: 'RUN c' },
    ]
    expect(await fixed('FROM a\nRUN b c\n', rules)).toMatchObject({ text: 'FROM a\nRUN c\n', withdrawn: [] })
  })

  it('end when fixes undo each other', async () => {
    const rules = [
      { code: 'B', pattern: /b/g, severity: 'info' as const, by: 'x' },
      { code: 'X', pattern: /x/g, severity: 'info' as const, by: 'b' },
    ]
    const { text, withdrawn } = await fixed(two, rules)
    expect([text, withdrawn]).toEqual(['FROM a\nRUN x\nRUN c\n', ['X: it would undo what another fix has done']])
  })

  it('end when a fix would go on for ever', async () => {
    const rules = [{ code: 'B', pattern: /RUN b$/gm, severity: 'info' as const, by: 'RUN c\nRUN b' }]
    expect((await fixed(two, rules)).text.length).toBeLessThan(1000)
  })

  it('make only what is allowed by name, whatever else is made', async () => {
    const rules = [
      { code: 'A', pattern: /FROM a\n/g, by: 'FROM aa\nUSER x\n' },
      { code: 'B', pattern: /b/g, by: 'B' },
      { code: 'C', pattern: /RUN B/g, severity: 'info' as const, by: 'RUN C' },
    ]
    const { names } = await fixed(two, rules)
    expect(names).toEqual(['A 0 write FROM aa\nUSER x\n', 'B 7 write B', 'C 7 write RUN C'])
    expect((await fixed(two, rules, names.slice(1))).names).toEqual(names.slice(1))
    expect((await fixed(two, rules, names.slice(0, 2))).text).toBe('FROM aa\nUSER x\nRUN B\nRUN c\n')
  })

  it('hold back what nobody wants, and take the next fix of the finding', async () => {
    const unsafe = [{ code: 'B', pattern: /b/g, by: 'B', more: { safety: 'proof' as const } }]
    expect(await fixed(two, unsafe)).toMatchObject({ text: two, applied: [], withdrawn: [], left: ['B'] })
  })

  it('write other files', async () => {
    const rules = [{ code: 'B', pattern: /b/g, by: 'B', more: { files: [{ path: '.dockerignore', text: 'x\n' }] } }]
    expect((await fixed(two, rules)).files).toEqual({ '.dockerignore': 'x\n' })
  })
})
