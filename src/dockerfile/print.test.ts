import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Span } from '../core/index.ts'
import {
  type Command,
  type Dockerfile,
  type Instruction,
  type LogicalText,
  parseDockerfile,
  printDockerfile,
  toSourceOffset,
  toSourceSpan,
} from './index.ts'

const keywords = 'FROM RUN run COPY ADD ENV LABEL ARG CMD ENTRYPOINT SHELL HEALTHCHECK EXPOSE VOLUME USER WORKDIR'
  .split(' ')
  .concat('STOPSIGNAL MAINTAINER ONBUILD FRO'.split(' '))

/** Pieces that mean something somewhere, so that their meetings are worth trying. */
const fragments: readonly string[] = [
  [
    '\n',
    '\n',
    '\n',
    ' ',
    ' ',
    '\t',
    '\r\n',
    '\\\n',
    '\\ \n',
    '\\\r\n',
    '\\\\\n',
    '`\n',
    '\n\n',
    '\ufeff',
    '\u00a0',
    '\f',
  ],
  ['a', 'b=c', 'x=', '"', '"', "'", '\\', '`', '$x', '${x:-y}', '/x /y', 'é', '😀', '-', '=', '{', '}', ',', ' AS b'],
  [
    '<<EOF',
    '<<-E',
    '<<"E F"',
    "<<'Q'",
    '3<<A',
    ' << EOF',
    '<<',
    'EOF\n',
    '\tE\n',
    'A\n',
    '\nEOF\n',
    '\nE F\n',
    '\tEOF',
  ],
  ['# c\n', '  # d\n', '#\n', '# escape=`\n', '# syntax=x y\n', '# check=skip=all\n', '#!/x\n', '// syntax=a\n'],
  ['--mount=target=/x', '--from=a', '--link', '--chown="a b"', '--interval=3s', '--', '--x', 'NONE', 'CMD '],
  ['[', '"a"', '["a", "b"]', '["a",1]', '[]', ']', '[ "a\\nb", "\\"" ]', 'ONBUILD RUN ', '{"syntax": "x"}'],
].flat()

const noise = fc.array(fc.constantFrom(...fragments), { maxLength: 8 }).map((parts) => parts.join(''))
const statement = fc
  .tuple(fc.constantFrom(...keywords), fc.constantFrom(' ', ' ', '\t', '  ', ''), noise)
  .map((parts) => `${parts.join('')}\n`)
const generated = fc
  .tuple(
    fc.constantFrom('', '', '# escape=`\n', '\ufeff', '#!/x\n'),
    fc.array(fc.oneof(statement, noise), { maxLength: 7 }),
  )
  .map(([head, statements]) => head + statements.join(''))

const corpora = ['dockerfile', 'catalogue'].flatMap((name) => {
  const folder = join(import.meta.dirname, '../../test/corpus', name)
  const entries = readdirSync(folder).filter((entry) => !entry.startsWith('.'))
  return entries.map((entry) => readFileSync(join(folder, entry, 'Dockerfile'), 'utf8'))
})

/** A real file with a piece cut out and another put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(...corpora),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat(12),
    fc.constantFrom('', ...fragments),
  )
  .map(([text, where, cut, piece]) => {
    const at = Math.floor(where * text.length)
    return text.slice(0, at) + piece + text.slice(at + cut)
  })

const anyText = fc.oneof(generated, mutated, fc.string({ unit: 'binary', maxLength: 60 }))

function parse(text: string): Dockerfile {
  return parseDockerfile({ path: 'Dockerfile', text })
}

describe('a parsed file', () => {
  it('prints as it was, whatever it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(printDockerfile(parse(text))).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  it('has words whose text is the source without its continuations, at offsets that map back', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const word of parse(text).instructions.flatMap(allTexts)) checkText(text, word)
      }),
      { numRuns: 800 },
    )
  })

  it('has spans that lie in order, within their parents and within the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const file = parse(text)
        checkOrder(
          [...file.directives, ...file.instructions].map(({ span }) => span),
          { start: 0, end: text.length },
        )
        for (const instruction of file.instructions) checkInstruction(text, instruction)
        for (const { at } of file.diagnostics) checkOrder([at.span], { start: 0, end: text.length })
      }),
      { numRuns: 800 },
    )
  })

  it('prints a changed word in place of the old one and leaves the rest alone', () => {
    const file = parse('FROM a AS b # x\nFROM node:20 \\\n  as b\nCOPY  x   y\n')
    const instructions = file.instructions.map((instruction) =>
      instruction.kind === 'COPY'
        ? { ...instruction, destination: { ...instruction.destination, text: '/opt/y' } }
        : instruction,
    )
    expect(printDockerfile({ ...file, instructions })).toBe(
      'FROM a AS b # x\nFROM node:20 \\\n  as b\nCOPY  x   /opt/y\n',
    )
  })

  it('does not print a word that is not there any more', () => {
    const file = parse('FROM a\nEXPOSE 1 2\n')
    const instructions = file.instructions.map((instruction) =>
      instruction.kind === 'EXPOSE'
        ? { ...instruction, words: instruction.words.map((word) => ({ ...word, text: '' })) }
        : instruction,
    )
    expect(printDockerfile({ ...file, instructions })).toBe('FROM a\nEXPOSE  \n')
  })
})

function checkText(source: string, word: LogicalText): void {
  const mapped = Array.from({ length: word.text.length }, (_, at) => source.charAt(toSourceOffset(word, at)))
  expect(mapped.join('')).toBe(word.text)
  expect(toSourceSpan(word, { start: 0, end: word.text.length })).toEqual(word.span)
  const slice = source.slice(word.span.start, word.span.end)
  if (word.segments.length === 1) expect(slice).toBe(word.text)
  else expect(slice.length).toBeGreaterThan(word.text.length)
}

function checkInstruction(source: string, instruction: Instruction): void {
  const { span, keyword, rest, flags, heredocs, comments } = instruction
  expect(span.start).toBe(keyword.span.start)
  checkOrder([keyword.span, rest.span, ...heredocs.map((heredoc) => heredoc.span)], span)
  checkOrder(
    flags.map((flag) => flag.span),
    rest.span,
  )
  for (const { name, value, span: whole } of flags)
    checkOrder([name.span, ...(value === undefined ? [] : [value.span])], whole)
  checkOrder(
    heredocs.map(({ operator }) => operator),
    { start: span.start, end: rest.span.end },
  )
  for (const heredoc of heredocs) checkOrder([heredoc.body], heredoc.span)
  for (const { span: at, text } of comments) expect(source.slice(at.start, at.end)).toContain(text)
  checkOrder(
    argumentTexts(instruction).map((word) => word.span),
    rest.span,
  )
  if (instruction.kind !== 'ONBUILD') return
  checkOrder([keyword.span, instruction.inner.span], span)
  checkInstruction(source, instruction.inner)
}

function checkOrder(spans: readonly Span[], parent: Span): void {
  const offsets = [parent.start, ...spans.flatMap(({ start, end }) => [start, end]), parent.end]
  expect(offsets).toEqual(offsets.toSorted((a, b) => a - b))
}

function allTexts(instruction: Instruction): readonly LogicalText[] {
  const { keyword, rest, flags } = instruction
  const flagTexts = flags.flatMap(({ name, value }) => (value === undefined ? [name] : [name, value]))
  const inner = instruction.kind === 'ONBUILD' ? allTexts(instruction.inner) : []
  return [keyword, rest, ...flagTexts, ...argumentTexts(instruction), ...inner]
}

function argumentTexts(instruction: Instruction): readonly LogicalText[] {
  switch (instruction.kind) {
    case 'FROM':
      return [instruction.image, ...(instruction.as === undefined ? [] : [instruction.as])]
    case 'ARG':
    case 'ENV':
    case 'LABEL':
      return instruction.pairs.flatMap(({ key, value }) => (value === undefined ? [key] : [key, value]))
    case 'COPY':
    case 'ADD':
      return [...instruction.sources, instruction.destination]
    case 'EXPOSE':
    case 'VOLUME':
      return instruction.words
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
    case 'MAINTAINER':
      return [instruction.word]
    case 'RUN':
    case 'CMD':
    case 'ENTRYPOINT':
    case 'SHELL':
      return commandTexts(instruction.command)
    case 'HEALTHCHECK':
      return instruction.command === undefined ? [] : commandTexts(instruction.command)
    default:
      return []
  }
}

function commandTexts(command: Command): readonly LogicalText[] {
  return command.form === 'exec' ? command.args : [command.script]
}
