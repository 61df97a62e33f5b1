import type { BaseProfile } from '../../bases/index.ts'
import type { Facts, StageModel, StepModel, TransferPath } from '../facts.ts'
import { withoutSlash } from './origins.ts'

/** A path that a COPY of the final image takes from a stage or an image. */
export interface FinalCopy {
  readonly step: StepModel
  readonly source: TransferPath
  /** Absolute, without a slash or `/*` at its end. */
  readonly path: string
  readonly stage?: StageModel
  readonly image?: BaseProfile
}

/** What the final image takes from stages and images with COPY --from, in order. */
export function finalCopies({ final }: Facts): readonly FinalCopy[] {
  return copiesFromStages(final.history)
}

/** What some steps take from stages and images with COPY --from, in order. */
export function copiesFromStages(steps: readonly StepModel[]): readonly FinalCopy[] {
  return steps.flatMap((step) => {
    const from = step.transfer?.from
    if (from === undefined || (from.kind !== 'stage' && from.kind !== 'image')) return []
    const origin = from.kind === 'stage' ? { stage: from.stage } : { image: from.base }
    return (step.transfer?.sources ?? [])
      .filter(({ kind }) => kind === 'path')
      .map((source) => ({ step, source, path: wholeDirectory(source.path), ...origin }))
  })
}

/** `/app/`, `/app/.` and `/app/*` all mean what is in /app. */
function wholeDirectory(path: string): string {
  return withoutSlash(path.replace(/\/(?:\*|\.)$/, '') || '/')
}
