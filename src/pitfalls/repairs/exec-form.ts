import type { Fix } from '../../core/index.ts'
import type { LogicalText } from '../../dockerfile/index.ts'
import { plainArguments, replaceWord } from '../../editing/index.ts'
import type { StepModel } from '../facts.ts'

/** The words of a shell form where a shell would do nothing but split them; undefined where it does more. */
export function execWords(step: StepModel): readonly string[] | undefined {
  const script = scriptOf(step)
  if (script === undefined) return undefined
  const { start, end } = script.span
  // Comments between its lines would be lost.
  if (/\n[ \t]*#/.test(step.at.source.text.slice(start, end))) return undefined
  return plainArguments(step.kind === 'HEALTHCHECK' ? withoutExit(script.text) : script.text)
}

/** A probe has failed whatever it ends with other than 0, so turning that into 1 changes nothing. */
function withoutExit(script: string): string {
  return script.replace(/\s*\|\|\s*(?:exit\s+[1-9]\d?|false)\s*;?\s*$/, '')
}

/** The JSON array that means the same as the shell form of CMD, ENTRYPOINT or HEALTHCHECK. */
export function execForm(step: StepModel): string | undefined {
  const words = execWords(step)
  return words === undefined ? undefined : `[${words.map((word) => JSON.stringify(word)).join(', ')}]`
}

/** Writes it. None where a shell is needed, and none for triggers, which run in another image. */
export function execFormFix(step: StepModel, safety: 'safe' | 'proof'): readonly Fix[] {
  const [script, array] = [scriptOf(step), execForm(step)]
  if (step.trigger || script === undefined || array === undefined) return []
  return [
    {
      title: `write ${step.kind} as a JSON array`,
      edits: replaceWord(script, array),
      claims: ['same-files'],
      safety,
    },
  ]
}

function scriptOf({ instruction }: StepModel): LogicalText | undefined {
  if (instruction.kind !== 'CMD' && instruction.kind !== 'ENTRYPOINT' && instruction.kind !== 'HEALTHCHECK')
    return undefined
  return instruction.command?.form === 'shell' ? instruction.command.script : undefined
}
