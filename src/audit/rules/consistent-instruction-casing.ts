import { type Instruction } from '../../dockerfile/index.ts'
import { replaceWord } from '../../editing/index.ts'
import { harmless } from '../harmless.ts'
import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** The ARGs before the first FROM do not count; upper case wins a tie. */
export const consistentInstructionCasing: Rule = {
  name: 'ConsistentInstructionCasing',
  description: 'All commands within the Dockerfile should use the same casing (either upper or lower)',
  url: buildkitPage('consistent-instruction-casing'),
  find: ({ file }) => {
    const first = file.instructions.findIndex(({ kind }) => kind === 'FROM')
    const counted = first < 0 ? [] : file.instructions.slice(first)
    const lower = counted.filter((instruction) => isLower(instruction)).length
    const upper = counted.filter((instruction) => !isLower(instruction) && isUpper(instruction)).length
    const casing = lower > upper ? 'lowercase' : 'uppercase'
    return counted
      .filter((instruction) => (casing === 'lowercase' ? !isLower(instruction) : !isUpper(instruction)))
      .map(({ keyword, span }) => {
        const whole = { source: file.source, span }
        const message = `Command '${keyword.text}' should match the case of the command majority (${casing})`
        const evidence = { lower, upper }
        const wanted = casing === 'lowercase' ? keyword.text.toLowerCase() : keyword.text.toUpperCase()
        const fixes = harmless(`write ${wanted}`, replaceWord(keyword, wanted))
        return { at: wordAt(whole, keyword), whole, message, evidence, fixes }
      })
  },
}

function isLower({ keyword }: Instruction): boolean {
  return keyword.text === keyword.text.toLowerCase()
}

function isUpper({ keyword }: Instruction): boolean {
  return keyword.text === keyword.text.toUpperCase()
}
