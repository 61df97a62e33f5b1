import { type Digest, digestOf, type Emit, toPlainError } from '../../core/index.ts'
import type { ProgressSink } from '../../solver/index.ts'

export interface StepEmitter {
  readonly emit: Emit
  readonly now: () => number
}

/** Runs work that is no vertex of a plan (loading the Dockerfile, exporting) between events of its own. */
export async function internalStep<T>(
  { emit, now }: StepEmitter,
  name: string,
  work: (progress: ProgressSink, vertex: Digest) => Promise<T>,
): Promise<T> {
  const vertex = digestOf(`internal ${name}`)
  emit({ type: 'vertex.started', time: now(), vertex, name, inputs: [] })
  try {
    const result = await work((progress) => emit({ type: 'vertex.progress', time: now(), vertex, ...progress }), vertex)
    emit({ type: 'vertex.finished', time: now(), vertex, outcome: 'built' })
    return result
  } catch (error) {
    emit({ type: 'vertex.finished', time: now(), vertex, outcome: 'failed', error: toPlainError(error).message })
    throw error
  }
}
