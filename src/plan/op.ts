import type { Digest, Location } from '../core/index.ts'
import type { BaseLayer } from '../graph/index.ts'
import type { ImageConfig, Platform } from '../oci/index.ts'

export type { BaseLayer } from '../graph/index.ts'

/** `default` is the network of the host unless the executor has a better one; `none` keeps a private loopback. */
export type NetworkMode = 'default' | 'none' | 'host'

/** A mount of a RUN step. `input` is an index into the vertex' inputs. Targets are absolute and clean. */
export type MountSpec =
  | {
      readonly type: 'bind'
      readonly target: string
      readonly input: number
      readonly source: string
      readonly readonly: boolean
    }
  | {
      readonly type: 'cache'
      readonly target: string
      readonly id: string
      readonly sharing: 'shared' | 'private' | 'locked'
      readonly readonly: boolean
      readonly mode: number
      readonly uid: number
      readonly gid: number
      /** Seed: the tree that a new cache starts as. */
      readonly input?: number
      /** The directory or file of the cache that the step sees, when that is not the whole. */
      readonly source?: string
    }
  | {
      readonly type: 'tmpfs'
      readonly target: string
      /** Bytes; 0 is unlimited. */
      readonly size: number
      readonly readonly: boolean
    }
  | {
      readonly type: 'secret'
      readonly id: string
      readonly target?: string
      readonly env?: string
      readonly required: boolean
      readonly mode: number
      readonly uid: number
      readonly gid: number
    }
  | {
      readonly type: 'ssh'
      readonly id: string
      readonly target: string
      readonly required: boolean
      readonly mode: number
      readonly uid: number
      readonly gid: number
    }

/** RUN. */
export interface ExecOp {
  readonly kind: 'exec'
  readonly argv: readonly string[]
  /** `NAME=value`, in order: stage ENV and ARG in scope. Without proxies, secrets and HOME. */
  readonly env: readonly string[]
  readonly cwd: string
  readonly user: string
  readonly hostname: string
  readonly network: NetworkMode
  readonly security: 'sandbox' | 'insecure'
  readonly mounts: readonly MountSpec[]
  /** A heredoc that begins with `#!`: written to this path (below /dev/pipes), mode 0755, for the step only. */
  readonly script?: { readonly path: string; readonly content: string }
  readonly shmSize?: number
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[]
  /** `host:ip`. Only the names are part of the cache key. */
  readonly extraHosts?: readonly string[]
}

/** One source of a COPY or ADD. */
export type CopySource =
  /** A path or wildcard pattern in an input tree. `unpack: 'auto'` (ADD) extracts local archives. */
  | { readonly kind: 'path'; readonly input: number; readonly pattern: string; readonly unpack: boolean | 'auto' }
  /** A downloaded file; `name` is what it is called when the destination is a directory. */
  | { readonly kind: 'download'; readonly input: number; readonly name: string; readonly unpack: boolean }
  /** Everything in an input tree (ADD of a git repository). */
  | { readonly kind: 'tree'; readonly input: number }
  /** A heredoc. */
  | { readonly kind: 'inline'; readonly name: string; readonly content: string }

/** COPY and ADD. */
export interface CopyOp {
  readonly kind: 'copy'
  readonly instruction: 'COPY' | 'ADD'
  readonly sources: readonly CopySource[]
  /** Absolute, expanded; a trailing slash is kept because it matters. */
  readonly destination: string
  /** `user[:group]` as written, expanded. Names are looked up in input 0. */
  readonly chown?: string
  /** Octal or symbolic, as written, expanded. */
  readonly chmod?: string
  /** Copied onto an empty root and stacked: the key does not depend on input 0. */
  readonly link: boolean
  readonly parents: boolean
  readonly exclude: readonly string[]
}

/** What a vertex does. Input 0 is the root file system it changes, for `exec`, `copy` and `mkdir`. */
export type Op =
  | { readonly kind: 'scratch' }
  | {
      readonly kind: 'image'
      /** Normalised, with digest: `docker.io/library/debian@sha256:…`. For local layouts any unique name. */
      readonly reference: string
      readonly manifest: Digest
      readonly layers: readonly BaseLayer[]
    }
  /** A directory of this machine: the main context (`context`) or a named one. Filtered by its own ignore file. */
  | { readonly kind: 'context'; readonly name: string }
  | { readonly kind: 'http'; readonly url: string; readonly filename: string; readonly checksum?: Digest }
  | {
      readonly kind: 'git'
      readonly remote: string
      readonly ref?: string
      readonly subdir?: string
      readonly keepGitDir: boolean
      readonly submodules: boolean
      readonly checksum?: string
      readonly mtime?: 'checkout' | 'commit'
      readonly fetchByCommit?: boolean
    }
  | ExecOp
  | CopyOp
  /** WORKDIR: creates the path where missing, owned by `user`, 0755, parents too. Always a layer. */
  | { readonly kind: 'mkdir'; readonly path: string; readonly user: string }

/** A step of a plan. */
export interface Vertex {
  /** Covers op, platform and inputs; `name`, `origin` and `stage` are for people and stay out of it. */
  readonly digest: Digest
  readonly op: Op
  readonly platform: Platform
  readonly inputs: readonly Digest[]
  /** `[build 2/5] RUN npm ci` */
  readonly name: string
  readonly origin: readonly Location[]
  readonly stage?: string
  /** The USER that a RUN is under, where the Dockerfile sets it: for people, like `name`. */
  readonly userSetAt?: Location
  /** Never taken from the cache (`--no-cache`, `--no-cache-filter`). */
  readonly ignoreCache?: boolean
}

/** One history entry; `vertex` is the one whose layer it describes, absent for metadata and for entries of the base. */
export interface PlannedHistory {
  readonly createdBy: string
  readonly comment?: string
  readonly author?: string
  readonly created?: string
  readonly emptyLayer: boolean
  readonly vertex?: Digest
  /** For `slipway history`: where the instruction stands. */
  readonly origin?: Location
  readonly stage?: string
}

/** One image to be made: a target for one platform. */
export interface PlannedImage {
  readonly platform: Platform
  /** The vertex whose root file system the image has. */
  readonly root: Digest
  /** Everything of the config but `rootfs`, `history` and `created`. */
  readonly config: Omit<ImageConfig, 'rootfs' | 'history' | 'created'>
  readonly history: readonly PlannedHistory[]
  readonly stage: string
}

/** Everything that has to be done, and the images that come of it. */
export interface BuildPlan {
  /** Only what the images need; inputs stand before their users. */
  readonly vertices: ReadonlyMap<Digest, Vertex>
  readonly images: readonly PlannedImage[]
  /** SOURCE_DATE_EPOCH in seconds. */
  readonly epoch?: number
}
