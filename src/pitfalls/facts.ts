import type { BaseProfile } from '../bases/index.ts'
import type { Location } from '../core/index.ts'
import type { Command, Dockerfile, Instruction, InstructionKind, MountOptions, Word } from '../dockerfile/index.ts'
import type { Stage, StageGraph } from '../graph/index.ts'
import type { Project } from '../project/index.ts'
import type { Action, ShellScript } from '../shell/index.ts'
import type { ImageFacts } from './image-facts.ts'
import type { RunFacts } from './run-facts.ts'

/** Everything a rule may know. Nothing in here needs text to be read again. */
export interface Facts {
  readonly file: Dockerfile
  readonly graph: StageGraph
  /** By their index; at least one. */
  readonly stages: readonly StageModel[]
  /** What a plain build makes: the last stage, or the target. */
  readonly final: StageModel
  /** Absent when nobody may look at the context, or when there is none (stdin). */
  readonly project?: Project
  /** What was built of it, when somebody has looked. */
  readonly image?: ImageFacts
  /** How that has started, when somebody has tried. */
  readonly run?: RunFacts
  /** Stages that pipelines, compose files or the command line name as targets; lower case. */
  readonly namedTargets: ReadonlySet<string>
  /** The day that ends of support are compared with, `YYYY-MM-DD`. */
  readonly today: string
}

/** A stage as it would run. */
export interface StageModel {
  readonly stage: Stage
  readonly index: number
  readonly name?: string
  /** The name, or `stage-<index>`. */
  readonly label: string
  /** Its FROM line. */
  readonly at: Location
  readonly from: Instruction
  /** The image at the root of its FROM chain. */
  readonly base: BaseProfile
  /** The stage it continues. */
  readonly parent?: StageModel
  /** The stages it continues, oldest first, and itself last. */
  readonly chain: readonly StageModel[]
  readonly steps: readonly StepModel[]
  /** The steps of its whole chain in order: what its image consists of. */
  readonly history: readonly StepModel[]
  /** As left by the last step. */
  readonly end: StageState
  /** The final stage needs it. */
  readonly reachable: boolean
  /** FROM has a platform that is the machine's own (`$BUILDPLATFORM`), not the target's. */
  readonly onBuildPlatform: boolean
}

/** What holds before or after a step. */
export interface StageState {
  /** ENV of the image and of the file. */
  readonly env: ReadonlyMap<string, string>
  /** ENV and ARG: what a shell sees. Arguments without a value are not in it. */
  readonly variables: ReadonlyMap<string, string>
  /** Names of ARG declared so far in this stage. */
  readonly declaredArgs: ReadonlySet<string>
  /** Absolute, with variables filled in as far as they are known. */
  readonly cwd: string
  /** As written in USER (`app`, `1001:0`), else the base's, else undefined when nobody knows. */
  readonly user?: string
  /** The instruction that set it in this file. */
  readonly userStep?: StepModel
  /** The user is root (`root`, `0`); undefined when nobody knows. */
  readonly isRoot?: boolean
  readonly shell?: readonly string[]
  readonly entrypoint?: StepModel
  readonly cmd?: StepModel
  readonly healthcheck?: StepModel
  /** Accounts of the base, and those that steps have made. Undefined: nobody knows what the base has. */
  readonly accounts?: ReadonlySet<string>
}

/** An instruction of a stage. */
export interface StepModel {
  readonly stage: StageModel
  /** Its place in the stage. */
  readonly index: number
  readonly kind: InstructionKind
  readonly instruction: Instruction
  readonly at: Location
  /** 1-based line of its first character, for messages. */
  readonly line: number
  readonly trigger: boolean
  readonly before: StageState
  /** RUN, and CMD, ENTRYPOINT, HEALTHCHECK: what is executed. */
  readonly command?: CommandModel
  /** RUN. */
  readonly mounts: readonly MountModel[]
  /** COPY and ADD. */
  readonly transfer?: TransferModel
  /** USER, WORKDIR, STOPSIGNAL, MAINTAINER: what stands there, WORKDIR made absolute; not whole when it names variables that nobody knows. */
  readonly text?: { readonly value: string; readonly isWhole: boolean }
  /** ARG, ENV, LABEL. `value` is absent when it depends on something that is not known. */
  readonly pairs: readonly {
    readonly name: string
    readonly value?: string
    readonly written?: string
    readonly word: Word
    readonly valueWord?: Word
  }[]
}

export interface CommandModel {
  readonly form: Command['form']
  /** The words of the exec form, expanded by nobody; of the shell form none. */
  readonly argv: readonly string[]
  readonly script: ShellScript
  readonly actions: readonly Action[]
}

export interface MountModel {
  readonly mount: MountOptions
  /** The `--mount` flag. */
  readonly at: Location
  /** Absolute. */
  readonly target: string
  /** `from=`: where the files come from. */
  readonly source?: TransferSource
}

export type TransferSource =
  | { readonly kind: 'context' }
  | { readonly kind: 'named-context'; readonly name: string }
  | { readonly kind: 'stage'; readonly stage: StageModel }
  | { readonly kind: 'image'; readonly base: BaseProfile }

export interface TransferModel {
  readonly from: TransferSource
  /** What `--from` says, as written. */
  readonly fromWord?: Word
  readonly sources: readonly TransferPath[]
  /** Absolute. A trailing slash is kept. */
  readonly destination: string
  /** It ends in `/`, is `.`, or there are several sources. */
  readonly intoDirectory: boolean
  readonly chown?: string
  readonly chmod?: string
  readonly link: boolean
  readonly exclude: readonly string[]
  /** ADD's. */
  readonly checksum?: string
}

export interface TransferPath {
  readonly word: Word
  /** With variables filled in. From the context: relative, no `./` in front, `''` for all of it. From a stage or an image: absolute. */
  readonly path: string
  readonly kind: 'path' | 'url' | 'git' | 'heredoc'
  readonly hasWildcard: boolean
}
