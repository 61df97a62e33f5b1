import { catalogueDate, profileOf } from '../bases/index.ts'
import type { Dockerfile } from '../dockerfile/index.ts'
import type { Stage, StageGraph } from '../graph/index.ts'
import type { Project } from '../project/index.ts'
import type { Facts, StageModel, StepModel } from './facts.ts'
import type { ImageFacts } from './image-facts.ts'
import { readStep } from './model/read-step.ts'
import type { RunFacts } from './run-facts.ts'
import { firstState, inheritedState, stateAfter } from './model/stage-state.ts'

/** What facts are gathered from. */
export interface FactsInput {
  readonly file: Dockerfile
  /** Of all stages; images need no answers. */
  readonly graph: StageGraph
  readonly project?: Project
  /** What the final stage has become. */
  readonly image?: ImageFacts
  /** How its start command has fared. */
  readonly run?: RunFacts
  /** Stages that somebody builds by name, besides those that the project's pipelines and compose files name. */
  readonly namedTargets?: readonly string[]
  /** `YYYY-MM-DD`; the day of the catalogue without it, so that the same file gets the same findings every day. */
  readonly today?: string
}

type Draft = { -readonly [Key in keyof StageModel]: StageModel[Key] }

/** What rules may know about a file; undefined when it has no stage that could be built. */
export function gatherPitfallFacts({
  file,
  graph,
  project,
  image,
  run,
  namedTargets = [],
  today = catalogueDate,
}: FactsInput): Facts | undefined {
  const stages: Draft[] = []
  for (const stage of graph.stages) stages.push(readStage(stage, { graph, stages }))
  const final = stages[graph.target] ?? stages.at(-1)
  if (final === undefined) return undefined
  return {
    file,
    graph,
    stages,
    final,
    today,
    ...(project === undefined ? {} : { project }),
    ...(image === undefined ? {} : { image }),
    ...(run === undefined ? {} : { run }),
    namedTargets: new Set([...namedTargets, ...targetsOf(project)].map((name) => name.toLowerCase())),
  }
}

function readStage(
  stage: Stage,
  { graph, stages }: { readonly graph: StageGraph; readonly stages: readonly Draft[] },
): Draft {
  const parent = stage.base.kind === 'stage' ? stages[stage.base.stage] : undefined
  // A name that cannot be read (`golang:` of an unset variable) has no image either, but is not nothing.
  const isNothing = stage.base.kind === 'scratch' && stage.baseText.toLowerCase() === 'scratch'
  const base = parent?.base ?? profileOf(isNothing ? 'scratch' : stage.baseText)
  // Arguments of the platform are seen without being declared only by FROM; stages declare them.
  const first = parent === undefined ? firstState(base, new Map()) : inheritedState(parent.end, new Map())
  const steps: StepModel[] = []
  const model: Draft = {
    stage,
    index: stage.index,
    ...(stage.name === undefined ? {} : { name: stage.name }),
    label: stage.label,
    at: stage.at,
    from: stage.from,
    base,
    ...(parent === undefined ? {} : { parent }),
    chain: [],
    steps,
    history: [],
    end: first,
    reachable: graph.reachable.has(stage.index),
    onBuildPlatform: isOnBuildPlatform(stage) || (parent?.onBuildPlatform ?? false),
  }
  for (const step of stage.steps) {
    const read = readStep(
      step,
      { stage: model, index: steps.length },
      { state: model.end, escape: graph.escape, stages },
    )
    steps.push(read)
    model.end = stateAfter(model.end, read, graph.globals)
  }
  model.chain = [...(parent?.chain ?? []), model]
  model.history = [...(parent?.history ?? []), ...steps]
  return model
}

function isOnBuildPlatform({ from }: Stage): boolean {
  return from.flags.some(({ key, content }) => key === 'platform' && /\$\{?BUILDPLATFORM\b/.test(content ?? ''))
}

function targetsOf(project: Project | undefined): readonly string[] {
  if (project === undefined) return []
  const built = project.pipelines.flatMap(({ builds }) => builds.flatMap(({ target }) => target ?? []))
  const composed = project.composeFiles.flatMap(({ services }) => services.flatMap(({ build }) => build?.target ?? []))
  return [...built, ...composed]
}
