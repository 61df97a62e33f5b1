import { didYouMean, positionAt, SlipwayError } from '../../core/index.ts'
import type { Dockerfile, Instruction } from '../../dockerfile/index.ts'
import type { StageGraph } from '../../graph/index.ts'
import type { StopPoint } from '../../plan/index.ts'

/** Where a shell is wanted, as the command line says it. Lines count from 1. */
export type DebugPlace =
  /** The end of a stage, or in front of one of its instructions. */
  | { readonly kind: 'stage'; readonly stage: string; readonly line?: number }
  | { readonly kind: 'before' | 'after'; readonly file?: string; readonly line: number }

/** A place that was found in a Dockerfile. */
export interface FoundPlace {
  /** The file up to the end of the stage: its last stage is the one. */
  readonly file: Dockerfile
  /** Absent for the end of the stage. */
  readonly instruction?: Instruction
  readonly side: 'before' | 'after' | 'end'
}

/** Finds a place in a file without errors. Throws `unknown-stage` and `bad-option-value` with the nearest ones. */
export function findPlace(file: Dockerfile, place: DebugPlace): FoundPlace {
  const stages = stagesOf(file)
  if (place.kind === 'stage') {
    const stage = stageNamed(file, stages, place.stage)
    if (place.line === undefined) return { file: upTo(file, stage), side: 'end' }
    const instruction = instructionAt(file, place.line, stage)
    return { file: upTo(file, stage), instruction: notFrom(file, instruction), side: 'before' }
  }
  requireFile(file, place.file)
  const instruction = instructionAt(file, place.line, file.instructions)
  const stage = stages.find((members) => members.includes(instruction))
  if (stage === undefined) throw noInstruction(file, place.line, { what: 'belongs to no stage', among: stages.flat() })
  const wanted = place.kind === 'before' ? notFrom(file, instruction) : instruction
  return { file: upTo(file, stage), instruction: wanted, side: place.kind }
}

/** The place in the finished graph of `found.file`. */
export function stopPointOf(graph: StageGraph, { instruction, side }: FoundPlace): StopPoint {
  const stage = graph.stages[graph.target]
  if (stage === undefined) throw new SlipwayError('internal', 'the graph has no target')
  if (side === 'end' || instruction === undefined) return { stage: stage.index, steps: stage.steps.length }
  // Triggers of the base belong to its FROM line.
  const triggers = stage.steps.filter((step) => step.trigger).length
  if (instruction.kind === 'FROM') return { stage: stage.index, steps: triggers }
  const index = stage.steps.findIndex((step) => !step.trigger && step.at.span.start === instruction.span.start)
  if (index < 0) {
    throw new SlipwayError('bad-option-value', `the stage ${stage.label} is replaced by --build-context`, {
      at: [stage.at],
      hint: `its instructions do not run; leave out --build-context ${stage.label}=…`,
    })
  }
  const isRun = instruction.kind === 'RUN'
  if (side === 'before') return { stage: stage.index, steps: index, ...(isRun ? { like: 'next' } : {}) }
  return { stage: stage.index, steps: index + 1, ...(isRun ? { like: 'last' } : {}) }
}

/** `Dockerfile:7` of an instruction. */
export function lineOf({ source }: Dockerfile, { span }: Instruction): string {
  return `${source.path}:${positionAt(source, span.start).line}`
}

/** Each with its FROM. */
function stagesOf({ instructions }: Dockerfile): readonly (readonly Instruction[])[] {
  const stages: Instruction[][] = []
  for (const instruction of instructions) {
    if (instruction.kind === 'FROM') stages.push([instruction])
    else stages.at(-1)?.push(instruction)
  }
  return stages
}

function upTo(file: Dockerfile, stage: readonly Instruction[]): Dockerfile {
  const last = stage.at(-1)
  const end = last === undefined ? 0 : file.instructions.indexOf(last) + 1
  return { ...file, instructions: file.instructions.slice(0, end) }
}

/** By name, by number, or as `stage-N`; of several with one name the last. */
function stageNamed(
  file: Dockerfile,
  stages: readonly (readonly Instruction[])[],
  wanted: string,
): readonly Instruction[] {
  const names = stages.map(([from]) => (from?.kind === 'FROM' ? from.as?.text.toLowerCase() : undefined))
  const byName = stages[names.lastIndexOf(wanted.toLowerCase())]
  const number = /^(?:stage-)?(\d+)$/.exec(wanted)?.[1]
  const found = byName ?? (number === undefined ? undefined : stages[Number(number)])
  if (found !== undefined) return found
  const labels = names.map((name, index) => name ?? `stage-${index}`)
  throw new SlipwayError('unknown-stage', `${file.source.path} has no stage ${JSON.stringify(wanted)}`, {
    hint: didYouMean(wanted, labels) ?? `its stages are ${labels.join(', ')}`,
  })
}

function requireFile({ source }: Dockerfile, named: string | undefined): void {
  const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
  if (named === undefined || base(named) === base(source.path)) return
  throw new SlipwayError('bad-option-value', `the Dockerfile of this build is ${source.path}, not ${named}`, {
    hint: `name the other one with -f ${named}`,
  })
}

function instructionAt(file: Dockerfile, line: number, among: readonly Instruction[]): Instruction {
  const found = among.find((instruction) => {
    const { first, last } = linesOf(file, instruction)
    return first <= line && line <= last
  })
  if (found !== undefined) return found
  if (among === file.instructions) throw noInstruction(file, line, { what: 'has no instruction', among })
  throw noInstruction(file, line, { what: 'has no instruction of this stage', among })
}

function noInstruction(
  file: Dockerfile,
  line: number,
  { what, among }: { readonly what: string; readonly among: readonly Instruction[] },
): SlipwayError {
  const above = among.filter((one) => linesOf(file, one).last < line).at(-1)
  const below = among.find((one) => linesOf(file, one).first > line)
  const near = [above, below].flatMap((one) => (one === undefined ? [] : [described(file, one)]))
  return new SlipwayError('bad-option-value', `line ${line} of ${file.source.path} ${what}`, {
    hint: near.length === 1 ? `the nearest one is ${near[0]}` : `the nearest ones are ${near.join(' and ')}`,
  })
}

function notFrom(file: Dockerfile, instruction: Instruction): Instruction {
  if (instruction.kind !== 'FROM') return instruction
  const { first } = linesOf(file, instruction)
  throw new SlipwayError('bad-option-value', `before the FROM in line ${first} there is nothing to look at`, {
    at: [{ source: file.source, span: instruction.span }],
    hint: `for its base image: --after ${first}`,
  })
}

function linesOf({ source }: Dockerfile, { span }: Instruction): { readonly first: number; readonly last: number } {
  return {
    first: positionAt(source, span.start).line,
    last: positionAt(source, Math.max(span.start, span.end - 1)).line,
  }
}

/** `line 7 (RUN make)`, of one line and short. */
function described(file: Dockerfile, instruction: Instruction): string {
  const [text = ''] = file.source.text.slice(instruction.span.start, instruction.span.end).split(/\r?\n/)
  return `line ${linesOf(file, instruction).first} (${text.length > 40 ? `${text.slice(0, 39)}…` : text})`
}
