import type { Span } from '../core/index.ts'

/** A word of a command. */
export interface ShellWord {
  /** As written, quotes and variables included. */
  readonly text: string
  /**
   * What it stands for: quotes and escapes taken away, variables that are known filled in. Undefined when it depends on
   * something that is not known before the step runs (an unset variable, `$(…)`). Wildcards stay as they are.
   */
  readonly value?: string
  /** UTF-16 offsets in the source of the Dockerfile. */
  readonly span: Span
}

export interface ShellRedirect {
  /** `>`, `>>`, `<`, `2>`, `&>`, `<<<` … as written, file descriptor first. */
  readonly operator: string
  readonly target: ShellWord
}

export interface ShellAssignment {
  readonly name: string
  /** What is assigned, as written. */
  readonly text: string
  /** Undefined when it is not known before the step runs. */
  readonly value?: string
  /** Of the whole assignment. */
  readonly span: Span
}

/** Why a command may not run, or may run and fail without anybody minding. */
export type Condition = 'and' | 'or' | 'branch' | 'loop' | 'function' | 'substitution'

/** A simple command of a RUN, CMD, ENTRYPOINT or HEALTHCHECK, in the order in which the shell comes to it. */
export interface ShellCommand {
  /** From its first word to its last, redirections included. */
  readonly span: Span
  /** The last part of the program's path: `apt-get` for `/usr/bin/apt-get`. Empty for a command that only assigns. */
  readonly program: string
  /** The program as written, wrappers taken away. */
  readonly programWord?: ShellWord
  /** What follows the program. */
  readonly words: readonly ShellWord[]
  /** The values of `words`; those that are not known stand as written. */
  readonly args: readonly string[]
  /** `A=1 B=2 program …`, `env A=1 program …` and `export A=1` (which has no program left to run). */
  readonly assignments: readonly ShellAssignment[]
  readonly redirects: readonly ShellRedirect[]
  /** Programs that run this one: `sudo`, `env`, `exec`, `time`, `nice`, `xargs`, `su-exec`, `gosu`, `sh -c` … outermost first. */
  readonly wrappers: readonly string[]
  /** Outermost first; empty: it runs in any case, or the step fails. `a && b` puts nothing here: b is meant to run. */
  readonly conditions: readonly Condition[]
  /** `|| true` or `|| :` follows, or `set +e` holds: its failure does not fail the step. */
  readonly failureIgnored: boolean
  /** Its place among the programs of a pipe, from 0; absent outside of pipes. */
  readonly pipe?: { readonly index: number; readonly length: number; readonly id: number }
  /** The directory it runs in: absolute; undefined when an earlier `cd` went to an unknown place. */
  readonly cwd?: string
  /** Variables as they are here: those of the step, and what the script has assigned so far. */
  readonly variables: ReadonlyMap<string, string>
}

/** What a shell text consists of. */
export interface ShellScript {
  readonly commands: readonly ShellCommand[]
  /** The text could not be read to its end; `commands` holds what came before. */
  readonly broken: boolean
  /** `set -e` or `set -o errexit`, `pipefail`: options in force at the end. */
  readonly options: ReadonlySet<string>
  /** Names of variables that the text uses, whether they are known or not, with the places. */
  readonly uses: readonly { readonly name: string; readonly span: Span }[]
}
