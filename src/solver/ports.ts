import type { CacheUse, Digest, Emit } from '../core/index.ts'
import type { Descriptor, Platform } from '../oci/index.ts'
import type { CopyOp, ExecOp, Op, Vertex } from '../plan/index.ts'

/**
 * A layer as the solver knows it. Layers are free-standing differences: a layer can lie on any stack whose content
 * digests are the same, because nothing in its directory refers to what is below.
 */
export interface LayerRef {
  /** Directory name in the layer store. */
  readonly id: string
  /** sha256 of the uncompressed tar, modification times included. */
  readonly diffId: Digest
  /**
   * sha256 of paths, types, modes, owners, links, devices, xattrs and file contents; modification times and the order of
   * creation stay out. This is what later steps are keyed by. For pulled layers it equals `diffId`.
   */
  readonly content: Digest
  /** Bytes of the uncompressed tar. */
  readonly size: number
  /** The compressed blob, where one is known. */
  readonly blob?: Descriptor
}

/** The file tree that a vertex leaves behind. */
export type TreeRef =
  /** Layers, lowest first. */
  | { readonly kind: 'layers'; readonly layers: readonly LayerRef[] }
  /** A directory outside the store. Owners read as 0:0 when `squashOwner` is set (build contexts). */
  | { readonly kind: 'host'; readonly path: string; readonly ignore: readonly string[]; readonly squashOwner: boolean }

/** Values that a step may see and nothing may keep: never part of an op, a key, a record or an event. */
export interface StepSecrets {
  readonly secrets: Readonly<Record<string, Uint8Array>>
  /** Agent sockets or key files on the host, by id. */
  readonly ssh: Readonly<Record<string, { readonly socket?: string; readonly keys?: readonly string[] }>>
  /** HTTP_PROXY and friends of this machine, as `NAME=value`. The step's own variables win. */
  readonly proxyEnv: readonly string[]
  /** Those given as build arguments. They win over the step's own variables. */
  readonly givenProxyEnv: readonly string[]
}

export interface ExecRequest {
  readonly op: ExecOp
  readonly platform: Platform
  readonly root: readonly LayerRef[]
  /** Parallel to the vertex' inputs; index 0 is the root and unused here. */
  readonly inputs: readonly TreeRef[]
  readonly secrets: StepSecrets
  /** What the progress calls the step, for messages. */
  readonly step?: string
  /** The line that set the user of the step, as `Dockerfile:5`, for messages. */
  readonly userSetAt?: string
}

export interface CopyRequest {
  readonly op: CopyOp
  readonly root: readonly LayerRef[]
  readonly inputs: readonly TreeRef[]
}

export type LogSink = (stream: 'stdout' | 'stderr', data: Uint8Array) => void
/** Something about a step that ran, for its author. */
export interface StepFinding {
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** What a RUN says while it runs and what is found out about it. */
export interface StepSinks {
  readonly log: LogSink
  /** Once, for a step with cache mounts that has run. */
  readonly caches?: (uses: readonly CacheUse[], elsewhere: readonly { path: string; bytes: number }[]) => void
  readonly found?: (finding: StepFinding) => void
}
export type ProgressSink = (progress: {
  id: string
  current: number
  total?: number
  unit: 'bytes' | 'files'
  done?: boolean
}) => void

/**
 * Everything that touches files of layers or starts processes. The real one is a process inside its own mount (and, for
 * ordinary users, user) namespace; it is started by the first call, so that a fully cached build never pays for it.
 */
export interface Engine {
  /** Runs a step and stores what it changed. Rejects with `run-failed` when the command fails. */
  exec(request: ExecRequest, sinks: StepSinks, signal: AbortSignal): Promise<LayerRef>
  /** COPY and ADD. */
  copy(request: CopyRequest, progress: ProgressSink, signal: AbortSignal): Promise<LayerRef>
  /** WORKDIR. */
  mkdir(root: readonly LayerRef[], path: string, user: string, signal: AbortSignal): Promise<LayerRef>
  /** Downloads (through Images) and unpacks what is missing of these layers, bottom up. */
  prepare(layers: readonly LayerRef[], progress: ProgressSink, signal: AbortSignal): Promise<void>
  /** A directory of this machine as a layer, for a stage that starts from a context. */
  adopt(tree: TreeRef & { readonly kind: 'host' }, signal: AbortSignal): Promise<LayerRef>
  /** Digest of what a path or pattern selects in a tree; the selection rules are those of COPY. Without mtimes. */
  select(tree: TreeRef, selection: Selection, signal: AbortSignal): Promise<Digest>
  /** The first of these paths (no leading slash, links followed) that leads to something; only what is in the store is read. */
  find(tree: TreeRef, paths: readonly string[]): Promise<string | undefined>
  /** Told that a command will probably have to be run soon. */
  warm?(): void
  close(): Promise<void>
}

/** Which part of a tree a step depends on. */
export interface Selection {
  readonly patterns: readonly string[]
  readonly exclude: readonly string[]
  readonly parents: boolean
  /** A bind mount selects one path literally; a COPY selects by wildcards and follows a top-level symlink. */
  readonly literal: boolean
  /** `--chown` or a context source: owners do not count. */
  readonly ignoreOwner: boolean
  /** Octal `--chmod`: permission bits do not count. */
  readonly ignoreMode: boolean
}

/** What a step left behind, stored under its cache key. Small JSON; written with a rename, so never half there. */
export interface CacheRecord {
  readonly key: Digest
  readonly layer: LayerRef
  /** The parts the key was made of, for `why`: names to short values or digests. */
  readonly parts: Readonly<Record<string, string>>
  readonly step: string
  readonly created: number
}

export interface CacheIndex {
  /** The record, if there is one and its layer is still in the store. */
  get(key: Digest): Promise<CacheRecord | undefined>
  put(record: CacheRecord): Promise<void>
}

/**
 * Remembers what a selection in an unchangeable tree amounted to, so that a cached `COPY --from` reads neither the
 * tree's index nor, for a base image, the network. Safe to lose.
 */
export interface SelectionMemo {
  get(key: Digest): Promise<Digest | undefined>
  put(key: Digest, value: Digest): Promise<void>
}

/** Sources outside the store: contexts, downloads, repositories. Each returns a tree and a digest that names its content. */
export interface Sources {
  context(name: string): Promise<TreeRef>
  http(
    request: Omit<Op & { readonly kind: 'http' }, 'kind'>,
    progress: ProgressSink,
    signal: AbortSignal,
  ): Promise<{ readonly tree: TreeRef; readonly identity: Digest }>
  git(
    request: Omit<Op & { readonly kind: 'git' }, 'kind'>,
    progress: ProgressSink,
    signal: AbortSignal,
  ): Promise<{ readonly tree: TreeRef; readonly identity: Digest; readonly commit: string }>
}

/** A step that changes a root file system and has been looked up; it is executed next unless it is `cached`. */
export interface LookedUp {
  readonly vertex: Vertex
  readonly key: Digest
  readonly parts: Readonly<Record<string, string>>
  /** What it starts from, lowest first. */
  readonly root: readonly LayerRef[]
  readonly cached: boolean
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
}

export interface SolverPorts {
  readonly engine: Engine
  readonly cache: CacheIndex
  readonly memo: SelectionMemo
  readonly sources: Sources
  readonly clock: Clock
  readonly emit: Emit
  /** Hears of every step that is looked up; the step waits for it. */
  readonly lookedUp?: (step: LookedUp) => Promise<void>
}
