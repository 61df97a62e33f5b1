import { deleteInstruction } from '../../editing/index.ts'
import { harmless } from '../harmless.ts'
import { wordAt } from '../places.ts'
import { buildkitPage, type Hit, type Rule } from '../rule.ts'
import type { Facts, StageFacts, StepFacts } from '../facts.ts'

const single: readonly string[] = ['CMD', 'ENTRYPOINT', 'HEALTHCHECK']

/** The place is that of the instruction without effect; the comment that counts is above the one with effect. */
export const multipleInstructionsDisallowed: Rule = {
  name: 'MultipleInstructionsDisallowed',
  description: 'Multiple instructions of the same type should not be used in the same stage',
  url: buildkitPage('multiple-instructions-disallowed'),
  find: ({ file, stages }) => stages.flatMap((stage) => overridden(file, stage)),
}

function overridden(file: Facts['file'], { steps }: StageFacts): readonly Hit[] {
  const last = new Map<string, StepFacts>()
  return steps.flatMap((step): readonly Hit[] => {
    const { instruction, at } = step
    if (!single.includes(instruction.kind)) return []
    const earlier = last.get(instruction.kind)
    last.set(instruction.kind, step)
    if (earlier === undefined) return []
    const name = instruction.keyword.text
    const message = `Multiple ${name} instructions should not be used in the same stage because only the last one will be used`
    const related = [{ note: 'this one comes later', at: wordAt(at, instruction.keyword) }]
    const place = wordAt(earlier.at, earlier.instruction.keyword)
    const title = `remove the ${name} that has no effect`
    const fixes = earlier.trigger || step.trigger ? [] : harmless(title, deleteInstruction(file, earlier.instruction))
    return [{ at: place, whole: earlier.at, message, related, commented: instruction, fixes }]
  })
}
