import type { Instruction } from './ast.ts'

/** The instruction in one line, as progress and errors show it: keyword in upper case, continuations joined. */
export function instructionText(instruction: Instruction): string {
  const keyword = instruction.keyword.text.toUpperCase()
  return instruction.rest.text === '' ? keyword : `${keyword} ${instruction.rest.text}`
}
