import { posix } from 'node:path'
import type { ShellWord } from './command.ts'

/** What a shell remembers between two commands. */
export interface ShellState {
  readonly variables: ReadonlyMap<string, string>
  /** Undefined after a `cd` to an unknown place. */
  readonly cwd: string | undefined
  /** Of `pushd`, the newest last. */
  readonly directories: readonly (string | undefined)[]
  readonly options: ReadonlySet<string>
  /** `set +e` holds. */
  readonly tolerant: boolean
  /** Assignments so far: every one copies the variables, so a text with very many of them is no longer followed. */
  readonly assigned: number
}

const followed = 1000

/** The state after `NAME=value`; without a value nobody knows what it is from here on. */
export function assign(state: ShellState, name: string, value: string | undefined): ShellState {
  const kept = state.assigned < followed ? value : undefined
  const old = state.variables.get(name)
  if (kept === old) return state
  const variables = new Map(state.variables)
  if (kept === undefined) variables.delete(name)
  else variables.set(name, kept)
  return { ...state, variables, assigned: state.assigned + 1 }
}

/** What holds after commands of which only one, or none, has run. */
export function merge(states: readonly [ShellState, ...ShellState[]]): ShellState {
  const [first, ...others] = states
  if (others.every((other) => other.variables === first.variables && other.cwd === first.cwd))
    return { ...(others.at(-1) ?? first) }
  const variables = new Map<string, string>()
  for (const [name, value] of first.variables)
    if (others.every((other) => other.variables.get(name) === value)) variables.set(name, value)
  const cwd = others.every((other) => other.cwd === first.cwd) ? first.cwd : undefined
  const assigned = Math.max(...states.map((state) => state.assigned))
  return { ...(others.at(-1) ?? first), variables, cwd, assigned }
}

/** The state after a command that changes the shell itself; the same state for all others. */
export function afterBuiltin(state: ShellState, program: string, words: readonly ShellWord[]): ShellState {
  switch (program) {
    case 'cd':
      return { ...state, cwd: directoryOf(state, words) }
    case 'pushd':
      return { ...state, cwd: directoryOf(state, words), directories: [...state.directories, state.cwd] }
    case 'popd':
      return { ...state, cwd: state.directories.at(-1), directories: state.directories.slice(0, -1) }
    case 'set':
      return withOptions(
        state,
        words.map((word) => word.value ?? word.text),
      )
    case 'unset':
    case 'read':
    case 'getopts':
    case 'mapfile':
    case 'readarray':
      return words.reduce((now, word) => assign(now, word.value ?? '', undefined), state)
    default:
      return state
  }
}

/** The state under the options of a shell or of `set`: `-eux`, `-o pipefail`, `+e`. */
export function withOptions(state: ShellState, words: readonly string[]): ShellState {
  const options = new Set(state.options)
  let { tolerant } = state
  const change = (name: string, on: boolean) => {
    if (on) options.add(name)
    else options.delete(name)
    if (name === 'errexit') tolerant = !on
  }
  for (const [index, word] of words.entries()) {
    if (word === '--' || !/^[-+]/.test(word)) continue
    const on = word.startsWith('-')
    for (const letter of word.slice(1)) {
      if (letter === 'o') change(words[index + 1] ?? '', on)
      else change(optionNames[letter] ?? letter, on)
    }
  }
  options.delete('')
  return { ...state, options, tolerant }
}

const optionNames: Readonly<Record<string, string>> = {
  e: 'errexit',
  u: 'nounset',
  x: 'xtrace',
  f: 'noglob',
  n: 'noexec',
  v: 'verbose',
  a: 'allexport',
}

function directoryOf(state: ShellState, words: readonly ShellWord[]): string | undefined {
  const target = words.find((word) => !/^-[LPe@]*-?$/.test(word.text) || word.text === '-')
  if (target === undefined) return state.variables.get('HOME') ?? '/root'
  if (target.value === undefined || target.value === '-') return undefined
  if (target.value.startsWith('/')) return normal(target.value)
  return state.cwd === undefined ? undefined : normal(posix.join(state.cwd, target.value))
}

function normal(path: string): string {
  const plain = posix.normalize(path)
  return plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain
}
