import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Edit } from '../core/index.ts'
import { parseDockerfile } from '../dockerfile/index.ts'
import { applyEdits, orderedEdits } from './apply-edits.ts'
import { sameOutside } from './same-outside.ts'
import { unifiedDiff } from './unified-diff.ts'

const text = [
  '# syntax=docker/dockerfile:1',
  '# a comment',
  'ARG V=1.0',
  'FROM a:${V} AS one',
  'RUN --mount=type=bind,from=b:1,target=/b \\',
  '    echo x <<E',
  'body',
  'E',
  'FROM c:1',
  'COPY --from=one ["a", "b", "/"]',
  '',
].join('\n')

/** Replaces the first occurrence. */
function edit(what: string, by: string): Edit {
  const start = text.indexOf(what)
  return { span: { start, end: start + what.length }, text: by }
}

function isSame(edits: readonly Edit[], after = applyEdits(text, edits)): boolean {
  const [before, made] = [text, after].map((one) => parseDockerfile({ path: 'Dockerfile', text: one }))
  if (before === undefined || made === undefined) throw new Error('both are parsed')
  return sameOutside(before, made, edits)
}

describe('edits', () => {
  it('are put in order, equal ones once', () => {
    const [first, second] = [edit('1.0', '2.0'), edit('c:1', 'c:2')]
    expect(orderedEdits([second, first, { ...second }])).toEqual([first, second])
  })

  it('that want the same characters are refused', () => {
    expect(orderedEdits([edit('1.0', '2.0'), edit('1.0', '3.0')])).toBeUndefined()
    expect(orderedEdits([edit('V=1.0', ''), edit('1.0', '3.0')])).toBeUndefined()
    const at = { start: 5, end: 5 }
    expect(
      orderedEdits([
        { span: at, text: 'a' },
        { span: at, text: 'b' },
      ]),
    ).toBeUndefined()
  })

  it('leave what lies around them', () => {
    expect(
      applyEdits('abcdef', [
        { span: { start: 4, end: 5 }, text: '' },
        { span: { start: 1, end: 1 }, text: 'XY' },
      ]),
    ).toBe('aXYbcdf')
  })
})

describe('an edited Dockerfile', () => {
  it.each([
    ['a longer word', [edit('c:1', 'c:1@sha256')]],
    ['a shorter word', [edit('docker/dockerfile:1', 'd')]],
    ['several words', [edit('1.0', '20.11.1'), edit('b:1', 'b:100'), edit('c:1', 'c')]],
    [
      'something inserted at the end of a word',
      [{ span: { start: text.indexOf(' AS one'), end: text.indexOf(' AS one') }, text: '@x' }],
    ],
  ])('is read as before but for %s', (_, edits) => {
    expect(isSame(edits)).toBe(true)
  })

  it.each([
    ['another instruction', [edit('c:1', 'c:1\nUSER x')]],
    ['a stage name', [edit('c:1', 'c:1 AS x')]],
    ['another instruction in its place', [edit('FROM c:1', 'USER c:1')]],
    ['a heredoc', [edit('c:1', 'c:1\nRUN <<E\nE')]],
    ['a fault', [edit('c:1', 'c 1 2')]],
    ['a continuation', [edit('c:1', 'c:1 \\')]],
    ['a directive', [edit('# a comment', '# escape=`')]],
  ])('is told from one with %s', (_, edits) => {
    expect(isSame(edits)).toBe(false)
  })

  it('may have warnings, and no others', () => {
    const warned = 'FROM a:1\nRUN b \\\n\n  c\n'
    const edits = [{ span: { start: 7, end: 8 }, text: '22' }]
    const before = parseDockerfile({ path: 'Dockerfile', text: warned })
    expect(before.diagnostics.map(({ severity }) => severity)).toEqual(['warning'])
    const [after, another] = [applyEdits(warned, edits), applyEdits(warned, edits).replace('\\\n\n', '\\\n#\n')]
    expect(sameOutside(before, parseDockerfile({ path: 'Dockerfile', text: after }), edits)).toBe(true)
    expect(sameOutside(before, parseDockerfile({ path: 'Dockerfile', text: another }), edits)).toBe(false)
  })

  it('is told from one that was changed elsewhere', () => {
    const edits = [edit('c:1', 'c:22')]
    expect(isSame(edits, applyEdits(text, edits).replace('echo x', 'echo y'))).toBe(false)
    expect(isSame(edits, applyEdits(text, edits).replace('body', 'text'))).toBe(false)
    expect(isSame(edits, applyEdits(text, edits).replace('\n    echo', '\n   echo'))).toBe(false)
    // The same words in the same span, with the continuation elsewhere.
    expect(isSame(edits, applyEdits(text, edits).replace(' \\\n    echo', '  \\\n   echo'))).toBe(false)
  })
})

describe('a unified diff', () => {
  it('is empty without a change', async () => {
    expect(await unifiedDiff({ path: 'a', before: 'x\n', after: 'x\n' })).toBe('')
  })

  it('brings one text to the other through git apply, whatever the line ends', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'slipway-diff-'))
    const line = fc.constantFrom('FROM a', 'RUN b', '', ' c ', '-d', '+e', '\\ f', 'caf\u00e9', '--- a/g')
    const lines = fc.array(line, { maxLength: 30 })
    const end = fc.constantFrom('\n', '\r\n')
    try {
      await fc.assert(
        fc.asyncProperty(lines, lines, end, fc.boolean(), async (before, after, eol, closed) => {
          const [from, to] = [before, after].map((list) => list.join(eol) + (closed ? eol : ''))
          if (from === undefined || to === undefined || from === to || from === '' || to === '') return
          writeFileSync(path.join(dir, 'my file'), from)
          const patch = await unifiedDiff({ path: 'my file', before: from, after: to })
          execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: dir, input: patch })
          expect(readFileSync(path.join(dir, 'my file'), 'utf8')).toBe(to)
        }),
        { numRuns: 40 },
      )
    } finally {
      rmSync(dir, { recursive: true })
    }
  })
})
