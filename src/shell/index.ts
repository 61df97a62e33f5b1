/** What a command does to an image. */
export type { Action, Build, Install, NamedPackage, PackageManager } from './action.ts'
/** Commands of a shell text. */
export type { Condition, ShellCommand, ShellRedirect, ShellScript, ShellWord } from './command.ts'
