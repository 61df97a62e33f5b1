import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { CaseFile, CaseFiles } from '../case-folder.ts'
import { sampleArchive } from './sample-archive.ts'
import { weighted } from './random-words.ts'

/** An entry of the context: its path and what it is. */
type Entry = readonly [path: string, file: Exclude<CaseFile, string>]

// Years ago, so that times which are kept can be told from those that are made.
const mtime = 981_173_106

function file(path: string, mode = '644', text = `${path}\n`): Entry {
  return [path, { text, mode, mtime }]
}

function dir(path: string, mode = '755'): Entry {
  return [path, { dir: true, mode, mtime }]
}

function link(path: string, target: string): Entry {
  return [path, { link: target, mtime }]
}

/** What COPY and ADD name most of the time. */
const usual: readonly Entry[] = [
  file('a'),
  file('b', '755'),
  file('c.txt', '600'),
  file('.h'),
  file('empty', '644', ''),
  file('x y'),
  file('é'),
  file('[a]'),
  file('$A', '4755'),
  dir('d', '750'),
  file('d/a', '640'),
  file('d/b'),
  file('d/.h'),
  link('d/l', 'a'),
  link('d/out', '../a'),
  dir('d/e', '1777'),
  dir('d/s'),
  file('d/s/a', '2711'),
  file('d/s/c.txt'),
  link('d/s/up', '../../d2'),
  dir('d2'),
  file('d2/a', '444', 'other a\n'),
  file('d2/s', '644', 'a file where d has a directory\n'),
  link('l', 'd'),
  link('lf', 'a'),
  link('abs', '/d/s'),
  link('ll', 'l/s'),
  ['hard', { hard: 'a' }],
  ['d/hard', { hard: 'd/b' }],
  ['t.tar', { base64: sampleArchive.toString('base64'), mtime }],
  ['d/t.tgz', { base64: gzipSync(sampleArchive).toString('base64'), mode: '600', mtime }],
]

const name = fc.constantFrom('a', 'b', 'd', 's', 'l', 'new', 'é', '.h', 'x y')
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
const extra: fc.Arbitrary<Entry> = fc.oneof(
  path.map((one) => file(one)),
  fc.constant(link('dangling', 'nowhere')),
  fc.tuple(path, fc.constantFrom('755', '700', '1777')).map(([one, mode]) => dir(one, mode)),
  fc
    .tuple(path, fc.constantFrom('a', 'd', '../a', '/d', '..', '.', '/', 'nowhere', 'l', 'd/../d2'))
    .map(([one, to]) => link(one, to)),
)

const patternPart = fc.constantFrom(
  'a',
  'b',
  'd',
  's',
  '*',
  '**',
  '?',
  '.h',
  '*.txt',
  '[ab]',
  'l',
  'd*',
  'e',
  'x y',
  't.tar',
  '[^a]',
  '.',
  '..',
  `\\a`,
)
const pattern = fc
  .tuple(
    weighted([4, fc.constant('')], [2, fc.constant('!')]),
    weighted([5, fc.constant('')], [1, fc.constant('/')], [1, fc.constant('./')]),
    fc.array(patternPart, { minLength: 1, maxLength: 3 }),
    weighted([5, fc.constant('')], [1, fc.constant('/')], [1, fc.constant(' ')]),
  )
  .map(([negation, start, parts, end]) => negation + start + parts.join('/') + end)
const ignoreLine = weighted(
  [12, pattern],
  [1, fc.constantFrom('# comment', '', ' # a', '\t', '#a', '! a', 'a/', '//a')],
)

const randomIgnoreFile = weighted<string | undefined>(
  [3, fc.constant(undefined)],
  [1, fc.array(ignoreLine, { minLength: 1, maxLength: 4 }).map((lines) => `${lines.join('\n')}\n`)],
)

/**
 * The entries of a context: the usual ones without some, and some more; in some an ignore file. The simplest is the usual one:
 * a Dockerfile gets short much sooner when nothing has to be tried to find out which files matter.
 */
export const randomContext: fc.Arbitrary<CaseFiles> = fc
  .tuple(
    weighted(
      [2, fc.constant<readonly number[]>([])],
      [1, fc.uniqueArray(fc.nat(usual.length - 1), { minLength: 1, maxLength: 3 })],
    ),
    weighted([2, fc.constant<readonly Entry[]>([])], [1, fc.array(extra, { minLength: 1, maxLength: 3 })]),
    randomIgnoreFile,
  )
  .map(([left, extras, ignore]) => ({
    ...fitting([...usual.filter((_, index) => !left.includes(index)), ...extras]),
    ...(ignore === undefined ? {} : { '.dockerignore': ignore }),
  }))

/** What is not as in the usual context, for people. */
export function unusual(files: CaseFiles): string {
  const known = new Map<string, CaseFile>(usual)
  const lines = [...known.keys()].filter((name) => files[name] === undefined).map((name) => `no ${name}`)
  for (const [name, file] of Object.entries(files)) if (!known.has(name)) lines.push(`${name}: ${JSON.stringify(file)}`)
  return ['context: the usual one', ...lines].join('\n')
}

/** Without entries that earlier ones leave no place for: below files, or of a path that is there; and without hard links to nothing. */
function fitting(entries: readonly Entry[]): CaseFiles {
  const files = new Map<string, Entry[1]>()
  for (const [at, entry] of entries) {
    const parents = at.split('/').map((_, index, parts) => parts.slice(0, index).join('/'))
    const blocked = parents.some((parent) => files.has(parent) && files.get(parent)?.dir !== true)
    const inUse = files.has(at) || [...files.keys()].some((known) => known.startsWith(`${at}/`))
    if (!blocked && !inUse && (entry.hard === undefined || files.has(entry.hard))) files.set(at, entry)
  }
  return Object.fromEntries(files)
}
