import type { ShellScript, ShellWord } from './command.ts'
import { type TextPlace } from './expansion.ts'
import { innerTextOfString } from './inner-text.ts'
import { readShellCall } from './shell-call.ts'
import { assign, type ShellState, withOptions } from './state.ts'
import { unwrap } from './unwrap.ts'
import { type Gathered, type Surroundings, walkText } from './walk.ts'
import { programName, shells } from './wrappers.ts'

/** What a text of a shell depends on. */
export interface ShellOptions {
  /** Where the character at an offset of the text stands in the Dockerfile. */
  readonly toSourceOffset: (offset: number) => number
  /** ENV and ARG as the step sees them. Without HOME among them, `~` and `$HOME` are /root. */
  readonly variables?: ReadonlyMap<string, string>
  /** Absolute; absent: nobody knows. */
  readonly cwd?: string
  /** SHELL of the stage: its options hold (`-o pipefail`), and texts of other shells than sh's kin are not read. */
  readonly shell?: readonly string[]
}

/** The commands of a shell form, of a heredoc of RUN, or of any other text for sh or bash. Never throws; see `broken`. */
export function parseScript(text: string, options: ShellOptions): ShellScript {
  const shebang = /^\s*#![ \t]*(\S+)[ \t]*(\S*)/.exec(text)
  const named = shebang === null ? programName(options.shell?.[0] ?? 'sh') : interpreter(shebang[1], shebang[2])
  const gathered = nothing()
  if (!shells.has(named)) return toScript(gathered, undefined, text.trim() !== '')
  const start = withOptions(startState(options), shebang === null ? (options.shell ?? []).slice(1) : [])
  const end = walkText({ text, toSourceOffset: options.toSourceOffset }, start, surroundings(gathered))
  return toScript(gathered, end, gathered.broken)
}

/**
 * The command of an exec form. Nothing expands variables there, so words are what they say, unless the command is a shell
 * with `-c`: then its script is read. Wrappers are taken away as in a script.
 */
export function parseArgv(
  words: readonly ShellWord[],
  options: Omit<ShellOptions, 'toSourceOffset' | 'shell'>,
): ShellScript {
  const gathered = nothing()
  const state = startState(options)
  if (words.length === 0) return toScript(gathered, state, false)
  const known = words.map((word) => ({ ...word, value: word.value ?? word.text }))
  const found = unwrap(known)
  const inner = known.slice(found.start)
  const assignments = found.assignments.map((index) => {
    const { value, span } = known[index] as ShellWord & { value: string }
    const name = value.slice(0, value.indexOf('='))
    const content = value.slice(name.length + 1)
    return { name, text: content, value: content, span }
  })
  const call = readShellCall(inner)
  const script = call?.script === undefined ? undefined : inner[call.script]
  if (call !== undefined && script !== undefined) {
    const environment = assignments.reduce((now, { name, value }) => assign(now, name, value), state)
    const around = { ...surroundings(gathered), wrappers: [...found.wrappers, call.label] }
    const place: TextPlace = innerTextOfString(script.value, script.text, script.span.start)
    const end = walkText(place, withOptions(environment, call.options), around)
    return toScript(gathered, end, gathered.broken)
  }
  const [program, ...rest] = inner
  gathered.commands.push({
    span: { start: known[0]?.span.start ?? 0, end: known.at(-1)?.span.end ?? 0 },
    program: programName(program?.value ?? ''),
    ...(program === undefined ? {} : { programWord: program }),
    words: rest,
    args: rest.map((word) => word.value),
    assignments,
    redirects: [],
    wrappers: found.wrappers,
    conditions: [],
    failureIgnored: false,
    ...(state.cwd === undefined ? {} : { cwd: state.cwd }),
    variables: state.variables,
  })
  return toScript(gathered, state, false)
}

function interpreter(program = '', argument = ''): string {
  return programName(programName(program) === 'env' ? argument : program)
}

function nothing(): Gathered {
  return { commands: [], uses: [], seenUses: new Set(), broken: false, pipes: 0 }
}

function startState(options: Omit<ShellOptions, 'toSourceOffset'>): ShellState {
  const variables = options.variables ?? new Map()
  return { variables, cwd: options.cwd, directories: [], options: new Set(), tolerant: false, assigned: 0 }
}

function surroundings(gathered: Gathered): Omit<Surroundings, 'place'> {
  return { gathered, wrappers: [], conditions: [], ignored: false, last: true, redirects: [], depth: 0 }
}

function toScript(gathered: Gathered, end: ShellState | undefined, broken: boolean): ShellScript {
  return { commands: gathered.commands, broken, options: end?.options ?? new Set(), uses: gathered.uses }
}
