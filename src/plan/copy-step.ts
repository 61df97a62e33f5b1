import { flagOn, flagsNamed, flagValue, instructionText } from '../dockerfile/index.ts'
import { parseChmod } from '../fileset/index.ts'
import { type Copy, type CopyInputs, resolveCopySources } from './copy-sources.ts'
import { expandText, expandWordOf } from './expand-words.ts'
import { normalizeDestination } from './normalize-path.ts'
import type { CopyOp } from './op.ts'
import { addHistory, environmentOf, reportError, type StepContext } from './stage-state.ts'
import { expandedText, numberedName } from './step-name.ts'
import { addVertex } from './vertex-set.ts'

/** COPY and ADD: one vertex with a source for each word; downloads and repositories are vertices of their own. */
export function applyCopy(context: StepContext, instruction: Copy): void {
  const { state, planning } = context
  const flags = expandFlags(context, instruction)
  const destination = expandWordOf(context, instruction.destination)
  if (flags === undefined || destination === undefined) return
  const text = instructionText(instruction)
  const name = numberedName(context, expandedText(text, environmentOf(state), planning.graph.escape))
  const inputs = resolveCopySources(context, instruction, { name, checksum: flags.checksum })
  if (inputs === undefined) return
  const op: CopyOp = {
    kind: 'copy',
    instruction: instruction.kind,
    sources: inputs.sources,
    destination: normalizeDestination(state.image.config.WorkingDir ?? '/', destination),
    ...(flags.chown === '' ? {} : { chown: flags.chown }),
    ...(flags.chmod === '' ? {} : { chmod: flags.chmod }),
    // With --chmod BuildKit falls back to an ordinary copy.
    link: flagOn(instruction, 'link') === true && flags.chmod === '',
    parents: flags.parents,
    exclude: flagsNamed(instruction, 'exclude').map((flag) => flag.content ?? ''),
  }
  const vertex = addVertex(planning.vertices, {
    op,
    platform: state.platform,
    inputs: [state.root, ...inputs.inputs],
    name,
    origin: [context.step.at, ...context.step.related.map((note) => note.at)],
    stage: context.stage.label,
    ...(context.ignoreCache ? { ignoreCache: true } : {}),
  })
  state.root = vertex
  addHistory(context, `${historyText(instruction, { ...flags, destination, inputs })} # buildkit`, vertex)
}

interface CopyFlags {
  readonly chown: string
  readonly chmod: string
  readonly checksum: string
  readonly parents: boolean
}

function expandFlags(context: StepContext, instruction: Copy): CopyFlags | undefined {
  const [chown, chmod, checksum] = ['chown', 'chmod', 'checksum'].map((flag) =>
    expandText(context, flagValue(instruction, flag) ?? '', flagsNamed(instruction, flag).at(-1)?.value),
  )
  if (chown === undefined || chmod === undefined || checksum === undefined) return undefined
  if (chmod !== '' && parseChmod(chmod) === undefined) {
    const message = /^[0-9]/.test(chmod)
      ? `invalid chmod parameter: '${chmod}'. it should be octal string and between 0 and 07777`
      : `invalid chmod parameter: '${chmod}'`
    const hint = 'give octal digits (0644) or clauses as for chmod(1) (u=rwX,go=rX)'
    reportError(context, 'bad-option-value', { message, hint })
    return undefined
  }
  return { chown, chmod, checksum, parents: flagOn(instruction, 'parents') === true }
}

function historyText(
  instruction: Copy,
  parts: CopyFlags & { readonly destination: string; readonly inputs: CopyInputs },
): string {
  return [
    instruction.kind,
    ...(parts.parents ? ['--parents'] : []),
    ...(parts.chown === '' ? [] : [`--chown=${parts.chown}`]),
    ...(parts.chmod === '' ? [] : [`--chmod=${parts.chmod}`]),
    ...parts.inputs.written,
    parts.destination,
  ].join(' ')
}
