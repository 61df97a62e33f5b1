/** How the start command of an image has fared, alone: without network, volumes, further arguments and input. */
export interface RunFacts {
  /** ENTRYPOINT and CMD. */
  readonly argv: readonly string[]
  /** Absent: it was still running when the time was over. Of a program that a signal ends 128 and its number. */
  readonly exitCode?: number
  /** How long it ran. */
  readonly seconds: number
  /** The end of its output, passwords in URLs replaced; 20 lines at most. */
  readonly lines: readonly string[]
  /** Why it failed and what to do, for people, where that is known. */
  readonly explanation?: string
  /** It failed because it wanted a server, and there was no network. */
  readonly missedNetwork: boolean
}
