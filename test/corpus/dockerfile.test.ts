import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { positionAt, type Source, type Span } from '../../src/core/index.ts'
import { type Dockerfile, type Instruction, parseDockerfile, printDockerfile } from '../../src/dockerfile/index.ts'

const quirks = join(import.meta.dirname, 'dockerfile')
const catalogue = join(import.meta.dirname, 'catalogue')

function read(folder: string, name: string): Dockerfile {
  return parseDockerfile({ path: 'Dockerfile', text: readFileSync(join(folder, name, 'Dockerfile'), 'utf8') })
}

/** `UPDATE=1 npx vitest run test/corpus/dockerfile.test.ts` rewrites the expectations. */
describe('Dockerfiles with quirks', () => {
  for (const name of readdirSync(quirks).filter((entry) => !entry.startsWith('.'))) {
    it(`reads ${name} as recorded`, () => {
      const file = read(quirks, name)
      const expectation = join(quirks, name, 'expected.json')
      const got = `${JSON.stringify(dump(file), undefined, 1)}\n`
      if (process.env['UPDATE'] === '1') writeFileSync(expectation, got)
      expect(existsSync(expectation)).toBe(true)
      expect(got).toBe(readFileSync(expectation, 'utf8'))
    })

    it(`prints ${name} as it was`, () => {
      const file = read(quirks, name)
      expect(printDockerfile(file)).toBe(file.source.text)
    })
  }
})

describe('the catalogue of Dockerfiles in use', () => {
  const names = readdirSync(catalogue)

  it('has every entry', () => {
    const ids = Array.from({ length: 51 }, (_, index) => `D${String(index + 1).padStart(2, '0')}`)
    expect([...new Set(names.map((name) => name.slice(0, 3)))].sort()).toEqual(ids)
  })

  for (const name of names) {
    it(`parses ${name} without an error and prints it as it was`, () => {
      const file = read(catalogue, name)
      expect(file.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([])
      expect(file.instructions.map(({ kind }) => kind)).not.toContain('UNKNOWN')
      expect(printDockerfile(file)).toBe(file.source.text)
    })
  }
})

/** The AST in short: what each piece says and, for instructions and diagnostics, where it stands. */
function dump(file: Dockerfile) {
  return {
    escape: file.escape,
    directives: file.directives.map(({ name, value, span }) => `${place(file.source, span)} ${name}=${value}`),
    instructions: file.instructions.map((instruction) => dumpInstruction(file.source, instruction)),
    diagnostics: file.diagnostics.map(
      ({ code, severity, message, at, hint }) =>
        `${place(file.source, at.span)} ${severity} ${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
    ),
  }
}

function dumpInstruction(source: Source, instruction: Instruction): object {
  const { kind, span, flags, heredocs, comments } = instruction
  return {
    at: `${place(source, span)} ${kind}`,
    ...some('comments', comments.map(({ text }) => text)),
    ...some('flags', flags.map(({ key, content }) => (content === undefined ? key : [key, content]))),
    ...dumpArguments(source, instruction),
    ...some(
      'heredocs',
      heredocs.map(({ name, fd, expand, chomp, content, span: at }) => ({
        at: place(source, at),
        name,
        ...(fd === undefined ? {} : { fd }),
        expand,
        chomp,
        content,
      })),
    ),
  }
}

function dumpArguments(source: Source, instruction: Instruction): object {
  switch (instruction.kind) {
    case 'FROM':
      return { image: instruction.image.text, ...(instruction.as === undefined ? {} : { as: instruction.as.text }) }
    case 'ARG':
    case 'ENV':
    case 'LABEL':
      return {
        ...(instruction.legacy ? { legacy: true } : {}),
        pairs: instruction.pairs.map(({ key, value }) => (value === undefined ? [key.text] : [key.text, value.text])),
      }
    case 'RUN':
    case 'CMD':
    case 'ENTRYPOINT':
    case 'SHELL':
    case 'HEALTHCHECK': {
      const { command } = instruction
      if (command === undefined) return { none: true }
      return command.form === 'exec' ? { exec: command.values } : { shell: command.script.text }
    }
    case 'COPY':
    case 'ADD':
      return {
        ...(instruction.json ? { json: true } : {}),
        paths: [...instruction.sources, instruction.destination].map(({ text, decoded }) => decoded ?? text),
      }
    case 'EXPOSE':
    case 'VOLUME':
      return { words: instruction.words.map(({ text, decoded }) => decoded ?? text) }
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
    case 'MAINTAINER':
      return { word: instruction.word.text }
    case 'ONBUILD':
      return { trigger: instruction.trigger, inner: dumpInstruction(source, instruction.inner) }
    case 'UNKNOWN':
      return { keyword: instruction.keyword.text, rest: instruction.rest.text }
  }
}

function some(name: string, values: readonly unknown[]): object {
  return values.length === 0 ? {} : { [name]: values }
}

function place(source: Source, { start, end }: Span): string {
  const from = positionAt(source, start)
  const to = positionAt(source, end)
  return `${from.line}:${from.column}-${to.line}:${to.column}`
}
