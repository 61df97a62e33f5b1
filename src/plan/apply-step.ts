import { unreachable } from '../core/index.ts'
import { instructionText } from '../dockerfile/index.ts'
import { applyArg } from './arg-step.ts'
import { applyCopy } from './copy-step.ts'
import { expandWordOf } from './expand-words.ts'
import {
  applyCmd,
  applyEntrypoint,
  applyEnv,
  applyExpose,
  applyHealthcheck,
  applyLabel,
  applyMaintainer,
  applyShell,
  applyStopSignal,
  applyUser,
  applyVolume,
} from './metadata-steps.ts'
import { cleanAbsolute, normalizePath } from './normalize-path.ts'
import { applyRun } from './run-step.ts'
import { addHistory, environmentOf, type StepContext } from './stage-state.ts'
import { expandedText, numberedName } from './step-name.ts'
import { addVertex } from './vertex-set.ts'

/** Applies an instruction to its stage. FROM begins a stage and unknown instructions are errors already. */
export function applyStep(context: StepContext): void {
  const { instruction } = context.step
  switch (instruction.kind) {
    case 'ENV':
      return applyEnv(context, instruction)
    case 'ARG':
      return applyArg(context, instruction)
    case 'LABEL':
      return applyLabel(context, instruction)
    case 'RUN':
      return applyRun(context, instruction)
    case 'COPY':
    case 'ADD':
      return applyCopy(context, instruction)
    case 'WORKDIR':
      return applyWorkdir(context)
    case 'CMD':
      return applyCmd(context, instruction)
    case 'ENTRYPOINT':
      return applyEntrypoint(context, instruction)
    case 'EXPOSE':
      return applyExpose(context, instruction)
    case 'VOLUME':
      return applyVolume(context, instruction)
    case 'USER':
      return applyUser(context, instruction)
    case 'STOPSIGNAL':
      return applyStopSignal(context, instruction)
    case 'MAINTAINER':
      return applyMaintainer(context, instruction)
    case 'SHELL':
      return applyShell(context, instruction)
    case 'HEALTHCHECK':
      return applyHealthcheck(context, instruction)
    case 'ONBUILD':
      return applyOnbuild(context)
    case 'FROM':
    case 'UNKNOWN':
      return
    default:
      unreachable(instruction)
  }
}

/** WORKDIR: a layer even where the directory exists, except for `/`; created for the current user. */
function applyWorkdir(context: StepContext): void {
  const { step, state, planning } = context
  if (step.instruction.kind !== 'WORKDIR') return
  const path = expandWordOf(context, step.instruction.word)
  if (path === undefined) return
  const workdir = normalizePath(state.image.config.WorkingDir ?? '', path)
  state.image.config.WorkingDir = workdir
  if (workdir === '/') return addHistory(context, `WORKDIR ${workdir}`)
  const text = expandedText(instructionText(step.instruction), environmentOf(state), planning.graph.escape)
  const vertex = addVertex(planning.vertices, {
    op: { kind: 'mkdir', path: cleanAbsolute(workdir), user: state.image.config.User ?? '' },
    platform: state.platform,
    inputs: [state.root],
    name: numberedName(context, text),
    origin: [step.at, ...step.related.map((note) => note.at)],
    stage: context.stage.label,
    ...(context.ignoreCache ? { ignoreCache: true } : {}),
  })
  state.root = vertex
  addHistory(context, `WORKDIR ${workdir}`, vertex)
}

/** ONBUILD: stored verbatim, without a history entry. */
function applyOnbuild({ step, state }: StepContext): void {
  if (step.instruction.kind !== 'ONBUILD') return
  const { config } = state.image
  config.OnBuild = [...(config.OnBuild ?? []), step.instruction.trigger]
}
