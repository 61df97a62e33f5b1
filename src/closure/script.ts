import { parseScript, type ShellCommand, type ShellScript, type ShellWord } from '../shell/index.ts'
import { findProgram } from './find-program.ts'
import { askedNames, changesUser, isBuiltin, mayMakePrograms } from './shell-programs.ts'
import type { Start, Walk } from './walk.ts'

/** A text for a shell. */
export interface ShellText {
  readonly text: string
  /** What `$1` and those after it are. */
  readonly args: readonly string[]
  /** The file it came from, without leading slash. */
  readonly name?: string
}

/** How far a script has come. */
interface Progress {
  readonly script: ShellScript
  /** What `"$@"` is; undefined when only the run tells. */
  args: readonly string[] | undefined
  /** A program that is not there may have been made by an earlier command. */
  mayMake: boolean
  /** Names that may be functions or that the script asks about before it uses them. */
  readonly guarded: ReadonlySet<string>
  readonly text: string
  /** Files are sourced whose functions nobody knows. */
  hasUnknownNames: boolean
}

/**
 * Follows a shell text command by command, as far as it is certain to come: what only a run can decide (branches, loops, functions,
 * unknown variables) is passed over, and after a branch that may end the script nothing is claimed any more.
 */
export function followText(walk: Walk, start: Start, { text, args, name }: ShellText): void {
  const script = parseScript(text, {
    toSourceOffset: (offset) => offset,
    variables: new Map(Object.entries(start.env)),
    cwd: `/${start.cwd}`,
  })
  const label = name === undefined ? 'a shell command' : `/${name}`
  if (script.broken) walk.findings.doubt(`${label} cannot be read to its end`)
  const progress: Progress = {
    script,
    args,
    mayMake: false,
    guarded: guardedNames(text),
    text,
    hasUnknownNames: false,
  }
  for (const [index, command] of script.commands.entries()) {
    if (mayEnd(command)) {
      walk.findings.doubt(`${label} may end before its last command`)
      return
    }
    const isCertain = command.conditions.length === 0 && !command.failureIgnored
    if (isParameters(command)) changeArguments(walk, start, { progress, command })
    else if (isCertain && !hasAlternative(script, index)) runCommand(walk, start, { progress, command, index, label })
    if (mayMakePrograms(command)) progress.mayMake = true
    if (endsScript(command)) return
  }
}

/** A branch that ends the script well: what follows it may never run. A script that starts itself anew is no end. */
function mayEnd({ conditions, wrappers, program, args, words }: ShellCommand): boolean {
  if (conditions.length === 0 || conditions.includes('substitution')) return false
  if (program === 'exit') return args[0] === undefined || args[0] === '0'
  if (program === 'return') return !conditions.includes('function') && (args[0] === undefined || args[0] === '0')
  return wrappers.includes('exec') && !words.some(({ text }) => /^"?\$\{?(?:0|BASH_SOURCE)\b/.test(text))
}

function endsScript({ conditions, wrappers, program }: ShellCommand): boolean {
  return conditions.length === 0 && (program === 'exit' || (wrappers.includes('exec') && program !== ''))
}

/** `a || b`: b does in place of a, unless it only reports the failure. */
function hasAlternative({ commands }: ShellScript, index: number): boolean {
  const [one, next] = [commands[index], commands[index + 1]]
  const count = (command: ShellCommand | undefined): number =>
    (command?.conditions ?? []).filter((condition) => condition === 'or').length
  return (
    next !== undefined && count(next) > count(one) && !/^(?:exit|false|return|kill|echo|printf)$/.test(next.program)
  )
}

interface Step {
  readonly progress: Progress
  readonly command: ShellCommand
  readonly index: number
  readonly label: string
}

function runCommand(walk: Walk, start: Start, step: Step): void {
  const { progress, command, label } = step
  const { root, findings } = walk
  const { programWord, program, wrappers } = command
  if (programWord === undefined || isBuiltin(program, programWord)) {
    if (program === '.' || program === 'source') progress.hasUnknownNames = true
    return
  }
  const argv = knownWords([programWord, ...command.words], progress.args)
  const [name] = argv
  if (name === undefined) {
    findings.doubt(`${label} runs ${programWord.text}, which only the run tells`)
    return
  }
  if (command.cwd === undefined || !knowsPath(start, command)) {
    findings.doubt(`where ${label} runs ${name} is not known`)
    return
  }
  const env = environmentOf(command)
  const cwd = command.cwd.replace(/^\/+/, '')
  const outer = wrappers.flatMap((label) => wrapperNames(label, progress))
  const { identity, ...others } = start
  const isSame = identity !== undefined && !outer.some((wrapper) => changesUser([wrapper]))
  const by = { ...start.by, severity: severityOf(start, step) }
  const next: Start = { ...others, argv, env, cwd, by, depth: start.depth + 1, ...(isSame ? { identity } : {}) }
  for (const wrapper of outer) {
    if (isOpen(progress, wrapper) && findProgram(root, wrapper, next).kind === 'nowhere') continue
    walk.start({ ...next, argv: [wrapper] })
  }
  if (isOpen(progress, name) && findProgram(root, name, next).kind !== 'found') {
    findings.doubt(`${label} runs ${name}, which may come to be before`)
    return
  }
  walk.start(next)
}

/** A name that may be a function, or a program that an earlier command makes, or that the script has asked about. */
function isOpen({ guarded, mayMake, hasUnknownNames }: Progress, name: string): boolean {
  return mayMake || guarded.has(name) || (hasUnknownNames && !name.includes('/'))
}

/** A failure ends the script when nothing comes after it, or `set -e` holds. */
function severityOf({ by }: Start, { progress, command, index }: Step): 'error' | 'warning' {
  const { script } = progress
  const isLast = index === script.commands.length - 1 || script.commands.slice(index + 1).every(isEnding)
  const ends = isLast || command.wrappers.includes('exec') || script.options.has('errexit')
  return ends ? by.severity : 'warning'
}

function isEnding({ program }: ShellCommand): boolean {
  return program === 'exit'
}

/** The programs of wrappers and shells around a command, by their names; those that the shell has built in are left out. */
function wrapperNames(label: string, { text }: Progress): readonly string[] {
  const [name = ''] = label.split(' ')
  // Written with a path, it is not looked for in PATH.
  if (/^(?:exec|command|builtin|time|eval)$/.test(name) || text.includes(`/${name}`)) return []
  return [name]
}

/** Words up to the first one that only the run tells. */
function knownWords(words: readonly ShellWord[], args: readonly string[] | undefined): readonly string[] {
  const known: string[] = []
  for (const { text, value } of words) {
    if (isAllArguments(text)) {
      if (args === undefined) return known
      known.push(...args)
      continue
    }
    const own = /^"?\$\{?([1-9])\}?"?$/.exec(text)?.[1]
    const one = own === undefined ? value : args?.[Number(own) - 1]
    if (one === undefined) return known
    known.push(one)
  }
  return known
}

function isAllArguments(text: string): boolean {
  return /^"?\$(?:[@*]|\{[@*]\})"?$/.test(text)
}

/** PATH may have been changed in a way that only the run tells. */
function knowsPath({ env }: Start, { variables }: ShellCommand): boolean {
  return env.PATH === undefined || variables.has('PATH')
}

function environmentOf({ variables, assignments }: ShellCommand): Readonly<Record<string, string>> {
  const own = assignments.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]))
  return Object.fromEntries([...variables, ...own])
}

function isParameters({ program }: ShellCommand): boolean {
  return program === 'set' || program === 'shift'
}

/** `set -- node "$@"` and `shift`. */
function changeArguments(
  { root }: Walk,
  start: Start,
  { progress, command }: { readonly progress: Progress; readonly command: ShellCommand },
): void {
  const { args } = progress
  const { program, words, conditions } = command
  const [first, ...rest] = words
  if (program === 'set' && first?.text !== '--') return
  if (args === undefined) return
  const isComplete = rest.every(({ text, value }) => value !== undefined || isAllArguments(text))
  const changed =
    program === 'shift' ? args.slice(Number(first?.value ?? 1)) : isComplete ? knownWords(rest, args) : undefined
  if (conditions.length === 0) {
    progress.args = changed
    return
  }
  // The usual `if [ "${1#-}" != "$1" ] || [ -z "$(command -v "$1")" ]; then set -- node "$@"; fi`.
  const [name] = args
  const puts = program === 'set' && rest.length > 1 && isAllArguments(rest.at(-1)?.text ?? '')
  if (!puts || name === undefined) progress.args = undefined
  else if (name.startsWith('-')) progress.args = changed
  else if (findProgram(root, name, start).kind === 'nowhere' && /command -v|which |type /.test(progress.text))
    progress.args = changed
}

/** Names of functions, and of programs and files that the text asks about. */
function guardedNames(text: string): ReadonlySet<string> {
  const functions = text.matchAll(/(?:^|[;\n}])\s*(?:function\s+)?([\w.:-]+)\s*\(\s*\)/g)
  const aliases = text.matchAll(/\balias\s+([\w.-]+)=/g)
  const named = text.matchAll(/\bfunction\s+([\w.:-]+)/g)
  return new Set([...[...functions, ...aliases, ...named].map(([, name = '']) => name), ...askedNames(text)])
}
