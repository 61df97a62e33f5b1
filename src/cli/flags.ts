/** How a flag of docker that Slipway does not act on is answered. `unless` lists values that ask for nothing. */
export type FlagStatus =
  /** Accepted with one warning: the result is the same without it. */
  | { readonly kind: 'ignored'; readonly why: string; readonly unless?: readonly string[] }
  /** Refused with `unsupported`: without it the result would not be what was asked for. */
  | { readonly kind: 'unsupported'; readonly why: string; readonly unless?: readonly string[] }

export interface FlagSpec {
  readonly name: string
  /** One letter. */
  readonly short?: string
  /** `pairs` is a list of `NAME=value` or `NAME`. */
  readonly kind: 'bool' | 'string' | 'number' | 'list' | 'pairs'
  /** What the value is, for help: `FILE`. */
  readonly value?: string
  readonly summary: string
  /** For `string` and `number`: the value when none is given. */
  readonly default?: string
  /** The value of the flag without `=`: `--flag` alone then takes no word behind it. */
  readonly implied?: string
  /** With `implied`: words that are its value all the same, for users of docker, where the flag needs one. */
  readonly takes?: RegExp
  /** Environment variables that give the value when the flag does not, first one wins. */
  readonly env?: readonly string[]
  /** A value holds several, separated by commas. */
  readonly csv?: boolean
  readonly choices?: readonly string[]
  /** What a shell completes the value with. */
  readonly completes?: 'file' | 'directory'
  readonly hidden?: boolean
  readonly status?: FlagStatus
}

export interface ArgumentSpec {
  readonly name: string
  readonly optional?: boolean
  /** Takes all that is left. */
  readonly many?: boolean
}

export interface CommandSpec {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly group: 'Build' | 'Images' | 'Registries' | 'Look inside' | 'Program'
  readonly summary: string
  /** More than the summary, for `help COMMAND`; paragraphs. */
  readonly details?: readonly string[]
  readonly args: readonly ArgumentSpec[]
  readonly flags: readonly FlagSpec[]
  readonly examples: readonly { readonly command: string; readonly what: string }[]
  /** Everything after the first argument is an argument, whatever it looks like (`run IMAGE COMMAND -x`). */
  readonly stopsAtFirstArgument?: boolean
  /** What stands behind `--` is a command of its own and no arguments; the value is its name for help. */
  readonly behindDashes?: string
}

/** A `NAME=value`; without `=` the value is undefined. */
export interface Pair {
  readonly name: string
  readonly value?: string
}

/** The values of a command's flags. Asking for a flag that the command does not have is a mistake in the program. */
export interface FlagValues {
  /** Given on the command line or by an environment variable. */
  given(name: string): boolean
  bool(name: string): boolean
  /** The value, or the default; undefined without either. */
  text(name: string): string | undefined
  number(name: string): number | undefined
  list(name: string): readonly string[]
  pairs(name: string): readonly Pair[]
}

/** A command line, understood. */
export interface ParsedInput {
  readonly command: CommandSpec
  readonly args: readonly string[]
  /** The words behind `--` of a command with `behindDashes`. */
  readonly behindDashes: readonly string[]
  /** The command's flags and the global ones. */
  readonly flags: FlagValues
  /** The texts of the flags that stand on the command line, as they are written. */
  readonly written: ReadonlyMap<string, readonly string[]>
  readonly help: boolean
  /** Sentences about flags that were accepted and ignored. */
  readonly warnings: readonly string[]
}
