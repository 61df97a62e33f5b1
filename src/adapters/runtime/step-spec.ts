import type { NetworkMode } from '../../plan/index.ts'
import type { HostTrust } from './host-trust.ts'

/** The PATH of steps that set none. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** One step: a program to run in a root file system made of layers, and what it may see. All paths are absolute. */
export interface StepSpec {
  /** Directories of the layers, lowest first; at most 500. None is an empty root file system (`scratch`). */
  readonly lowerDirs: readonly string[]
  /** Where the changes go. An empty directory on a file system that can carry overlayfs (not overlayfs itself). */
  readonly upperDir: string
  /** overlayfs' own directory: empty, beside `upperDir` on the same file system. The caller removes it afterwards. */
  readonly workDir: string
  readonly argv: readonly string[]
  /** `NAME=value`. PATH and HOME are added when missing. */
  readonly env: readonly string[]
  /** `NAME=value` of HTTP_PROXY and friends; a name that `env` sets wins. */
  readonly proxyEnv?: readonly string[]
  readonly cwd: string
  /** As USER has it: `user[:group]`, names or numbers, or nothing for root. */
  readonly user: string
  /** Default `buildkitsandbox`, which is what Dockerfiles see under BuildKit. */
  readonly hostname?: string
  readonly network: NetworkMode
  readonly security: 'sandbox' | 'insecure'
  /** In order: later mounts lie over earlier ones. */
  readonly mounts: readonly StepMount[]
  /** Files that exist for the step only, read-only, mode 0755 unless given: scripts of heredocs. */
  readonly files?: readonly StepFile[]
  /** Bytes of /dev/shm; default 64 MiB. */
  readonly shmSize?: number
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[]
  /** `host:ip` or `host=ip`. */
  readonly extraHosts?: readonly string[]
  readonly readonlyRoot?: boolean
  /**
   * Absent: docker's default capabilities where the user is root. `none`: no capability, and none to be had by any program.
   * `ambient`: the default ones, for every user.
   */
  readonly privileges?: 'none' | 'ambient'
  /** Tells which calls into the kernel are refused, or ask for more than an ordinary user may do. */
  readonly trace?: StepTrace
  /** Extra certificates to trust during the step. */
  readonly trust?: { readonly mode: 'auto' | 'on'; readonly host: HostTrust }
  /** Given the mounted root file system before anything runs in it. An exit code from it is that of the step. */
  readonly beforeStart?: (root: string) => Promise<number | undefined>
}

/** Where the content of a bind mount comes from: a stack of layers (lowest first) or one directory. */
export type BindSource =
  | { readonly kind: 'layers'; readonly lowerDirs: readonly string[] }
  | { readonly kind: 'directory'; readonly path: string }

/** A mount whose sources the caller has resolved. Targets are absolute; links in them are followed inside the root. */
export type StepMount =
  /** `path` is looked up inside the source, links included. What a writable one receives is thrown away. */
  | {
      readonly type: 'bind'
      readonly target: string
      readonly source: BindSource
      readonly path: string
      readonly readonly: boolean
    }
  /** A directory or file of this machine, written in place: cache mounts, and volumes of `slipway run`. */
  | { readonly type: 'host'; readonly target: string; readonly path: string; readonly readonly: boolean }
  /** `size` in bytes; 0 is no limit. Without a mode it has that of the directory it hides, or 0755. */
  | {
      readonly type: 'tmpfs'
      readonly target: string
      readonly size: number
      readonly readonly?: boolean
      readonly mode?: number
    }
  /** A file in memory, an environment variable, or both. */
  | {
      readonly type: 'secret'
      readonly content: Uint8Array
      readonly target?: string
      readonly env?: string
      readonly mode: number
      readonly uid: number
      readonly gid: number
    }
  /** The socket of an agent of the host, or unencrypted private keys (texts) for an agent of our own. */
  | {
      readonly type: 'ssh'
      readonly target: string
      readonly agent: { readonly socket: string } | { readonly keys: readonly Uint8Array[] }
      readonly mode: number
      readonly uid: number
      readonly gid: number
    }

/** Where the calls of a step go that are worth knowing. */
export interface StepTrace {
  /** Path of the program `tracer-thread`. */
  readonly script: string
  readonly onCall: (call: TracedCall) => void
  /** Why nothing will be told. */
  readonly onUnable: (reason: string) => void
}

/** A call of a step into the kernel that failed for want of rights, or that succeeded thanks to a capability. */
export interface TracedCall {
  readonly call: string
  readonly error?: 'EACCES' | 'EPERM' | 'EROFS'
  /** What it was about, as the program sees it; links are not followed. */
  readonly path?: string
  /** Whether the path was to be changed or made, rather than read or run. */
  readonly write?: boolean
  /** Of an address that was asked for. */
  readonly port?: number
  /** Without `CAP_`: what would have allowed it, or did. */
  readonly capability?: string
  /** Path of the program that asked. */
  readonly program: string
}

export interface StepFile {
  readonly target: string
  readonly content: string | Uint8Array
  readonly mode?: number
}

/** Where output goes. With `inherit`, the step has the standard streams of this process. */
export type StepIo =
  | {
      readonly kind: 'capture'
      readonly write: (stream: 'stdout' | 'stderr', data: Uint8Array) => void
      readonly onReady?: (control: StepControl) => void
    }
  /** `terminal`: the step gets a pseudo-terminal of its own, of that size. `onReady` gets the reins of the step. */
  | {
      readonly kind: 'inherit'
      readonly stdin: boolean
      readonly terminal: boolean
      readonly size?: TerminalSize
      readonly onReady?: (control: StepControl) => void
    }

/** In characters. */
export interface TerminalSize {
  readonly rows: number
  readonly columns: number
}

/** What can be done with a step that runs. */
export interface StepControl {
  /** Sends a signal to its first process. */
  signal(name: NodeJS.Signals): void
  /** Gives its terminal another size. */
  resize(size: TerminalSize): void
  /** Its first process, as seen here; undefined before it exists and once it is gone. */
  firstProcess(): number | undefined
}

/** How a step ended. */
export interface StepResult {
  /** As shells report it: 128 + number after a signal. */
  readonly exitCode: number
  readonly signal?: NodeJS.Signals
  /** Killed by the kernel for want of memory, as far as can be told. */
  readonly oomKilled: boolean
}
