import type { Digest } from '../core/index.ts'

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md (platform object) */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
  readonly 'os.version'?: string
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md; `size` in bytes of the blob the digest names. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  readonly platform?: Platform
  readonly annotations?: Readonly<Record<string, string>>
  readonly artifactType?: string
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md */
export interface Manifest {
  readonly schemaVersion: 2
  readonly mediaType: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations?: Readonly<Record<string, string>>
  readonly subject?: Descriptor
  readonly artifactType?: string
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md */
export interface Index {
  readonly schemaVersion: 2
  readonly mediaType: string
  readonly manifests: readonly Descriptor[]
  readonly annotations?: Readonly<Record<string, string>>
}

/** Docker's health check; durations in nanoseconds. Absent in the OCI spec, kept in the config as docker does. */
export interface Healthcheck {
  readonly Test?: readonly string[]
  readonly Interval?: number
  readonly Timeout?: number
  readonly StartPeriod?: number
  readonly StartInterval?: number
  readonly Retries?: number
}

/** The `config` object of an image configuration: OCI members first, then docker's extensions. */
export interface RuntimeConfig {
  readonly User?: string
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>
  readonly Env?: readonly string[]
  readonly Entrypoint?: readonly string[] | null
  readonly Cmd?: readonly string[] | null
  readonly Volumes?: Readonly<Record<string, Record<string, never>>>
  readonly WorkingDir?: string
  readonly Labels?: Readonly<Record<string, string>>
  readonly StopSignal?: string
  readonly ArgsEscaped?: boolean
  readonly Healthcheck?: Healthcheck
  readonly OnBuild?: readonly string[] | null
  readonly Shell?: readonly string[]
}

export interface HistoryEntry {
  readonly created?: string
  readonly created_by?: string
  readonly author?: string
  readonly comment?: string
  readonly empty_layer?: boolean
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md */
export interface ImageConfig {
  readonly created?: string
  readonly author?: string
  readonly architecture: string
  readonly os: string
  readonly variant?: string
  readonly 'os.version'?: string
  readonly config: RuntimeConfig
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly Digest[] }
  readonly history: readonly HistoryEntry[]
}

/** A parsed image name; `written` keeps what the user typed for messages. */
export interface Reference {
  readonly written: string
  /** `docker.io`, `127.0.0.1:5000`, … */
  readonly registry: string
  /** `library/debian` */
  readonly repository: string
  readonly tag?: string
  readonly digest?: Digest
}
