import type { ShellWord } from './command.ts'
import { programName, type Wrapper, wrappers } from './wrappers.ts'

/** What stays of a command when the programs that only run others are taken away. */
export interface Unwrapped {
  /** Names of those programs, outermost first. */
  readonly wrappers: readonly string[]
  /** Places of the words `NAME=value` that belonged to them. */
  readonly assignments: readonly number[]
  /** Place of the program itself. */
  readonly start: number
}

/** Finds the program that a command is about: `sudo -E env A=1 apt-get …` is about `apt-get`. */
export function unwrap(words: readonly ShellWord[]): Unwrapped {
  const names: string[] = []
  const assignments: number[] = []
  let start = 0
  for (;;) {
    const name = programName(valueOf(words[start]))
    const wrapper = wrappers.get(name)
    const next = wrapper === undefined ? undefined : behind(words, start, wrapper)
    if (next === undefined || next.start >= words.length) return { wrappers: names, assignments, start }
    names.push(name)
    assignments.push(...next.assignments)
    start = next.start
  }
}

/** The place of the program that the first word runs in its own place, when it is such a wrapper: of `node` in `tini -- node`. */
export function unwrapOnce(
  words: readonly ShellWord[],
): { readonly start: number; readonly assignments: readonly number[] } | undefined {
  const wrapper = wrappers.get(programName(valueOf(words[0])))
  const next = wrapper === undefined ? undefined : behind(words, 0, wrapper)
  return next === undefined || next.start >= words.length ? undefined : next
}

const isAssignment = /^[A-Za-z_][0-9A-Za-z_]*=/

function behind(
  words: readonly ShellWord[],
  start: number,
  wrapper: Wrapper,
): { readonly start: number; readonly assignments: readonly number[] } | undefined {
  let at = start + 1
  while (at < words.length) {
    const word = valueOf(words[at])
    if (wrapper.not?.includes(word) === true) return undefined
    if (!word.startsWith('-') || word === '-') break
    at += wrapper.values?.includes(word) === true ? 2 : 1
    if (word === '--') break
  }
  const assignments: number[] = []
  while (wrapper.assigns === true && at < words.length && isAssignment.test(valueOf(words[at]))) {
    assignments.push(at)
    at += 1
  }
  at += wrapper.operands ?? 0
  if (wrapper.operands !== undefined && valueOf(words[at]) === '--') at += 1
  return { start: at, assignments }
}

function valueOf(word: ShellWord | undefined): string {
  return word?.value ?? word?.text ?? ''
}
