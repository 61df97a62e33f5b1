import type { Dockerfile, Instruction } from '../dockerfile/index.ts'
import { type Draft, type DraftStage, stepsOf } from './draft.ts'
import { resolveGlobalScope } from './global-scope.ts'
import { errorDiagnostic } from './notices.ts'
import { resolveBase } from './resolve-base.ts'
import { resolveStep } from './resolve-uses.ts'
import { stageHint } from './source-book.ts'
import type { Edge, GraphOptions, ImageAnswer, Question, StageGraph } from './stage-graph.ts'
import { findCircles, findLaterStages, reachableFrom } from './stage-order.ts'
import { addTriggers } from './triggers.ts'
import { unusedBuildArgs } from './unused-args.ts'

type From = Extract<Instruction, { kind: 'FROM' }>

/**
 * The stages of a file and what they depend on, for one platform. Pure: what must be looked up comes back as
 * `questions`; call again with more answers until there are none (ONBUILD triggers of a base can bring new ones).
 * Stages that the target does not need ask nothing. Semantics are those of BuildKit's Dockerfile frontend.
 */
export function resolveGraph(
  file: Dockerfile,
  options: GraphOptions,
  answers: ReadonlyMap<string, ImageAnswer> = new Map(),
): StageGraph {
  const blocks = splitStages(file)
  const draft = startDraft(file, options, blocks)
  resolveStages(draft, blocks)
  const circles = findCircles(draft)
  const target = findTarget(draft)
  const reachable = completeTriggers(draft, target, answers)
  const wanted = options.allStages === true ? new Set(draft.stages.keys()) : reachable
  draft.diagnostics.push(...(circles.length > 0 ? circles : findLaterStages(draft, wanted)))
  return finishGraph(draft, { target, reachable, wanted, answers })
}

interface Block {
  readonly from: From
  readonly instructions: readonly Instruction[]
}

function splitStages(file: Dockerfile): readonly Block[] {
  const blocks: { from: From; instructions: Instruction[] }[] = []
  for (const instruction of file.instructions) {
    if (instruction.kind === 'FROM') blocks.push({ from: instruction, instructions: [] })
    else blocks.at(-1)?.instructions.push(instruction)
  }
  return blocks
}

function startDraft(file: Dockerfile, options: GraphOptions, blocks: readonly Block[]): Draft {
  const names = blocks.map((block) => block.from.as?.text.toLowerCase())
  const scope = resolveGlobalScope(file, options, options.target || (names.at(-1) ?? ''))
  const byName = new Map(names.flatMap((name, index) => (name === undefined ? [] : [[name, index] as const])))
  return {
    file,
    options,
    scope,
    book: { options, images: new Map(), byName },
    stages: [],
    byName,
    stageNames: [...new Set(names.filter((name) => name !== undefined))],
    diagnostics: [...scope.diagnostics],
    conditional: [],
  }
}

/** Bases first, in order, because FROM sees earlier stages only; then what the steps of every stage name. */
function resolveStages(draft: Draft, blocks: readonly Block[]): void {
  const earlier = new Map<string, number>()
  for (const [index, { from }] of blocks.entries()) {
    const name = from.as?.text.toLowerCase()
    const base = resolveBase(draft, from, earlier)
    const at = { source: draft.file.source, span: from.span }
    draft.stages.push({
      index,
      ...(name === undefined ? {} : { name }),
      from,
      at,
      ...base,
      own: [],
      triggers: undefined,
    })
    if (name !== undefined) earlier.set(name, index)
  }
  for (const [index, stage] of draft.stages.entries()) {
    if (stage.overridden) continue
    const steps = (blocks[index]?.instructions ?? []).map((instruction) => {
      const at = { source: draft.file.source, span: instruction.span }
      return resolveStep(draft, index, { instruction, at, trigger: false, related: [] })
    })
    draft.stages[index] = { ...stage, own: steps }
  }
}

function findTarget(draft: Draft): number {
  const { target } = draft.options
  const last = draft.stages.length - 1
  if (target === undefined || target === '') return last
  const found = draft.byName.get(target.toLowerCase())
  if (found !== undefined) return found
  const at = { source: draft.file.source, span: draft.stages.at(-1)?.at.span ?? { start: 0, end: 0 } }
  const message = `target stage ${JSON.stringify(target)} could not be found`
  draft.diagnostics.push(errorDiagnostic('unknown-stage', { message, at, hint: stageHint(target, draft.stageNames) }))
  return -1
}

/** Triggers can name stages that were not needed before, whose bases have triggers of their own. */
function completeTriggers(
  draft: Draft,
  target: number,
  answers: ReadonlyMap<string, ImageAnswer>,
): ReadonlySet<number> {
  for (;;) {
    const reachable = reachableFrom(draft, target)
    const added = [...reachable].map((index) => addTriggers(draft, draft.stages[index] as DraftStage, answers))
    if (!added.includes(true)) return reachable
  }
}

interface Findings {
  readonly target: number
  readonly reachable: ReadonlySet<number>
  /** The stages whose images and errors count. */
  readonly wanted: ReadonlySet<number>
  readonly answers: ReadonlyMap<string, ImageAnswer>
}

function finishGraph(draft: Draft, { target, reachable, wanted, answers }: Findings): StageGraph {
  const edges = draft.stages.flatMap(edgesOf)
  const images = neededImages(draft, edges, wanted)
  const conditional = draft.conditional.filter(({ stage }) => wanted.has(stage)).map(({ diagnostic }) => diagnostic)
  const { scope } = draft
  return {
    escape: draft.file.escape,
    options: draft.options,
    stages: draft.stages.map((stage) => ({
      ...withoutDraftMembers(stage),
      label: stage.name ?? `stage-${stage.index}`,
      steps: stepsOf(stage),
    })),
    target,
    reachable,
    edges,
    images,
    questions: [...images.values()].filter((question) => !answers.has(question.key)),
    answers,
    buildArgs: scope.buildArgs,
    globals: scope.values,
    globalArgs: scope.declared,
    ...(scope.epoch === undefined ? {} : { epoch: scope.epoch }),
    ...(scope.epochSource === undefined ? {} : { epochSource: scope.epochSource }),
    single: isSingle(draft),
    diagnostics: [...draft.diagnostics, ...conditional, ...unusedBuildArgs(draft)],
  }
}

function withoutDraftMembers(stage: DraftStage): Omit<DraftStage, 'own' | 'triggers'> {
  const { own: _own, triggers: _triggers, ...rest } = stage
  return rest
}

function edgesOf(stage: DraftStage): readonly Edge[] {
  const from: Edge = { from: stage.index, to: stage.base, via: 'from', trigger: false, at: stage.at }
  const others = stepsOf(stage).flatMap((step) =>
    step.uses.flatMap((to): readonly Edge[] => {
      const via = step.instruction.kind === 'RUN' ? 'mount' : 'copy'
      return to === undefined ? [] : [{ from: stage.index, to, via, trigger: step.trigger, at: step.at }]
    }),
  )
  return [from, ...others]
}

function neededImages(
  draft: Draft,
  edges: readonly Edge[],
  wanted: ReadonlySet<number>,
): ReadonlyMap<string, Question> {
  const needed = new Map<string, Question>()
  for (const edge of edges) {
    if (edge.to.kind !== 'image' || !wanted.has(edge.from)) continue
    const question = needed.get(edge.to.key) ?? draft.book.images.get(edge.to.key)
    if (question === undefined) continue
    const earlier = needed.has(edge.to.key) ? question.at : []
    needed.set(edge.to.key, { ...question, at: [...earlier, edge.at] })
  }
  return needed
}

/** BuildKit counts every mount and every foreign image as a stage of its own when it decides whether to print names. */
function isSingle(draft: Draft): boolean {
  const [only, ...others] = draft.stages
  return only !== undefined && others.length === 0 && only.own.every((step) => step.uses.length === 0)
}
