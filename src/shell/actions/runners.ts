import type { ShellWord } from '../command.ts'
import { programName } from '../wrappers.ts'
import { textOf } from './options.ts'
import { own, type Subject } from './subject.ts'

interface Runner {
  /** Words before the program it runs: `exec` of `pnpm exec tsc`. One of them must stand there; none: it follows at once. */
  readonly subcommands?: readonly string[]
  /** Options whose value is a word of its own. */
  readonly values?: readonly string[]
}

/** Programs of a language's tools that run programs of the project. */
const runners: Readonly<Record<string, Runner>> = {
  npx: { values: ['-p', '--package', '-c', '--call', '-w', '--workspace', '--prefix'] },
  bunx: {},
  uvx: { values: ['--from', '--with', '--python', '-p'] },
  npm: { subcommands: ['exec', 'x'] },
  pnpm: { subcommands: ['exec', 'dlx'], values: ['--filter', '-F', '-C', '--dir'] },
  yarn: { subcommands: ['exec', 'dlx'] },
  bun: { subcommands: ['x'] },
  poetry: { subcommands: ['run'], values: ['-C', '--directory'] },
  pipenv: { subcommands: ['run'] },
  pdm: { subcommands: ['run'] },
  hatch: { subcommands: ['run'] },
  uv: {
    subcommands: ['run'],
    values: ['--with', '--python', '-p', '--extra', '--group', '--project', '--directory', '--env-file'],
  },
  bundle: { subcommands: ['exec'] },
  conda: { subcommands: ['run'], values: ['-n', '-p', '--name', '--prefix'] },
  mamba: { subcommands: ['run'], values: ['-n', '-p', '--name', '--prefix'] },
  micromamba: { subcommands: ['run'], values: ['-n', '-p', '--name', '--prefix'] },
  corepack: { subcommands: ['yarn', 'pnpm', 'npm'] },
}

/** The program that a command is about in the end: `npx tsc` is about `tsc`, `python -m pip` about `pip`. */
export function throughRunners(subject: Subject): Subject {
  let now = subject
  for (let depth = 0; depth < 4; depth += 1) {
    const next = ofPython(now) ?? ofRunner(now)
    if (next === undefined) return now
    now = next
  }
  return now
}

function ofRunner(subject: Subject): Subject | undefined {
  const runner = own(runners, subject.program)
  if (runner === undefined) return undefined
  const { words } = subject
  let at = skipOptions(words, 0, runner)
  if (runner.subcommands !== undefined) {
    const subcommand = words[at]
    if (subcommand === undefined || !runner.subcommands.includes(textOf(subcommand))) return undefined
    // corepack's word is the program itself.
    if (subject.program !== 'corepack') at = skipOptions(words, at + 1, runner)
  }
  return named(subject, words.slice(at))
}

function skipOptions(words: readonly ShellWord[], from: number, runner: Runner): number {
  let at = from
  while (at < words.length) {
    const word = textOf(words[at] as ShellWord)
    if (!word.startsWith('-')) break
    at += runner.values?.includes(word) === true ? 2 : 1
    if (word === '--') break
  }
  return at
}

/** `python -m MODULE`. */
function ofPython(subject: Subject): Subject | undefined {
  if (!/^(python|pypy)[\d.]*$/.test(subject.program)) return undefined
  const at = subject.words.findIndex((word) => textOf(word) === '-m')
  const before = subject.words.slice(0, Math.max(0, at))
  if (at < 0 || before.some((word) => !textOf(word).startsWith('-'))) return undefined
  const module = subject.words[at + 1]
  if (module === undefined) return undefined
  // Modules without a program of that name stay python's.
  if (!modulesAsPrograms.has(textOf(module))) return undefined
  return named(subject, subject.words.slice(at + 1))
}

const modulesAsPrograms: ReadonlySet<string> = new Set(['pip', 'poetry', 'pipenv', 'pdm', 'uv', 'pytest'])

function named(subject: Subject, words: readonly ShellWord[]): Subject | undefined {
  const [program, ...rest] = words
  if (program === undefined) return undefined
  // `npx tsc@5.4` asks for a version.
  return { ...subject, program: programName(textOf(program)).replace(/(?<=.)@[^/]*$/, ''), words: rest }
}
