import type { Edit, Fix } from '../../core/index.ts'
import type { Dockerfile, Instruction } from '../../dockerfile/index.ts'
import { appendCommand, deleteInstruction } from '../../editing/index.ts'
import type { StepModel } from '../facts.ts'

/** A RUN that can be edited: it stands in the file, and is no trigger of another image. */
export function editableRun({ instruction, trigger }: StepModel): Extract<Instruction, { kind: 'RUN' }> | undefined {
  return trigger || instruction.kind !== 'RUN' ? undefined : instruction
}

/** The fix that ends a RUN with one more command; none where that cannot be written. */
export function appendFix(
  file: Dockerfile,
  step: StepModel,
  {
    title,
    command,
    claims,
    also = [],
  }: Pick<Fix, 'title' | 'claims'> & { readonly command: string; readonly also?: readonly Edit[] },
): readonly Fix[] {
  const run = editableRun(step)
  const edits = run === undefined ? undefined : appendCommand(file, run, command)
  return edits === undefined ? [] : [{ title, edits: [...edits, ...also], claims, safety: 'safe' }]
}

/** The RUN goes; comments above it stay, they may belong to what follows. */
export function withoutRun(file: Dockerfile, { instruction }: StepModel): readonly Edit[] {
  return deleteInstruction(file, instruction, { keepComments: true })
}

/**
 * Writes RUNs that follow one another as one: `&&` between them. Undefined unless that means the same: no flags, no
 * heredocs, nothing but `&&` between commands, no change of directory or variables, nothing between them but blank lines.
 */
export function joinRuns(file: Dockerfile, steps: readonly StepModel[]): readonly Edit[] | undefined {
  const edits: Edit[] = []
  for (const [index, step] of steps.entries()) {
    const run = editableRun(step)
    if (run === undefined || !isChain(step)) return undefined
    const before = steps[index - 1]?.instruction
    if (before === undefined) continue
    const script = run.command.form === 'shell' ? run.command.script : undefined
    if (script === undefined || file.source.text.slice(before.span.end, run.span.start).trim() !== '') return undefined
    const eol = file.source.text.slice(before.span.end, run.span.start).includes('\r\n') ? '\r\n' : '\n'
    edits.push({ span: { start: before.span.end, end: script.span.start }, text: ` ${file.escape}${eol}${indent}&& ` })
  }
  return edits.length === 0 ? undefined : edits
}

const indent = '    '

function isChain({ instruction, command }: StepModel): boolean {
  if (instruction.kind !== 'RUN' || instruction.command.form !== 'shell') return false
  if (instruction.flags.length > 0 || instruction.heredocs.length > 0 || command?.script.broken !== false) return false
  const text = instruction.command.script.text.trim()
  if (/[;|&\n#]|\\$/.test(text.replaceAll('&&', '')) || /^(?:if|for|while|until|case|!|\{|\(|exec)(?:\s|$)/.test(text))
    return false
  return command.script.commands.every(
    ({ program, assignments, conditions }) =>
      !/^(?:cd|set|export|unset|source|\.|umask|trap|exit|)$/.test(program) &&
      assignments.length === 0 &&
      conditions.length === 0,
  )
}
