import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { dice, sourceText, writeFiles } from '../side-by-side/content.ts'
import type { Case, Workload, WorkloadPlace } from '../side-by-side/workload.ts'
import { keep, makeLocal, type Scale, scaled, smallBase, write } from './builds.ts'
import { nodeStart, tarredAndHashed, walkedByNode } from './limits.ts'

const unfilteredCases: readonly Case[] = [
  {
    id: 'W4a',
    what: '50,000 files, 80 MB, copied cold',
    aim: 0.15,
    limit: 'node -e 0, and one pass of tar and sha256sum over all files',
  },
  { id: 'W4b', what: 'nothing changed', aim: 0.35, limit: 'node asking about every file' },
  {
    id: 'W4c',
    what: 'one file changed',
    aim: 0.2,
    limit: 'node asking about every file, and one pass of tar and sha256sum',
  },
]

/** W4: a context of many files. */
export async function manyFiles(place: WorkloadPlace, scale: Scale): Promise<Workload> {
  const base = await smallBase(place)
  const context = join(place.directory, 'context')
  const tree = join(context, 'tree')
  writeTree(tree, scale, ['.js'])
  write(join(context, 'Dockerfile'), `FROM ${base}\nCOPY . /src\n`)
  return {
    cases: unfilteredCases,
    async round(round, note) {
      const build = () => keep(round.builder, context, true)
      await makeLocal(base, round)
      note('W4a', await build())
      for (let time = 0; time < 3; time += 1) note('W4b', await build())
      for (let time = 0; time < 2; time += 1) {
        changeFile(tree, 'f33.js')
        note('W4c', await build())
      }
    },
    async limits() {
      const walk = await walkedByNode(tree)
      const pass = await tarredAndHashed(tree)
      return { W4a: (await nodeStart()) + pass, W4b: walk, W4c: walk + pass }
    },
  }
}

const ignoredCases: readonly Case[] = [
  {
    id: 'W12a',
    what: '200 ignore patterns on 50,000 files, of which 3 in 5 remain, copied cold',
    aim: 0.15,
    limit: 'node asking about every file, and one pass of tar and sha256sum over those that remain',
  },
  { id: 'W12b', what: 'nothing changed', aim: 0.15, limit: 'node asking about every file' },
  { id: 'W12c', what: 'one file changed that remains', aim: 0.15, limit: 'as W12a' },
  { id: 'W12d', what: 'one ignored file changed', aim: 0.15, limit: 'as W12b' },
]

/** W12: a context of many files, and many patterns of what is not sent. */
export async function manyPatterns(place: WorkloadPlace, scale: Scale): Promise<Workload> {
  const base = await smallBase(place)
  const context = join(place.directory, 'context')
  const tree = join(context, 'tree')
  writeTree(tree, scale, ['.js', '.ts', '.md', '.map', '.log'])
  write(join(context, 'Dockerfile'), `FROM ${base}\nCOPY . /src\n`)
  write(join(context, '.dockerignore'), `# what tools make\n${patterns().join('\n')}\n`)
  return {
    cases: ignoredCases,
    async round(round, note) {
      const build = () => keep(round.builder, context)
      await makeLocal(base, round)
      note('W12a', await build())
      for (let time = 0; time < 2; time += 1) note('W12b', await build())
      changeFile(tree, 'f1.ts')
      note('W12c', await build())
      changeFile(tree, 'f4.log')
      note('W12d', await build())
    },
    async limits() {
      const walk = await walkedByNode(tree)
      const pass = await tarredAndHashed(tree, ['.js', '.ts', '.md'])
      return { W12a: walk + pass, W12b: walk, W12c: walk + pass, W12d: walk }
    },
  }
}

/** 200, of every kind that people write. */
function patterns(): readonly string[] {
  const list = (count: number, pattern: (n: number) => string) => Array.from({ length: count }, (_, n) => pattern(n))
  const group = (n: number) => String(n).padStart(2, '0')
  const directory = (n: number) => `tree/g${group(n)}/d${String(n * 20 + 3).padStart(4, '0')}`
  return [
    '**/*.log',
    '**/*.map',
    '**/node_modules',
    '**/.git',
    '.env*',
    ...list(50, (n) => `**/*.tmp${n}`),
    ...list(25, directory),
    ...list(25, (n) => `!${directory(n)}/f1.ts`),
    ...list(40, (n) => `**/build-${n}/*.o`),
    ...list(35, (n) => `tree/*/d0${n + 120}/f9?.md`),
    ...list(20, (n) => `docs/**/part${n}/*.md`),
  ]
}

/** 500 directories of 100 files, 20 of them in a directory. */
function writeTree(tree: string, scale: Scale, endings: readonly string[]): void {
  const pool = sourceText(dice(7), 2_000_000)
  writeFiles(tree, { directories: scaled(500, scale), perGroup: 20, perDirectory: 100, mean: 1600, pool, endings })
}

function changeFile(tree: string, name: string): void {
  write(join(tree, 'g00/d0010', name), `// changed ${randomUUID()}\n`)
}
