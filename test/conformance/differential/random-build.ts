import fc from 'fast-check'
import type { Dialect } from './dialect.ts'
import type { CaseFiles } from '../case-folder.ts'
import { randomContext } from './random-context.ts'
import { randomCopy, randomCopyHeredoc } from './random-copy.ts'
import { randomGlobalArgument, randomSetting } from './random-instructions.ts'
import { randomRun } from './random-run.ts'
import { anyOf, escapeMark, mostly, randomWord, weighted } from './random-words.ts'

/** Something to build: what a user would have in a directory and on the command line. */
export interface RandomBuild {
  readonly dockerfile: string
  readonly files: CaseFiles
  readonly args: readonly string[]
}

/** A whole build of one to three stages. */
export function randomBuild(dialect: Dialect): fc.Arbitrary<RandomBuild> {
  return fc
    .record({
      head: fc.array(randomGlobalArgument(dialect), { maxLength: 2 }),
      stages: weighted([3, stages(dialect, 1)], [3, stages(dialect, 2)], [1, stages(dialect, 3)]),
      form: randomForm,
      files: randomContext,
      args: commandLine,
    })
    .map(({ head, stages: bodies, form, ...rest }) => ({
      ...rest,
      dockerfile: write([...head, ...bodies.flat()], form),
    }))
}

const commandLine = weighted<readonly string[]>(
  [4, fc.constant([])],
  [
    1,
    fc
      .tuple(fc.constantFrom('A', 'B', 'G', 'UNSET'), fc.constantFrom('arg', '', 'a b', '$B', 'x/y.z'))
      .map(([name, value]) => [`--build-arg=${name}=${value}`]),
  ],
)

function stages(dialect: Dialect, count: number): fc.Arbitrary<readonly (readonly string[])[]> {
  return fc.tuple(...Array.from({ length: count }, (_, index) => stage(dialect, index)))
}

function stage(dialect: Dialect, index: number): fc.Arbitrary<readonly string[]> {
  const earlier = Array.from({ length: index }, (_, before) => `s${before}`)
  const base = weighted(
    [6, fc.constant('diff-base')],
    [2, fc.constant('diff-rich')],
    [1, fc.constant('diff-onbuild')],
    [2, fc.constant('scratch')],
    ...(index === 0 ? [] : [[4, fc.constantFrom(...earlier)] as const]),
  )
  const from = fc
    .tuple(base, weighted([9, fc.constant('')], [1, fc.constant('--platform=$TARGETPLATFORM ')]))
    .map(([image, flag]) => `FROM ${flag}${image} AS s${index}`)
  const sources = [...earlier, ...(index === 0 ? [] : [String(index - 1)]), 'diff-base']
  return fc
    .tuple(
      from,
      variables(dialect),
      fc.array(instruction(dialect, sources), { maxLength: 9, size: 'max' }),
      expansions(dialect),
      layer,
    )
    .map(([first, setting, body, values, last]) => [first, ...setting, ...body, ...values, last])
}

/** Some values for the expansions that follow. */
function variables(dialect: Dialect): fc.Arbitrary<readonly string[]> {
  const set = fc.constantFrom(
    'ENV A=a',
    'ENV A=a/b.c:a B=',
    'ENV A="x y" ab=/d/s',
    'ARG A=/q/a.tar.gz',
    'ENV A=aXaXa B=a ab=l',
  )
  return weighted<readonly string[]>(
    [1, fc.constant([])],
    [3, set.map((text) => [text])],
    [1, randomWord(dialect).map((word) => [`ENV A=${word}`])],
  )
}

/** What becomes of words in the end; one after the other, so that the shortest build has only one. */
function expansions(dialect: Dialect): fc.Arbitrary<readonly string[]> {
  return fc
    .array(randomWord(dialect), { maxLength: 4 })
    .map((words) => words.map((word, index) => `ENV P${index}=x${word}`))
}

/** Docker 20.10 cannot save an image without layers, so that each stage has one. */
const layer = fc.constant('WORKDIR /last')

function instruction(dialect: Dialect, sources: readonly string[]): fc.Arbitrary<string> {
  // Mounts know stages by name alone; BuildKit asks a registry for an image of any other name.
  const mounted = sources.filter((name) => !/^\d/.test(name))
  const plain = weighted(
    [9, randomCopy(dialect, sources)],
    [9, randomSetting(dialect)],
    [3, randomRun(dialect, mounted)],
    ...(dialect.current ? [[1, randomCopyHeredoc(dialect)] as const] : []),
  )
  // Docker 20.10 loses what a trigger takes from elsewhere.
  const usable = dialect.current ? plain : plain.filter((text) => !text.includes('from='))
  const trigger = usable.map((text) => `ONBUILD ${text}`)
  return weighted([480, plain], [30, trigger], [30, rare], [1, odd])
}

const rare = anyOf(
  '',
  '# a comment',
  '  # indented',
  'env A=lower',
  '\tENV A=tab',
  'ENV A=a \\\n\n  B=b',
  'ENV A=a\\\n# comment\nb',
  'ENV A=a\\  \n B=b',
  'label a=b \\ c=d',
)

const odd = anyOf(
  'COPY RUN WORKDIR ARG',
  'FOO bar',
  'COPY a',
  'ENV A',
  'ENV =a',
  'LABEL a',
  'ONBUILD FROM x',
  'ONBUILD ONBUILD RUN true',
  'COPY --foo a /',
  'COPY --chown a /',
  'COPY --from=9 a /',
)

interface Form {
  readonly escape: '\\' | '`'
  readonly blank: string
  readonly end: string
}

/** How the text is laid out; the simplest comes first. */
const randomForm: fc.Arbitrary<Form> = fc.record({
  escape: mostly<'\\' | '`'>(fc.constant('\\'), fc.constant('`')),
  blank: weighted(
    [8, fc.constant(' ')],
    [1, fc.constantFrom('  ', '\t', ` ${escapeMark}\n`, ` ${escapeMark}\n# comment\n  `, ` ${escapeMark} \n\t`)],
  ),
  end: weighted([12, fc.constant('\n')], [1, fc.constant('\r\n')]),
})

function write(instructions: readonly string[], { escape, blank, end }: Form): string {
  const directive = escape === '\\' ? [] : ['# escape=`']
  const lines = instructions.map((text) => (text.includes('\n') ? text : text.replace(' ', blank)))
  return `${[...directive, ...lines].join('\n')}\n`.replaceAll(escapeMark, escape).replaceAll('\n', end)
}
