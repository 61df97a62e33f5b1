import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { articleProject } from '../../../test/kit/article-projects.ts'
import { projectOf } from '../../../test/kit/project-of.ts'
import type { Severity } from '../../core/index.ts'
import { checkDockerfile, type DockerfileReport } from './check-dockerfile.ts'
import { ruleCatalogue } from './rule-catalogue.ts'

const tests = path.join(import.meta.dirname, '../../../test')
const texts = ['corpus', 'conformance/cases'].flatMap((directory) =>
  readdirSync(path.join(tests, directory), { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?:^|\/)Dockerfile$/.test(name))
    .sort()
    .map((name) => readFileSync(path.join(tests, directory, name), 'utf8')),
)

const catalogue = ruleCatalogue()
// Rules that are off by themselves are asked as well.
const choice = {
  level: 'context' as const,
  only: new Set<string>(),
  skipped: new Set<string>(),
  severities: new Map<string, Severity>(catalogue.flatMap(({ id, optIn }) => (optIn ? [[id, 'info'] as const] : []))),
}
const projects = ['D12', 'D19', 'D20', 'D21', 'D39'].map((id) => projectOf(articleProject(id)))

function check(text: string, project: (typeof projects)[number] | undefined): DockerfileReport {
  const source = { path: 'Dockerfile', text }
  return checkDockerfile(
    { source, stablePath: 'Dockerfile', ...(project === undefined ? {} : { project }), buildArgs: {}, targets: [] },
    catalogue,
    choice,
  )
}

/** Every finding lies in its file, and says something. */
function expectSound({ findings }: DockerfileReport): void {
  for (const { at, message, code } of findings) {
    expect(message, code).not.toBe('')
    expect(at.span.start, code).toBeGreaterThanOrEqual(0)
    expect(at.span.end, code).toBeLessThanOrEqual(at.source.text.length)
    expect(at.span.start, code).toBeLessThanOrEqual(at.span.end)
  }
}

/** Signs and words at which readers of Dockerfiles and of shells turn. */
const words = 'FROM RUN ONBUILD USER WORKDIR ARG if then for do case esac cd npm apt-get'.split(' ')
const marks = `" ' \\ \` $ \${ \${A:- $( ( ) { } [ ] [" && || | ; & > 2>&1 # ! * ~ = -- --mount= --mount=type=cache,target= --from=`
const lines = [
  '\\\n',
  '<<EOF',
  '<<-"E"\n',
  'EOF\n',
  'FROM 0 AS 0\n',
  'COPY --from=0 / /\n',
  'WORKDIR ..\n',
  'ARG A=$A\n',
]
const blanks = ['\n', '\r\n', '\t', '\0', '\uFEFF', '\u{1F433}', '\uD800']
const signs = [...words.map((word) => `${word} `), ...marks.split(' '), ...lines, ...blanks]

const mutation = fc.record({
  at: fc.nat(),
  length: fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 400 })),
  put: fc.oneof(
    fc.constant(''),
    fc.constantFrom(...signs),
    fc.record({ of: fc.nat({ max: texts.length - 1 }), at: fc.nat(), length: fc.nat({ max: 200 }) }),
  ),
})

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never

/** Cuts something out of a text, and puts a sign or a part of another file there. */
function mutate(text: string, { at, length, put }: Mutation): string {
  const start = at % (text.length + 1)
  return text.slice(0, start) + (typeof put === 'string' ? put : partOf(put)) + text.slice(start + length)
}

function partOf({ of, at, length }: { readonly of: number; readonly at: number; readonly length: number }): string {
  const text = texts[of] ?? ''
  const start = at % (text.length + 1)
  return text.slice(start, start + length)
}

describe('the rules', () => {
  it('end, and say where something is, for every Dockerfile of the corpora', () => {
    expect(texts.length).toBeGreaterThan(500)
    for (const [index, text] of texts.entries()) expectSound(check(text, projects[index % projects.length]))
  })

  it('end for whatever is cut out of them or put into them', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: texts.length - 1 }),
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        fc.option(fc.constantFrom(...projects), { nil: undefined }),
        (of, mutations, project) => {
          expectSound(check(mutations.reduce(mutate, texts[of] ?? ''), project))
        },
      ),
      { numRuns: 400 },
    )
  })

  it.each([
    ['words', 'FROM debian:13\nRUN apt-get install -y ', 'gcc ', 800],
    ['slashes', 'FROM debian:13\nCOPY a ', '/x', 800],
    ['quotes', 'FROM debian:13\nRUN echo ', `'"`, 800],
    ['brackets', 'FROM debian:13\nRUN ', '$(', 800],
    ['commands', 'FROM node:24\nRUN true', ' && npm ci && rm -rf /x', 150],
    ['continuations', 'FROM node:24\nRUN true', ' \\\n  && cd a', 400],
    ['instructions', 'FROM node:24\n', 'COPY a /b\nRUN chown -R node /b\n', 60],
    ['stages', 'FROM node:24 AS s\n', 'FROM s AS s\nRUN npm ci\n', 60],
    ['variables', 'FROM node:24\nENV A=', '${A}', 800],
  ])('end for very many %s', (_, head, part, times) => {
    expectSound(check(head + part.repeat(times), projects[0]))
  })

  it.each(['a', '0', '.', '-', ' ', '/', ':', '=', 'A_', 'a-', '${A', '\\', '://', 'a@', 'a.b/'])(
    'end for lines of 40,000 times %s',
    (part) => {
      const long = part.repeat(40_000)
      // No system takes paths of more than 4096 bytes.
      const path = long.slice(0, 4096)
      expectSound(
        check(`FROM debian:13\nARG B=${long}\nENV A=${long}\nRUN echo ${long}\nCOPY ${path} /x\n`, projects[0]),
      )
    },
  )
})
