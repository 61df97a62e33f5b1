import type { ArrivingFile } from '../../adapters/layer-store/index.ts'
import type { HostTrust, Isolation, IsolationReport, StepFile, TerminalSize } from '../../adapters/runtime/index.ts'
import type { Measured } from '../disk/measure-paths.ts'
import type { Machine } from '../../diagnose/index.ts'
import type { PlannedEntry } from '../../fileset/index.ts'
import type { Observation, Port } from '../../hardening/index.ts'
import type { Platform } from '../../oci/index.ts'
import type { CopyOp, ExecOp, MountSpec } from '../../plan/index.ts'
import type { LayerRef, StepSecrets, TreeRef } from '../../solver/index.ts'
import type { PackedMount, PackMountJob } from '../travelling-mounts/pack-mount.ts'
import type { UnpackMountJob } from '../travelling-mounts/unpack-mount.ts'

/** How the worker is to work: the first message it gets. */
export interface WorkerConfig {
  readonly root: string
  /** Owner name of the front process: what the worker leaves in `tmp/` belongs to it. */
  readonly owner: string
  readonly isolation: 'auto' | 'crun' | 'runc' | 'embedded' | 'chroot'
  /** What is told about this machine when a step fails. */
  readonly machine: Omit<Machine, 'proxies'>
  readonly trust?: { readonly mode: 'auto' | 'on'; readonly host: HostTrust }
  /** Directories in `tmp/` of processes that are gone. */
  readonly stale: readonly string[]
}

/** A directory for a cache mount, taken by the front process for the time of the step. */
export interface CacheDirectory {
  /** Index into the mounts of the op. */
  readonly mount: number
  readonly path: string
}

/** A new directory for a cache mount: to be given its owner and mode, or filled from its seed. */
export interface PrepareCacheJob {
  readonly mount: MountSpec & { readonly type: 'cache' }
  readonly path: string
  /** What `from=` names. */
  readonly seed?: TreeRef
}

export interface ExecJob {
  readonly op: ExecOp
  readonly platform: Platform
  /** What people know the step by. */
  readonly step?: string
  readonly root: readonly LayerRef[]
  readonly inputs: readonly TreeRef[]
  readonly secrets: StepSecrets
  readonly caches: readonly CacheDirectory[]
  /** The line that set the user of the step, as `Dockerfile:5`. */
  readonly userSetAt?: string
  /** When the command fails, what it changed is kept under this name as long as the worker lives. */
  readonly keep?: string
}

export interface CopyJob {
  readonly op: CopyOp
  readonly root: readonly LayerRef[]
  readonly inputs: readonly TreeRef[]
}

export interface MkdirJob {
  readonly root: readonly LayerRef[]
  readonly path: string
  readonly user: string
}

export interface UnpackJob {
  readonly layer: LayerRef
  readonly lower: readonly LayerRef[]
  readonly blob: ArrivingFile
}

/** A directory of the host that becomes a layer. */
export interface AdoptJob {
  readonly tree: TreeRef & { readonly kind: 'host' }
}

export interface CommitJob {
  readonly entries: readonly PlannedEntry[]
}

export interface ClampJob {
  readonly layer: LayerRef
  /** Seconds since the epoch. */
  readonly epoch: number
}

/** Paths of the store, to be measured in this order. */
export interface MeasureJob {
  readonly paths: readonly string[]
}

/** What has left its place in the store, to be removed. */
export interface DiscardJob {
  readonly trees: readonly string[]
}

/** A tar to be sent to the Unix socket at `socket`. */
export interface TarJob {
  readonly what:
    | { readonly kind: 'layer'; readonly layer: LayerRef }
    | { readonly kind: 'merged'; readonly layers: readonly LayerRef[] }
  readonly socket: string
}

export interface FlattenJob {
  readonly layers: readonly LayerRef[]
  readonly destination: string
}

/** A container of `slipway run`. Its streams are those of the worker process. */
export interface RunJob {
  readonly layers: readonly LayerRef[]
  readonly argv: readonly string[]
  readonly env: readonly string[]
  readonly cwd: string
  readonly user: string
  readonly hostname: string
  readonly network: 'default' | 'none' | 'host'
  readonly readonlyRoot: boolean
  readonly volumes: readonly { readonly source: string; readonly target: string; readonly readonly: boolean }[]
  readonly tmpfs: readonly { readonly target: string; readonly size: number; readonly mode: number }[]
  readonly extraHosts: readonly string[]
  readonly stdin: boolean
  readonly terminal: boolean
  readonly size?: TerminalSize
  /** Output goes to the caller as notes instead of to the streams of this process. */
  readonly captured?: boolean
}

/** A container that is watched and then told to end. Its volumes are those of the image: content that is thrown away. */
export interface ObserveJob {
  readonly container: Omit<RunJob, 'stdin' | 'terminal' | 'size' | 'captured' | 'volumes' | 'readonlyRoot'>
  /** Hardened: read-only, no capabilities. Else both are there, so that all that the container wants shows. */
  readonly hardened: boolean
  /** Absolute paths of VOLUME. */
  readonly volumes: readonly string[]
  /** Path of the program that watches calls. */
  readonly tracer: string
  readonly exposed: readonly Port[]
  readonly health?: HealthJob
  /** How long it is watched, in milliseconds; until it is ready, if that comes first and is enough. */
  readonly longest: number
  readonly untilReady: boolean
  readonly stopSignal: NodeJS.Signals
  /** Milliseconds. */
  readonly stopTimeout: number
}

/** HEALTHCHECK with times that suit somebody who waits, in milliseconds. */
export interface HealthJob {
  readonly argv: readonly string[]
  readonly interval: number
  readonly timeout: number
}

/** Programs mounted read-only beside a root file system that may lack them. */
export type Toolbox =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'layers'; readonly layers: readonly LayerRef[] }

/** A shell as a step: its streams are those of the worker process, and what it changes is thrown away. */
export interface ShellJob extends ExecJob {
  /** The name under which the changes of a failed command were kept: they are seen as its last layer. */
  readonly leftover?: string
  readonly toolbox?: Toolbox
  readonly files: readonly StepFile[]
  readonly stdin: boolean
  readonly terminal: boolean
  readonly size?: TerminalSize
}

/** Where to look for a program. */
export interface FindJob {
  readonly layers: readonly LayerRef[]
  /** Absolute paths, best first. */
  readonly candidates: readonly string[]
  readonly leftover?: string
  /** Only programs that need no loader. */
  readonly static: boolean
}

export interface RunOutcome {
  readonly exitCode: number
  /** Why the command could not be started (126 and 127), for people. */
  readonly problem?: string
}

/** A signal for the first process of the containers that run. */
export interface SignalJob {
  readonly name: NodeJS.Signals
}

export interface ResizeJob {
  readonly size: TerminalSize
}

/** Everything the worker can be asked for: parameters and answers by method. */
export interface WorkerMethods {
  /** Gets ready to run commands. */
  warm: { params: Record<string, never>; answer: Record<string, never> }
  exec: { params: ExecJob; answer: LayerRef }
  prepareCache: { params: PrepareCacheJob; answer: Record<string, never> }
  packMount: { params: PackMountJob; answer: PackedMount }
  unpackMount: { params: UnpackMountJob; answer: Record<string, never> }
  copy: { params: CopyJob; answer: LayerRef }
  mkdir: { params: MkdirJob; answer: LayerRef }
  unpack: { params: UnpackJob; answer: LayerRef }
  adopt: { params: AdoptJob; answer: LayerRef }
  commit: { params: CommitJob; answer: LayerRef }
  clamp: { params: ClampJob; answer: LayerRef }
  tar: { params: TarJob; answer: Record<string, never> }
  flatten: { params: FlattenJob; answer: Record<string, never> }
  run: { params: RunJob; answer: RunOutcome }
  /** The first candidate that can be started, with links followed. */
  find: { params: FindJob; answer: { readonly program?: string; readonly resolved?: string } }
  shell: { params: ShellJob; answer: RunOutcome }
  observe: { params: ObserveJob; answer: Observation }
  signal: { params: SignalJob; answer: Record<string, never> }
  resize: { params: ResizeJob; answer: Record<string, never> }
  measure: { params: MeasureJob; answer: readonly Measured[] }
  discard: { params: DiscardJob; answer: Record<string, never> }
  probe: { params: Record<string, never>; answer: IsolationReport }
}

export type { Isolation }
