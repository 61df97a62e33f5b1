import type { Diagnostic, Location } from '../core/index.ts'
import type { Dockerfile, Instruction } from '../dockerfile/index.ts'
import type { Platform } from '../oci/index.ts'
import type { GlobalScope } from './global-scope.ts'
import type { SourceBook } from './source-book.ts'
import type { GraphOptions, Step, TreeSource } from './stage-graph.ts'

/** A stage while the graph is being resolved: triggers are added as images become known. */
export interface DraftStage {
  readonly index: number
  readonly name?: string
  readonly from: Instruction
  readonly at: Location
  readonly base: TreeSource
  readonly baseText: string
  readonly platform: Platform
  readonly overridden: boolean
  readonly own: readonly Step[]
  triggers: readonly Step[] | undefined
}

/** Everything that resolving one file needs; diagnostics of unreachable stages are dropped in the end. */
export interface Draft {
  readonly file: Dockerfile
  readonly options: GraphOptions
  readonly scope: GlobalScope
  readonly book: SourceBook
  readonly stages: DraftStage[]
  /** Lower-cased name to stage; of equal names the last one counts. */
  readonly byName: ReadonlyMap<string, number>
  readonly stageNames: readonly string[]
  readonly diagnostics: Diagnostic[]
  /** Errors that only matter when their stage is built, by stage. */
  readonly conditional: { readonly stage: number; readonly diagnostic: Diagnostic }[]
}

export function stepsOf(stage: DraftStage): readonly Step[] {
  return [...(stage.triggers ?? []), ...stage.own]
}

/** The sources that the steps of a stage name. */
export function usesOf(stage: DraftStage): readonly TreeSource[] {
  return stepsOf(stage).flatMap((step) => step.uses.filter((use) => use !== undefined))
}
