import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** A shell between the runtime and the program keeps signals from the program. SHELL says that a shell is wanted. */
export const jsonArgsRecommended: Rule = {
  name: 'JSONArgsRecommended',
  description: 'JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals',
  url: buildkitPage('json-args-recommended'),
  find: ({ stages }) =>
    stages
      .flatMap(({ steps }) => steps)
      .flatMap(({ instruction, at, related, defaultShell }) => {
        if (instruction.kind !== 'CMD' && instruction.kind !== 'ENTRYPOINT') return []
        if (instruction.command.form === 'exec' || !defaultShell) return []
        const name = instruction.keyword.text
        const message = `JSON arguments recommended for ${name} to prevent unintended behavior related to OS signals`
        const hint = `write ${name} ["program", "argument"]`
        return [{ at: wordAt(at, instruction.command), whole: at, message, related, commented: instruction, hint }]
      }),
}
