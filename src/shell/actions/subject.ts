import { posix } from 'node:path'
import type { Action } from '../action.ts'
import type { ShellCommand, ShellWord } from '../command.ts'
import { textOf } from './options.ts'

/** An action before it knows its command. */
export type Deed = Action extends infer One ? (One extends Action ? Omit<One, 'command'> : never) : never

/** A program and its words as a table reads them: runners (`npx`, `python -m`) are already taken away. */
export interface Subject {
  readonly command: ShellCommand
  readonly program: string
  readonly words: readonly ShellWord[]
}

/** What a program does; undefined: this table does not know. */
export type Reader = (subject: Subject) => readonly Deed[] | undefined

/** The entry of a table; names that every object knows (`toString`) are none. */
export function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** An environment variable as the command sees it. */
export function environment({ command }: Subject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const assigned = command.assignments.findLast((assignment) => assignment.name === name)
    if (assigned !== undefined) return assigned.value
    const known = command.variables.get(name)
    if (known !== undefined) return known
  }
  return undefined
}

/** The same, or what the command assigns as written when nobody knows its value: `$TARGETARCH`. */
export function writtenEnvironment(subject: Subject, name: string): string | undefined {
  const assigned = subject.command.assignments.findLast((assignment) => assignment.name === name)
  return assigned === undefined ? environment(subject, name) : (assigned.value ?? assigned.text)
}

/** Whether a variable says yes as most programs read it. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no', 'off'].includes(value.toLowerCase())
}

/** An absolute path where the directory is known; wildcards and unknown variables stay. */
export function absolute({ command }: Subject, path: string): string {
  return resolvePath(command.cwd, path)
}

/** `path` seen from `cwd`. A path that begins with an unknown variable stays as written. */
export function resolvePath(cwd: string | undefined, path: string): string {
  if (path === '' || /^[$`~]/.test(path)) return path
  if (!path.startsWith('/') && cwd === undefined) return path
  const full = posix.normalize(path.startsWith('/') ? path : posix.join(cwd ?? '/', path))
  return full.length > 1 && full.endsWith('/') ? full.slice(0, -1) : full
}

/** The paths that words name. */
export function pathsOf(subject: Subject, words: readonly ShellWord[]): readonly string[] {
  return words.map((word) => absolute(subject, textOf(word)))
}
