/** What a command does to an image. */
export type { Action, Build, Install, NamedPackage, PackageManager } from './action.ts'
/** What a command does to an image: at least one action for each command that runs a program, none for one that only assigns. Pure, never throws. */
export { actionsOf } from './actions.ts'
/** Commands of a shell text. */
export type { Condition, ShellAssignment, ShellCommand, ShellRedirect, ShellScript, ShellWord } from './command.ts'
/** The commands of a shell form, of a heredoc of RUN (`parseScript`), and of an exec form (`parseArgv`). Pure, never throw. */
export { parseArgv, parseScript, type ShellOptions } from './script.ts'
/** What a command line of plain words runs besides its own program: through a wrapper such as tini, or a shell. Pure, never throws. */
export { type ArgvMeaning, readArgv } from './argv.ts'
