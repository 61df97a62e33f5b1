import type { Diagnostic, Digest, GitSource, Location, RelatedNote } from '../core/index.ts'
import type { Instruction } from '../dockerfile/index.ts'
import type { Descriptor, ImageConfig, Platform, Reference } from '../oci/index.ts'

/** What `--build-context NAME=…` stands for. A name may carry a platform: `base::linux/arm64`. */
export type NamedContext =
  | { readonly kind: 'directory' }
  /** `docker-image://REFERENCE` */
  | { readonly kind: 'image'; readonly reference: string }
  /** An image that no registry has: an OCI layout, the result of another target. The answer's key is `context:NAME|PLATFORM`. */
  | { readonly kind: 'layout' }
  | { readonly kind: 'git'; readonly url: string }
  | { readonly kind: 'http'; readonly url: string }
  /** `target:STAGE`: what a stage of the same file makes. */
  | { readonly kind: 'stage'; readonly stage: string }

/** Where a SOURCE_DATE_EPOCH that is no number comes from. */
export type EpochSource =
  /** The main context. */
  | { readonly kind: 'context' }
  | { readonly kind: 'http'; readonly url: string; readonly filename: string; readonly checksum?: Digest }
  | ({ readonly kind: 'git'; readonly keepGitDir: boolean; readonly submodules: boolean } & GitSource)
  /** Something without a time of its own: a directory, an image. */
  | { readonly kind: 'timeless' }

/** What the command line says about stages, arguments and platforms. */
export interface GraphOptions {
  readonly buildArgs: Readonly<Record<string, string>>
  /** Stage name; the last stage without it. */
  readonly target?: string
  readonly platform: Platform
  /** Ask about the images of all stages, not only of those that the target needs; errors of all stages count. */
  readonly allStages?: boolean
  /** Nobody asked for `platform`: a base image of another platform then decides what the image is called. */
  readonly implicitPlatform?: boolean
  readonly buildPlatform: Platform
  readonly namedContexts?: Readonly<Record<string, NamedContext>>
  /** Keys (`normalizedKey`) of images that the local store has: their names are never taken for misspelt stages. */
  readonly localImages?: ReadonlySet<string>
  /** What the graph's `epochSource` was found to be; without seconds it has no time. Absent while nobody has asked. */
  readonly namedEpoch?: { readonly seconds?: number }
}

/** A file tree that a stage starts from or takes files of. */
export type TreeSource =
  | { readonly kind: 'stage'; readonly stage: number }
  /** `key` leads to the question and its answer. */
  | { readonly kind: 'image'; readonly key: string }
  /** A build context that is no image; `context` is the main one. */
  | { readonly kind: 'context'; readonly name: string }
  | { readonly kind: 'scratch' }

/** An instruction as it will run in a stage. */
export interface Step {
  readonly instruction: Instruction
  readonly at: Location
  /** An ONBUILD trigger of the base. */
  readonly trigger: boolean
  /** For a trigger: the FROM line that brought it in. */
  readonly related: readonly RelatedNote[]
  /** COPY --from: one source. RUN: one per `--mount`, undefined where the mount names none. Else empty. */
  readonly uses: readonly (TreeSource | undefined)[]
}

/** A stage with what it starts from and what it runs. */
export interface Stage {
  /** Position of its FROM line among the FROM lines, from 0. */
  readonly index: number
  /** Lower-cased. */
  readonly name?: string
  /** The name, or `stage-<index>`. */
  readonly label: string
  readonly from: Instruction
  readonly at: Location
  readonly base: TreeSource
  /** What stands after FROM, expanded. */
  readonly baseText: string
  readonly platform: Platform
  /** A named context took its place: its own instructions do not run. */
  readonly overridden: boolean
  /** Triggers first. */
  readonly steps: readonly Step[]
}

/** A dependency of a stage, for drawing and for rules. */
export interface Edge {
  readonly from: number
  readonly to: TreeSource
  readonly via: 'from' | 'copy' | 'mount'
  readonly trigger: boolean
  readonly at: Location
}

/** An image whose configuration must be known before the graph is complete. */
export interface Question {
  readonly key: string
  readonly platform: Platform
  /** Absent for a layout context. */
  readonly reference?: Reference
  /** The named context that leads to the image. */
  readonly context?: string
  /** As written (expanded), for messages. */
  readonly written: string
  /** The lines that need it. */
  readonly at: readonly Location[]
  /** Stages with a similar name: what to suggest when the image does not exist. */
  readonly similarStages: readonly string[]
}

/**
 * A layer of a base image, lowest first. `blob` is where its compressed bytes are to be had; `local` is set for layers
 * that the layer store already holds (images built or imported here), which may have no blob at all.
 */
export interface BaseLayer {
  readonly diffId: Digest
  readonly blob?: Descriptor
  readonly local?: { readonly id: string; readonly content: Digest; readonly size: number }
}

/** What was found out about an image. */
export interface ImageAnswer {
  readonly manifest: Digest
  readonly config: ImageConfig
  readonly layers: readonly BaseLayer[]
}

/** The stages of a file for one platform, what they need, and what is still to be found out. */
export interface StageGraph {
  readonly escape: '\\' | '`'
  readonly options: GraphOptions
  readonly stages: readonly Stage[]
  /** Index of the stage to build; -1 when there is none. */
  readonly target: number
  /** Stages that the target needs, itself included. */
  readonly reachable: ReadonlySet<number>
  /** Dependencies of all stages in the order of the file. */
  readonly edges: readonly Edge[]
  /** Every image that reachable stages use (with `allStages`: all stages), answered or not, by key. */
  readonly images: ReadonlyMap<string, Question>
  /** Images still to be asked about. When this is empty, the graph is final. */
  readonly questions: readonly Question[]
  readonly answers: ReadonlyMap<string, ImageAnswer>
  /** The build arguments that count: SOURCE_DATE_EPOCH is a number here or missing. */
  readonly buildArgs: Readonly<Record<string, string>>
  /** Global scope: platform arguments and the ARGs before the first FROM. */
  readonly globals: ReadonlyMap<string, string>
  /** Names of all ARGs before the first FROM, with or without value. */
  readonly globalArgs: ReadonlySet<string>
  /** SOURCE_DATE_EPOCH in seconds, if it is set to a number. */
  readonly epoch?: number
  /** What SOURCE_DATE_EPOCH names instead of a number; a question until `namedEpoch` answers it. */
  readonly epochSource?: EpochSource
  /** The file has one stage and refers to no other tree: its steps are then shown without a stage name. */
  readonly single: boolean
  /** With errors among them the graph must not be planned; warnings have the names of rules as codes. */
  readonly diagnostics: readonly Diagnostic[]
}
