/** A port of a container, as EXPOSE names it. */
export interface Port {
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
}

/** A call into the kernel that was refused for want of rights, or that passed thanks to a capability. */
export interface ObservedCall {
  readonly call: string
  readonly error?: 'EACCES' | 'EPERM' | 'EROFS'
  readonly path?: string
  readonly write?: boolean
  readonly port?: number
  /** Without `CAP_`. */
  readonly capability?: string
  readonly program: string
}

/** What became of HEALTHCHECK. */
export interface HealthOutcome {
  readonly tries: number
  /** Of the last try; absent: it took too long, or could not be tried. */
  readonly exitCode?: number
  readonly output: string
  /** Why it cannot be run at all. */
  readonly problem?: string
  readonly healthy: boolean
}

/** What became of the signal that asks a container to end. */
export interface StopOutcome {
  readonly signal: string
  readonly seconds: number
  /** Absent: it went on, and was killed. */
  readonly exitCode?: number
  /** The first process when the signal was sent. */
  readonly first?: {
    readonly argv: readonly string[]
    readonly reaction: 'handles' | 'ignores' | 'none'
    readonly children: boolean
  }
}

/** One container, watched from its start to its end. */
export interface Observation {
  /** Why it could not be started. */
  readonly problem?: string
  /** Why calls could not be watched. */
  readonly untraced?: string
  readonly calls: readonly ObservedCall[]
  /** Absolute paths that were made, changed or removed, where the root file system could be written. */
  readonly written: readonly string[]
  /** All that were open at some time. */
  readonly ports: readonly (Port & { readonly loopback: boolean })[]
  /** Until all that was expected of it was there. */
  readonly readySeconds?: number
  /** It ended before it was told to. */
  readonly ended?: { readonly exitCode: number; readonly seconds: number }
  readonly health?: HealthOutcome
  readonly stop?: StopOutcome
  /** The last lines of its output. */
  readonly lines: readonly string[]
}
