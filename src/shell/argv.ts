import type { ShellWord } from './command.ts'
import { readShellCall, shellFile } from './shell-call.ts'
import { unwrapOnce } from './unwrap.ts'

/** What a program does with the words behind it, when it runs something else. */
export type ArgvMeaning =
  /** It runs another program in its own place: `env A=1 node`, `tini -- node`, `gosu app node`. */
  | { readonly kind: 'wrapper'; readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> }
  /** A shell with a text. */
  | { readonly kind: 'text'; readonly text: string; readonly args: readonly string[] }
  /** A shell with a file. */
  | { readonly kind: 'file'; readonly file: string; readonly args: readonly string[] }

/** What a command line of plain words runs besides its own program; undefined for most programs. */
export function readArgv(argv: readonly string[]): ArgvMeaning | undefined {
  const words: readonly ShellWord[] = argv.map((value) => ({ text: value, value, span: { start: 0, end: 0 } }))
  const file = shellFile(words)
  if (file !== undefined) return { kind: 'file', file: argv[file] ?? '', args: argv.slice(file + 1) }
  const call = readShellCall(words)
  // What follows the text is `$0` first.
  if (call?.script !== undefined) {
    return { kind: 'text', text: argv[call.script] ?? '', args: argv.slice(call.script + 2) }
  }
  const inner = unwrapOnce(words)
  if (inner === undefined) return undefined
  const env = Object.fromEntries(inner.assignments.map((index) => assignment(argv[index] ?? '')))
  return { kind: 'wrapper', argv: argv.slice(inner.start), env }
}

function assignment(word: string): readonly [string, string] {
  const at = word.indexOf('=')
  return [word.slice(0, at), word.slice(at + 1)]
}
