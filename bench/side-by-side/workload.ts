import type { RunningBuilder } from './builder.ts'
import type { Sample } from './stopwatch.ts'

/** What is timed of a workload. */
export interface Case {
  readonly id: string
  readonly what: string
  /** The wall time that is wanted, in BuildKit's. */
  readonly aim: number
  /** What the limit is made of. */
  readonly limit: string
}

/** Where the builds of one round happen. */
export interface Round {
  readonly builder: RunningBuilder
  /** Empty; removed after the round. */
  readonly directory: string
  /** An empty registry, as `HOST:PORT`. */
  readonly registry: string
}

/** A context, made once, and the builds that are timed with it: each round by each builder with nothing stored. */
export interface Workload {
  readonly cases: readonly Case[]
  /** Runs the whole sequence once and tells what each case took, once or more times. */
  round(round: Round, note: (id: string, sample: Sample) => void): Promise<void>
  /** What the machine needs for the same work without any builder, once; seconds by case, without those that cannot be known here. */
  limits(directory: string, registry: string): Promise<Readonly<Record<string, number>>>
}

export interface WorkloadPlace {
  readonly directory: string
  /** A registry for bases, as `HOST:PORT`. */
  readonly registry: string
}

/** A workload that is made when its turn comes. */
export interface PlannedWorkload {
  /** The cases that it times. */
  readonly ids: readonly string[]
  make(place: WorkloadPlace): Promise<Workload>
}
