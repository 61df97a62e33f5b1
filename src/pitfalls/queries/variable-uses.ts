import type { Span } from '../../core/index.ts'
import { toSourceOffset } from '../../dockerfile/index.ts'
import type { StepModel } from '../facts.ts'

/** A variable that a step names, with its place. */
export interface VariableUse {
  readonly name: string
  readonly span: Span
}

/** Instructions in which the builder puts variables in. */
const expanded = new Set(['ADD', 'ARG', 'COPY', 'ENV', 'EXPOSE', 'LABEL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'])

/**
 * The variables that a step needs while the image is built: those in the text of a RUN that the text does not set itself,
 * and those that the builder puts into other instructions. What CMD, ENTRYPOINT and HEALTHCHECK name is of the run time.
 */
export function variablesOf(step: StepModel): readonly VariableUse[] {
  if (step.kind === 'RUN') return [...ofFlags(step), ...ofScript(step)]
  return expanded.has(step.kind) ? ofText(step) : []
}

function ofScript({ command }: StepModel): readonly VariableUse[] {
  if (command === undefined || command.form === 'exec') return []
  const { commands, uses } = command.script
  const set = new Set(commands.flatMap(({ assignments }) => assignments.map(({ name }) => name)))
  for (const { program, args } of commands) if (program === 'read') for (const name of args) set.add(name)
  return uses.filter(({ name }) => !set.has(name))
}

function ofFlags({ instruction }: StepModel): readonly VariableUse[] {
  return instruction.flags.flatMap(({ content, span }) => namesIn(content ?? '').map(({ name }) => ({ name, span })))
}

function ofText({ instruction }: StepModel): readonly VariableUse[] {
  const { rest } = instruction
  return namesIn(rest.text).map(({ name, at, length }) => ({
    name,
    span: { start: toSourceOffset(rest, at), end: toSourceOffset(rest, at + length) },
  }))
}

/** `$NAME` and `${NAME…}`, not behind an escape and not between single quotes. */
function namesIn(text: string): readonly { readonly name: string; readonly at: number; readonly length: number }[] {
  const found: { name: string; at: number; length: number }[] = []
  let isDouble = false
  for (const match of text.matchAll(/\\.|'[^']*'|"|\$\{?([A-Za-z_]\w*)/gs)) {
    if (match[0] === '"') isDouble = !isDouble
    const name = match[1]
    if (name !== undefined) found.push({ name, at: match.index, length: match[0].length })
    else if (isDouble && match[0].startsWith("'")) {
      // Between double quotes an apostrophe is only a character.
      for (const { name: inner, at, length } of namesIn(match[0].slice(1, -1)))
        found.push({ name: inner, at: match.index + 1 + at, length })
    }
  }
  return found
}
