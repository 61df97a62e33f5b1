import type { ParsedInput } from './flags.ts'

/** What a command gets from the process. Commands use nothing of the process but this. */
export interface CommandContext {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** The working directory; paths of the command line are relative to it. */
  readonly cwd: string
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal
  /** Hands SIGINT and SIGTERM to the listener instead, until the returned function is called. */
  takeSignals(listener: (name: NodeJS.Signals) => void): () => void
  /** Writes to standard output and waits until the reader has room. Results only. */
  write(text: string | Uint8Array): Promise<void>
  /** A sentence on standard error. */
  notice(sentence: string): void
}

/** What a module in `commands/` exports. The number is the exit code; failures are thrown as SlipwayError. */
export interface CommandModule {
  run(context: CommandContext, input: ParsedInput): Promise<number>
}
