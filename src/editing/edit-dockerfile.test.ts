import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Edit } from '../core/index.ts'
import { type Dockerfile, type Instruction, instructionText, parseDockerfile } from '../dockerfile/index.ts'
import { applyEdits } from './apply-edits.ts'
import { appendCommand, removeCommand } from './edit-commands.ts'
import { deleteInstruction, insertAfter, insertBefore } from './edit-instructions.ts'
import { insertFlag, insertWordAfter, removeFlag, removeWord, replaceWord } from './edit-words.ts'

const parse = (text: string): Dockerfile => parseDockerfile({ path: 'Dockerfile', text })

type Make = (file: Dockerfile, instruction: Instruction) => readonly Edit[] | undefined

/** What an edit of the n-th instruction (from 0, negative from the end) makes of a text. */
function edited(text: string, at: number, make: Make): string | undefined {
  const file = parse(text)
  const instruction = file.instructions.at(at)
  if (instruction === undefined) throw new Error('there is such an instruction')
  const edits = make(file, instruction)
  return edits === undefined ? undefined : applyEdits(text, edits)
}

function asRun(instruction: Instruction): Extract<Instruction, { kind: 'RUN' }> {
  if (instruction.kind !== 'RUN') throw new Error('it is a RUN')
  return instruction
}

const append: (command: string) => Make = (command) => (file, one) => appendCommand(file, asRun(one), command)

function remove(command: string): Make {
  return (file, one) => {
    const start = file.source.text.indexOf(command, one.span.start)
    return removeCommand(file, asRun(one), { span: { start, end: start + command.length } })
  }
}

describe('a command is appended to a RUN', () => {
  it.each([
    ['with && at the start of lines', 'RUN a \\\n  && b', 'RUN a \\\n  && b \\\n  && x'],
    ['with && at the end of lines', 'RUN a && \\\n      b\n', 'RUN a && \\\n      b && \\\n      x\n'],
    ['as the file does elsewhere', 'RUN a\nRUN b && \\\n\tc\nUSER d', 'RUN a && \\\n\tx\nRUN b && \\\n\tc\nUSER d'],
    ['after four blanks in a file without a habit', 'RUN a', 'RUN a \\\n    && x'],
    ['below the words of its last command', 'RUN a \\\n      b', 'RUN a \\\n      b \\\n      && x'],
    ['with carriage returns', 'RUN a \\\r\n  && b\r\n', 'RUN a \\\r\n  && b \\\r\n  && x\r\n'],
    ['with a backtick', '# escape=`\nRUN a `\n  && b', '# escape=`\nRUN a `\n  && b `\n  && x'],
    ['behind a semicolon', 'RUN a;', 'RUN a; \\\n    x'],
    ['before comments that follow', 'RUN a \\\n  # c\n  && b\n# d', 'RUN a \\\n  # c\n  && b \\\n  && x\n# d'],
    ['behind a command with a heredoc', 'RUN cat <<E >f\nt\nE\n', 'RUN cat <<E >f && x\nt\nE\n'],
    ['in a heredoc that stops at errors', 'RUN <<E\nset -e\na\nE', 'RUN <<E\nset -e\na\nx\nE'],
    ['in a heredoc of a shell with -e', 'RUN sh -e <<E\n  a\nE', 'RUN sh -e <<E\n  a\n  x\nE'],
    ['in a heredoc, whose status stays', 'RUN <<"E"\r\na\r\nE\r\n', 'RUN <<"E"\r\na &&\r\nx\r\nE\r\n'],
    ['in a heredoc with tabs', 'RUN <<-E\n\t#!/bin/bash -ex\n\ta\n\tE', 'RUN <<-E\n\t#!/bin/bash -ex\n\ta\n\tx\n\tE'],
  ])('%s', (_, before, after) => {
    expect(edited(before, before.startsWith('#') ? -1 : 0, append('x'))).toBe(after)
    expect(faults(parse(after))).toEqual(faults(parse(before)))
  })

  it.each([
    ['the exec form', 'RUN ["a"]'],
    ['a comment at the end', 'RUN a # b'],
    ['an open quote', "RUN a 'b"],
    ['the background', 'RUN a &'],
    ['Python', 'RUN <<E\n#!/usr/bin/env python3\nprint(1)\nE'],
    ['a program that is no shell', 'RUN python <<E && b &\nprint(1)\nE'],
    ['a heredoc that ends in a comment', 'RUN <<E\na\n# b\nE'],
    ['a heredoc in a heredoc', 'RUN <<E\ncat <<F\na\nF\nE'],
    ['an empty heredoc', 'RUN <<E\nE'],
  ])('never: %s', (_, text) => {
    expect(edited(text, 0, append('x'))).toBeUndefined()
  })
})

describe('a command is taken out of a RUN', () => {
  it.each([
    ['from the middle', 'RUN a \\\n  && bb \\\n  && c', 'RUN a \\\n  && c'],
    ['from the middle, && at the end', 'RUN a && \\\n    bb && \\\n    c\n', 'RUN a && \\\n    c\n'],
    ['from the end', 'RUN a \\\r\n  && bb\r\n', 'RUN a\r\n'],
    ['with the comment about it', 'RUN a \\\n  # of b\n  && bb \\\n  && c', 'RUN a \\\n  && c'],
    ['from the start', 'RUN bb \\\n  && c', 'RUN c'],
    ['from the start, not the comment about the next', 'RUN bb \\\n # c\n && c', 'RUN \\\n # c\n c'],
    ['from the start, && at the end', 'RUN bb && \\\n # c\n c', 'RUN \\\n # c\n c'],
    ['behind a flag', 'RUN --network=none bb; c', 'RUN --network=none c'],
    ['between ; and &&', 'RUN a; bb && c', 'RUN a; c'],
    ['between && and ;', 'RUN a && bb; c', 'RUN a; c'],
    ['as a line of a heredoc', 'RUN <<E\na\n  bb\nc\nE\n', 'RUN <<E\na\nc\nE\n'],
    ['from a chain in a heredoc', 'RUN <<E\na &&\n  bb\nE\n', 'RUN <<E\na\nE\n'],
  ])('%s', (_, before, after) => {
    expect(edited(before, 0, remove('bb'))).toBe(after)
  })

  it.each([
    ['the only one', 'RUN bb'],
    ['an alternative', 'RUN a || bb'],
    ['one with an alternative', 'RUN a && bb || c'],
    ['a part of a pipe', 'RUN bb | c'],
    ['a part of a condition', 'RUN if bb; then c; fi'],
    ['one in the background', 'RUN a && bb & c'],
    ['the only line of a heredoc', 'RUN <<E\nbb\nE'],
  ])('never: %s', (_, text) => {
    expect(edited(text, 0, remove('bb'))).toBeUndefined()
  })
})

describe('words and flags', () => {
  const flag: (at: number) => Make = (at) => (file, one) => {
    const found = one.flags[at]
    return found === undefined ? undefined : removeFlag(file, found)
  }

  it.each([
    ['RUN a', 'RUN --x=1 a'],
    ['RUN --network=none a', 'RUN --network=none --x=1 a'],
    ['RUN --mount=a \\\n    --mount=b \\\n    c', 'RUN --mount=a \\\n    --mount=b \\\n    --x=1 \\\n    c'],
    ['HEALTHCHECK CMD a', 'HEALTHCHECK --x=1 CMD a'],
  ])('a flag is put into %j', (before, after) => {
    expect(edited(before, 0, (file, one) => insertFlag(file, one, '--x=1'))).toBe(after)
  })

  it.each([
    ['FROM --platform=$A a', 0, 'FROM a'],
    ['RUN --a=1 --b=2 c', 0, 'RUN --b=2 c'],
    ['RUN --a=1 \\\n  --b=2 \\\n  c', 1, 'RUN --a=1 \\\n  c'],
    ['RUN --a=1 \\\r\n  c', 0, 'RUN \\\r\n  c'],
    ['RUN \\\n  --a=1 c', 0, 'RUN \\\n  c'],
  ] as const)('a flag is taken out of %j', (before, at, after) => {
    expect(edited(before, 0, flag(at))).toBe(after)
  })

  const source: (
    at: number,
    make: (file: Dockerfile, word: Dockerfile['instructions'][number]['keyword']) => readonly Edit[],
  ) => Make = (at, make) => (file, one) => {
    if (one.kind !== 'EXPOSE') throw new Error('it is EXPOSE')
    return make(file, one.words[at] ?? one.keyword)
  }

  it.each([
    ['EXPOSE 1 2 3', 1, 'EXPOSE 1 3'],
    ['EXPOSE 1 \\\n  2 \\\n  # c\n  3', 1, 'EXPOSE 1 \\\n  # c\n  3'],
    ['EXPOSE 1 \\\n  2\nUSER a', 1, 'EXPOSE 1\nUSER a'],
  ] as const)('a word is taken out of %j', (before, at, after) => {
    expect(edited(before, 0, source(at, removeWord))).toBe(after)
    expect(faults(parse(after))).toEqual(faults(parse(before)))
  })

  it('are written anew, and others put behind them', () => {
    expect(
      edited(
        'EXPOSE 1 2',
        0,
        source(0, (_, word) => replaceWord(word, '80/tcp')),
      ),
    ).toBe('EXPOSE 80/tcp 2')
    expect(
      edited(
        'EXPOSE 1 2',
        0,
        source(0, (_, word) => insertWordAfter(word, '80')),
      ),
    ).toBe('EXPOSE 1 80 2')
  })
})

describe('instructions', () => {
  it.each([
    ['before the comments of the next', 'FROM a\n# c\nRUN b', 1, 'FROM a\nUSER x\n# c\nRUN b'],
    ['but behind comments that stand apart', '# c\n\nFROM a', 0, '# c\n\nUSER x\nFROM a'],
    ['in lower case', 'from a\nrun b\n', 1, 'from a\nuser x\nrun b\n'],
    ['with carriage returns', 'FROM a\r\nRUN b', 1, 'FROM a\r\nUSER x\r\nRUN b'],
  ])('are put %s', (_, before, at, after) => {
    expect(edited(before, at, (file, one) => insertBefore(file, one, ['USER x']))).toBe(after)
  })

  it.each([
    ['the last line', 'FROM a', 0, 'FROM a\nENV A=1 \\\n    B=2'],
    ['a heredoc', 'RUN <<E\na\nE\nUSER b\n', 0, 'RUN <<E\na\nE\nENV A=1 \\\n    B=2\nUSER b\n'],
    ['blanks', '# escape=`\r\nfrom a  \r\n', 0, '# escape=`\r\nfrom a  \r\nenv A=1 `\r\n    B=2\r\n'],
    ['an escape character that joins nothing', 'RUN a \\\n', 0, 'RUN a\nENV A=1 \\\n    B=2\n'],
  ])('are put behind %s', (_, before, at, after) => {
    expect(edited(before, at, (file, one) => insertAfter(file, one, ['ENV A=1 \\\n    B=2']))).toBe(after)
  })

  it.each([
    ['with the comments about it', 'FROM a\n# c\nRUN b\nUSER d\n', 1, 'FROM a\nUSER d\n'],
    ['and one of two empty lines', 'FROM a\n\nRUN b\n\nUSER d\n', 1, 'FROM a\n\nUSER d\n'],
    ['and no comment that stands apart', 'FROM a\n# c\n\nRUN b\nUSER d\n', 1, 'FROM a\n# c\n\nUSER d\n'],
    ['at the end without a line feed', 'FROM a\r\nRUN b \\\r\n  c', 1, 'FROM a'],
    ['with its heredoc', 'FROM a\nRUN <<E\nb\nE\nUSER d', 1, 'FROM a\nUSER d'],
  ])('are taken away %s', (_, before, at, after) => {
    expect(edited(before, at, deleteInstruction)).toBe(after)
  })
})

const line = fc.constantFrom(
  'FROM a AS b',
  'from a',
  'RUN a && b',
  'RUN a \\\n  && b \\\n  # c\n  && d',
  'RUN a && \\\n    b',
  'RUN --mount=type=cache,target=/x \\\n    --network=none \\\n    a',
  'RUN <<E\nset -e\na\nE',
  'RUN cat <<E > /x\n a\nE',
  'COPY a b /c/',
  'EXPOSE 1 \\\n  2',
  'CMD ["a", "b"]',
  'env A=1',
  '# a comment',
  '#',
  '',
  '  ',
)
const dockerfiles = fc
  .record({
    lines: fc.array(line, { minLength: 1, maxLength: 8 }),
    directive: fc.constantFrom('', '# syntax=docker/dockerfile:1\n', '# escape=`\n'),
    eol: fc.constantFrom('\n', '\r\n'),
    closed: fc.boolean(),
  })
  .map(({ lines, directive, eol, closed }) => {
    const escape = directive.includes('`') ? '`' : '\\'
    const text = `${directive}FROM first\n${lines.join('\n')}${closed ? '\n' : ''}`
    return text.replaceAll('\\\n', `${escape}\n`).replaceAll('\n', eol)
  })

/** What a file says: instructions with their flags and bodies, in one line each. */
const said = ({ instructions }: Dockerfile): readonly string[] =>
  instructions.map((one) =>
    [instructionText(one).replaceAll(/\s+/g, ' '), ...one.heredocs.map(({ content }) => content)].join('|'),
  )

const faults = ({ diagnostics }: Dockerfile): readonly string[] =>
  diagnostics.map(({ code, message }) => `${code} ${message}`).sort()

describe('any Dockerfile', () => {
  const makers: Readonly<
    Record<
      string,
      {
        readonly make: Make
        readonly expected: (was: readonly string[], at: number, one: Instruction) => readonly (string | RegExp)[]
      }
    >
  > = {
    'insert before': {
      make: (file, one) => insertBefore(file, one, ['ARG x']),
      expected: (was, at) => was.toSpliced(at, 0, 'ARG x'),
    },
    'insert after': {
      make: (file, one) => insertAfter(file, one, ['ARG x']),
      expected: (was, at) => was.toSpliced(at + 1, 0, 'ARG x'),
    },
    delete: { make: deleteInstruction, expected: (was, at) => was.toSpliced(at, 1) },
    'append to RUN': {
      make: (file, one) => (one.kind === 'RUN' ? appendCommand(file, one, 'x y') : undefined),
      expected: (was, at, one) =>
        was.with(
          at,
          one.heredocs.some(({ content }) => content.startsWith('set'))
            ? (was[at] ?? '').replace(/a\r?\n$/, (end) => `${end}x y${end.slice(1)}`)
            : (was[at] ?? '').replace(/(\||$)/, ' && x y$1'),
        ),
    },
    'insert a flag': {
      make: (file, one) => (one.kind === 'RUN' ? insertFlag(file, one, '--security=sandbox') : undefined),
      expected: (was, at) =>
        was.with(
          at,
          (was[at] ?? '').replace(/^RUN( --\S+)*/, (start) => `${start} --security=sandbox`),
        ),
    },
  }

  it.each(Object.keys(makers))('says what it said and no more after: %s', (name) => {
    const { make, expected } = makers[name] ?? { make: () => undefined, expected: () => [] }
    fc.assert(
      fc.property(dockerfiles, fc.nat(), (text, choice) => {
        const file = parse(text)
        const at = choice % file.instructions.length
        const one = file.instructions[at]
        const edits = one === undefined ? undefined : make(file, one)
        if (one === undefined || edits === undefined) return
        const after = parse(applyEdits(text, edits))
        expect(said(after)).toEqual(expected(said(file), at, one))
        if (name !== 'delete') expect(faults(after)).toEqual(faults(file))
        expect(after.escape).toBe(file.escape)
        const breaks = (all: string): string => [...new Set(all.match(/\r?\n/g))].join()
        if (/\n/.test(text) && breaks(after.source.text) !== '') expect(breaks(after.source.text)).toBe(breaks(text))
        expect(after.source.text.endsWith('\n')).toBe(
          name === 'delete' && after.source.text === '' ? false : text.endsWith('\n'),
        )
      }),
      { numRuns: 300 },
    )
  })
})
