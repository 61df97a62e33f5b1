import type { Fix } from '../../core/index.ts'
import type { Command, Dockerfile, InstructionKind } from '../../dockerfile/index.ts'
import { plainArguments, replaceWord } from '../../editing/index.ts'
import type { StepFacts } from '../facts.ts'
import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** A shell between the runtime and the program keeps signals from the program. SHELL says that a shell is wanted. */
export const jsonArgsRecommended: Rule = {
  name: 'JSONArgsRecommended',
  description: 'JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals',
  url: buildkitPage('json-args-recommended'),
  find: ({ file, stages }) =>
    stages
      .flatMap(({ steps }) => steps.map((step) => ({ ...step, steps })))
      .flatMap(({ instruction, at, related, defaultShell, trigger, steps }) => {
        if (instruction.kind !== 'CMD' && instruction.kind !== 'ENTRYPOINT') return []
        if (instruction.command.form === 'exec' || !defaultShell) return []
        const name = instruction.keyword.text
        const message = `JSON arguments recommended for ${name} to prevent unintended behavior related to OS signals`
        const hint = `write ${name} ["program", "argument"]`
        const place = wordAt(at, instruction.command)
        const fixes = trigger || meansMore(instruction.kind, steps) ? [] : asArray(file, instruction.command)
        return [{ at: place, whole: at, message, related, commented: instruction, hint, fixes }]
      }),
}

/** With an array, ENTRYPOINT gets CMD as its arguments, and CMD without a shell is another argument: people decide that. */
function meansMore(kind: InstructionKind, steps: readonly StepFacts[]): boolean {
  const other = kind === 'CMD' ? 'ENTRYPOINT' : 'CMD'
  return steps.some(({ instruction }) => instruction.kind === other)
}

/** Comments between its lines would be lost. */
function asArray({ source }: Dockerfile, command: Command): readonly Fix[] {
  const words = command.form === 'shell' ? plainArguments(command.script.text) : undefined
  const { start, end } = command.span
  if (words === undefined || /\n[ \t]*#/.test(source.text.slice(start, end))) return []
  const array = `[${words.map((word) => JSON.stringify(word)).join(', ')}]`
  return [{ title: `write ${array}`, edits: replaceWord(command, array), claims: ['same-files'] }]
}
