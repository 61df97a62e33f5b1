import { describe, expect, test } from 'vitest'
import { type Digest, digestOf } from '../core/index.ts'
import { adviceFor } from './advice.ts'
import { alignSteps } from './align-steps.ts'
import type { MissReason, TracedStep } from './build-trace.ts'
import { compareListings, listingSize } from './compare-listings.ts'
import { explainMiss, type MissedStep } from './explain-miss.ts'
import { changeText, missLine, reasonText } from './miss-text.ts'
import { findSteps, whyLines } from './why-text.ts'

const [one, two] = [digestOf('1'), digestOf('2')]

function step(text: string, more: Partial<TracedStep> = {}): TracedStep {
  return { stage: 'build', platform: 'linux/amd64', text, key: digestOf(text), parts: {}, outcome: 'built', ...more }
}

describe('alignSteps', () => {
  const pairs = (now: readonly string[], before: readonly string[]): readonly string[] => {
    const matches = alignSteps(
      now.map((text) => step(text)),
      before.map((text) => step(text)),
    )
    return [...matches].map(([a, b]) => (a.text === b.text ? a.text : `${a.text} ~ ${b.text}`))
  }

  test.each([
    ['equal instructions in order', ['RUN a', 'COPY b'], ['RUN a', 'COPY b'], ['RUN a', 'COPY b']],
    ['around one that is new', ['RUN a', 'RUN new', 'RUN c'], ['RUN a', 'RUN c'], ['RUN a', 'RUN c']],
    ['around one that is gone', ['RUN a', 'RUN c'], ['RUN a', 'RUN old', 'RUN c'], ['RUN a', 'RUN c']],
    [
      'an edited one with the one in its place',
      ['RUN a', 'RUN b2', 'COPY c'],
      ['RUN a', 'RUN b1', 'COPY c'],
      ['RUN a', 'COPY c', 'RUN b2 ~ RUN b1'],
    ],
    ['no COPY with a RUN', ['COPY x'], ['RUN x'], []],
  ])('takes %s', (_, now, before, expected) => {
    expect([...pairs(now, before)].sort()).toEqual([...expected].sort())
  })

  test('finds a renamed stage by its instructions', () => {
    const before = [step('RUN other', { stage: 'deps' }), step('RUN a', { stage: 'old' })]
    const [now] = [step('RUN a', { stage: 'new' })]
    expect(alignSteps([now], before).get(now)?.stage).toBe('old')
  })

  test('keeps platforms apart', () => {
    const now = step('RUN a', { platform: 'linux/arm64' })
    expect(alignSteps([now], [step('RUN a'), step('RUN a', { platform: 'linux/arm64' })]).get(now)?.platform).toBe(
      'linux/arm64',
    )
  })
})

describe('compareListings', () => {
  const line = (...fields: readonly unknown[]): string => JSON.stringify([...fields, [0, 0], []])
  const listing = (...lines: readonly string[]): string => ['source ""', '["","dir"]', ...lines, ''].join('\n')

  test.each([
    ['a new file', listing(), listing(line('a', 'file', 420, null, one)), 'a is new'],
    ['a file that is gone', listing(line('a', 'file', 420, null, one)), listing(), 'a is gone'],
    [
      'content',
      listing(line('a', 'file', 420, null, one)),
      listing(line('a', 'file', 420, null, two)),
      'a changed (6b86b273ff34 → d4735e3a265e)',
    ],
    [
      'permissions',
      listing(line('a', 'file', 420, null, one)),
      listing(line('a', 'file', 493, null, one)),
      'a has another mode (0644 → 0755)',
    ],
    [
      'owners',
      listing(line('a', 'file', 420, [0, 0], one)),
      listing(line('a', 'file', 420, [5, 6], one)),
      'a has another owner (0:0 → 5:6)',
    ],
    [
      'the kind',
      listing(line('a', 'file', 420, null, one)),
      listing(line('a', 'dir', 420, null, null)),
      'a has another kind (file → dir)',
    ],
    [
      'the target of a link',
      listing(line('a', 'symlink', null, null, 'x')),
      listing(line('a', 'symlink', null, null, 'y')),
      'a changed (x → y)',
    ],
    [
      'extended attributes',
      listing(line('a', 'file', 420, null, one)),
      listing(JSON.stringify(['a', 'file', 420, null, one, [0, 0], [['user.x', 'AA==']]])),
      'a has another set of attributes',
    ],
  ])('names %s', (_, before, after, text) => {
    expect(compareListings(before, after).map(changeText)).toEqual([text])
  })

  test('puts the name of a single file before it, and takes equal listings as equal', () => {
    const single = (digest: string): string => `source "package.json"\n${line('', 'file', 420, null, digest)}\n`
    expect(compareListings(single(one), single(two)).map(({ path }) => path)).toEqual(['package.json'])
    expect(compareListings(single(one), single(one))).toEqual([])
  })

  test('tells a file of one source from a file of the same name in another', () => {
    const both = (a: string, b: string): string =>
      ['a', 'b'].map((name, at) => `source "${name}"\n${line('f', 'file', 420, null, [a, b][at])}\n`).join('')
    expect(compareListings(both(one, two), both(two, two)).map(({ path }) => path)).toEqual(['a/f'])
  })

  test('counts files and links, not directories', () => {
    expect(listingSize(listing(line('d', 'dir'), line('d/f', 'file'), line('l', 'symlink')))).toBe(2)
  })
})

describe('explainMiss', () => {
  const noListing = async (): Promise<undefined> => undefined
  const now = (parts: TracedStep['parts'], more: Partial<MissedStep> = {}): MissedStep => ({
    ...step('RUN now'),
    key: digestOf(JSON.stringify(parts)),
    parts,
    ignoreCache: false,
    below: [],
    ...more,
  })
  const why = async (
    parts: TracedStep['parts'],
    before: TracedStep['parts'],
    more: {
      readonly now?: Partial<MissedStep>
      readonly before?: Partial<TracedStep>
      readonly below?: readonly TracedStep[]
    } = {},
  ): Promise<readonly string[]> => {
    const former = { step: step('RUN before', { parts: before, ...more.before }), below: more.below ?? [] }
    return (await explainMiss(now(parts, more.now), former, noListing)).reasons.map(reasonText)
  }

  test.each<[string, TracedStep['parts'], TracedStep['parts'], readonly string[]]>([
    [
      'another command',
      { command: '["/bin/sh","-c","b"]' },
      { command: '["/bin/sh","-c","a"]' },
      ['the command is another: a → b'],
    ],
    ['a variable with another value', { 'env A': 'x' }, { 'env A': 'y' }, ['the variable A has another value']],
    [
      'a new variable, without its order',
      { 'env A': 'x', 'env order': '1' },
      { 'env order': '2' },
      ['the variable A is new'],
    ],
    ['a variable that is gone', {}, { 'env A': 'x' }, ['the variable A is gone']],
    [
      'variables in another order',
      { 'env A': 'x', 'env order': '1' },
      { 'env A': 'x', 'env order': '2' },
      ['the variables are declared in another order'],
    ],
    ['another user', { user: 'app' }, { user: '' }, ['user is another: none → app']],
    [
      'files whose list is not kept',
      { 'source 0 ["path"]': one },
      { 'source 0 ["path"]': two },
      ['other files are copied (which ones is not known any more)'],
    ],
    [
      'other options of a mount',
      { 'mount 0': '{"type":"tmpfs","size":1}' },
      { 'mount 0': '{"type":"tmpfs","size":2}' },
      ['a mount is another: {"type":"tmpfs","size":2} → {"type":"tmpfs","size":1}'],
    ],
    [
      'own changes before those from below',
      { root: one, user: 'a' },
      { root: two, user: 'b' },
      ['user is another: b → a', 'what is below differs'],
    ],
  ])('names %s', async (_, parts, before, reasons) => {
    expect(await why(parts, before)).toEqual(reasons)
  })

  test('names the file of a bind mount', async () => {
    const [old, fresh] = [
      `source ""\n["a","file",420,null,"${one}",[0,0],[]]\n`,
      `source ""\n["a","file",420,null,"${two}",[0,0],[]]\n`,
    ]
    const listings = new Map<string, string>([
      [digestOf(old), old],
      [digestOf(fresh), fresh],
    ])
    const mount = (content: Digest): TracedStep['parts'] => ({ 'mount 0': JSON.stringify({ type: 'bind', content }) })
    const former = { step: step('RUN x', { parts: mount(digestOf(old)) }), below: [] }
    const miss = await explainMiss(now(mount(digestOf(fresh))), former, async (key) => listings.get(key))
    expect(missLine(miss)).toBe('a changed (6b86b273ff34 → d4735e3a265e)')
  })

  const root = { parts: { root: one }, before: { root: two } }
  const [a, b] = [step('COPY a', { content: one, line: 2 }), step('RUN b', { content: one, line: 3 })]
  test.each<[string, Parameters<typeof why>[2], string]>([
    [
      'another base',
      { now: { base: 'x@sha256:2' }, before: { base: 'x@sha256:1' } },
      'the base is another image: x@sha256:1 → x@sha256:2',
    ],
    [
      'the lowest step that left other files',
      {
        now: {
          below: [
            { ...a, content: two, former: a },
            { ...b, content: two, former: b },
          ],
        },
        below: [a, b],
      },
      'what is below differs since COPY a (line 2)',
    ],
    [
      'a step that is new',
      {
        now: {
          below: [
            { ...a, former: a },
            { text: 'RUN n', line: 3 },
          ],
        },
        below: [a],
      },
      'RUN n (line 3) is new below it',
    ],
    [
      'a step that was removed',
      { now: { below: [{ ...b, former: b }] }, below: [a, b] },
      'COPY a was below it and is gone',
    ],
  ])('finds in what is below %s', async (_, more, reason) => {
    expect(await why(root.parts, root.before, more)).toEqual([reason])
  })

  test('says when nothing differs that the cache has lost it, or that it failed', async () => {
    const same = now({ user: 'a' })
    const former = (outcome: TracedStep['outcome']) => ({ step: step('RUN x', { key: same.key, outcome }), below: [] })
    expect((await explainMiss(same, former('built'), noListing)).reasons).toEqual([{ kind: 'gone' }])
    expect((await explainMiss(same, former('failed'), noListing)).reasons).toEqual([{ kind: 'failed' }])
  })

  test('has nothing to compare for a new step, and nothing to explain under --no-cache', async () => {
    expect((await explainMiss(now({}), undefined, noListing)).reasons).toEqual([{ kind: 'new-step' }])
    expect((await explainMiss(now({}, { ignoreCache: true }), undefined, noListing)).reasons).toEqual([
      { kind: 'asked' },
    ])
  })
})

describe('adviceFor', () => {
  const files = (...paths: readonly string[]): MissReason => ({
    kind: 'files',
    part: 'source 0',
    changes: paths.map((path) => ({ path, change: 'content' })),
    more: 0,
  })
  const parent = { kind: 'parent', change: 'changed', text: 'COPY . .', line: 4 } as const

  test.each<[string, string, MissReason, RegExp]>([
    [
      'ignore files that build nothing',
      'COPY . .',
      files('.git/index', 'Dockerfile'),
      /\.dockerignore .*: \.git Dockerfile$/,
    ],
    [
      'copy manifests before an install',
      'RUN npm ci',
      parent,
      /^the step in line 5 mostly needs package\.json and package-lock\.json alone: .* line 4 after it$/,
    ],
    [
      'pin a base that has moved',
      'RUN x',
      { kind: 'base', before: 'a:1@sha256:1', after: 'a:1@sha256:2' } as const,
      /FROM a:1@sha256:1$/,
    ],
    ['declare a variable later', 'RUN x', { kind: 'part', part: 'env V' }, /does not name V/],
  ])('says to %s', (_, text, reason, advice) => {
    expect(adviceFor({ text, line: 5, reasons: [reason] })).toMatch(advice)
  })

  test.each<[string, string, MissReason]>([
    ['a source file that changed', 'COPY . .', files('src/a.ts', 'Dockerfile')],
    ['an install after its own manifests', 'RUN npm ci', { ...parent, text: 'COPY package.json package-lock.json ./' }],
    ['an install after a copy from another stage', 'RUN npm ci', { ...parent, text: 'COPY --from=a . .' }],
    ['a step that is no install', 'RUN make', parent],
    ['a variable that the step names', 'RUN echo $V', { kind: 'part', part: 'env V' }],
  ])('is silent on %s', (_, text, reason) => {
    expect(adviceFor({ text, reasons: [reason] })).toBeUndefined()
  })
})

describe('whyLines', () => {
  const miss = { reasons: [{ kind: 'part', part: 'user', before: '', after: 'app' }] } as const
  const steps = [
    step('WORKDIR /a', { line: 2, outcome: 'cached' }),
    step('RUN npm ci', { line: 3, miss }),
    step('RUN b', { line: 4 }),
  ]
  const trace = { started: 0, title: 'slipway build .', steps }

  test('lists what ran by stage', () => {
    expect(whyLines(trace, { age: 'now' })).toEqual([
      'slipway build ., now: 2 steps ran, 1 cached',
      '',
      'build (linux/amd64)',
      '  line 3    RUN npm ci',
      '            user is another: none → app',
      '  line 4    RUN b',
      '            there is no earlier build of this file here',
    ])
  })

  test.each([
    ['3', ['RUN npm ci']],
    ['Dockerfile:4', ['RUN b']],
    ['build', ['WORKDIR /a', 'RUN npm ci', 'RUN b']],
    ['NPM', ['RUN npm ci']],
    ['nothing', []],
  ])('finds %s', (wanted, texts) => {
    expect(findSteps(trace, wanted).map(({ text }) => text)).toEqual(texts)
  })
})
