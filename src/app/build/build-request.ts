import type { ClosureMode } from '../closure/built-closure.ts'
import type { NetworkMode } from '../../plan/index.ts'

/** What `slipway build` was asked for: the command line, understood but not yet checked against the world. */
export interface BuildRequest {
  /** Directory, URL, git repository or `-`. */
  readonly context: string
  /** `-f`: a path, or `-` for standard input. */
  readonly dockerfile?: string
  readonly target?: string
  readonly buildArgs: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly tags: readonly string[]
  /** As written; empty is the platform of this machine. */
  readonly platforms: readonly string[]
  /** `--build-context NAME=PLACE` */
  readonly namedContexts: Readonly<Record<string, string>>
  readonly secret: readonly string[]
  readonly ssh: readonly string[]
  /** `-o` values as written. */
  readonly outputs: readonly string[]
  readonly push: boolean
  /** `--annotation` as written: `[TYPE:]KEY=VALUE`. */
  readonly annotations: readonly string[]
  /** `--attest` and its short forms, as `type=…`; and who says what they say. */
  readonly attest?: { readonly wanted: readonly string[]; readonly version: string }
  /** `--cache-from` and `--cache-to` as written. */
  readonly cacheFrom?: readonly string[]
  readonly cacheTo?: readonly string[]
  readonly noCache: boolean
  /** Run every step twice, and deliver nothing when the images differ. */
  readonly checkReproducible?: boolean
  /** What it leads to when an image lacks what it needs to start; absent: nobody looks. */
  readonly closure?: ClosureMode
  /** Judge images by budgets: of this settings file, or without one of the nearest upwards of the Dockerfile. Absent: by none. */
  readonly policy?: { readonly file?: string }
  readonly noCacheFilter: readonly string[]
  readonly pull: boolean
  readonly network: NetworkMode
  readonly addHosts: readonly string[]
  /** Bytes. */
  readonly shmSize?: number
  readonly ulimits: readonly { readonly name: string; readonly soft: number; readonly hard: number }[]
  readonly allow: readonly string[]
  readonly parallel?: number
  /** The command line that opens a shell where this build fails; absent where its input cannot be read again. */
  readonly lookInside?: string
}

/** A build of which nothing is said. */
export const plainBuild: BuildRequest = {
  context: '.',
  buildArgs: {},
  labels: {},
  tags: [],
  platforms: [],
  namedContexts: {},
  secret: [],
  ssh: [],
  outputs: [],
  push: false,
  annotations: [],
  noCache: false,
  noCacheFilter: [],
  pull: false,
  network: 'default',
  addHosts: [],
  ulimits: [],
  allow: [],
}

/** The parts of the process that building uses; nothing else is read from it. */
export interface BuildWorld {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: AsyncIterable<Uint8Array>
  readonly stdout: NodeJS.WritableStream
}
