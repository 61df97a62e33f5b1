import type { Diagnostic, Location } from '../core/index.ts'
import type { Dockerfile, Flag, Instruction, MountOptions, PortSpecResult, Word } from '../dockerfile/index.ts'
import type { Stage, StageGraph } from '../graph/index.ts'
import type { Platform } from '../oci/index.ts'
import type { NotedText } from './noted-text.ts'

/** What rules can know about a file. Everything that needs reading or expanding of text has been done. */
export interface Facts {
  readonly file: Dockerfile
  readonly graph: StageGraph
  readonly stages: readonly StageFacts[]
  /** Images of FROM, COPY and mounts whose configuration is known, one entry for each use. */
  readonly images: readonly UsedImage[]
  /** Absent without an ignore file. */
  readonly ignore?: IgnoreFacts
}

export interface StageFacts {
  readonly stage: Stage
  readonly from: FromInstruction
  readonly at: Location
  readonly base: VariableText
  readonly platform?: PlatformFacts
  /** With no `--build-arg` at all, FROM would still name something that can be an image. */
  readonly baseValidByDefault: boolean
  /** In the order in which they run, ONBUILD triggers first; empty for stages that are not looked into. */
  readonly steps: readonly StepFacts[]
}

export type FromInstruction = Extract<Instruction, { kind: 'FROM' }>

/** A text of a FROM line, expanded with the global arguments. */
export interface VariableText extends NotedText {
  /** Names that neither an ARG before the first FROM nor the builder defines. */
  readonly unknown: readonly UnknownName[]
}

export interface PlatformFacts extends VariableText {
  readonly flag: Flag
  readonly written: string
  /** Absent when the text is no platform. */
  readonly platform?: Platform
  /** It is the target platform, and `$TARGETPLATFORM` alone made it so. */
  readonly isTarget: boolean
}

export interface UnknownName {
  readonly name: string
  /** A name in scope that may have been meant. */
  readonly near?: string
}

/** An instruction as it runs in a stage. */
export interface StepFacts {
  readonly instruction: Instruction
  /** The instruction; for an ONBUILD trigger the FROM line that brought it in. */
  readonly at: Location
  readonly trigger: boolean
  readonly related: Diagnostic['related']
  readonly unknown: readonly UnknownUse[]
  /** No SHELL is in force: neither the file nor the base image, as far as that is known, has set one. */
  readonly defaultShell: boolean
  /** WORKDIR, when nothing in this file has set a directory before. */
  readonly firstWorkdir?: { readonly path: string; readonly absolute: boolean }
  /** ENV and ARG: the names they set. */
  readonly names: readonly { readonly name: string; readonly word: Word }[]
  /** ARG: the values the stage sees from here on. */
  readonly args: readonly ArgumentFacts[]
  /** RUN: its mounts, expanded; those that cannot be read are left out. */
  readonly mounts: readonly MountOptions[]
  /** COPY and ADD from the build context: paths, expanded. */
  readonly contextPaths: readonly { readonly path: string; readonly word: Word }[]
  /** EXPOSE, expanded. */
  readonly ports: readonly { readonly text: string; readonly word: Word; readonly spec: PortSpecResult }[]
}

export interface ArgumentFacts {
  readonly name: string
  readonly value?: string
  /** It has no value of its own: the ARG of that name above the first FROM counts. */
  readonly inherited: boolean
}

/** An unknown variable in a word of an instruction. */
export interface UnknownUse extends UnknownName {
  readonly word?: Word
}

export interface UsedImage {
  readonly written: string
  /** The line that uses it. */
  readonly at: Location
  readonly expected: Platform
  readonly actual: Platform
}

/** The ignore file, as far as it is about one path. */
export interface IgnoreFacts {
  readonly ignored: (path: string) => boolean
  /** Some pattern takes paths back, so that nothing certain can be said about a directory. */
  readonly hasExceptions: boolean
  /** One pattern covers everything. */
  readonly ignoresAll: boolean
}
