import type { Diagnostic } from '../core/index.ts'
import type { Instruction } from './ast.ts'
import type { Fault } from './fault.ts'

/** What keeps the file as a whole from being built: nothing in it, no instruction, no stage, or one too late. */
export function stageFaults(
  text: string,
  { instructions, diagnostics }: { instructions: readonly Instruction[]; diagnostics: readonly Diagnostic[] },
): readonly Fault[] {
  const whole = { start: 0, end: text.length }
  if (text === '') return [{ span: whole, message: 'the Dockerfile cannot be empty' }]
  // Of a file with errors one cannot say what is missing: a misspelt FROM would be blamed twice.
  if (instructions.length === 0)
    return diagnostics.some(isError) ? [] : [{ span: whole, message: 'file with no instructions' }]
  const first = instructions.find((instruction) => instruction.kind !== 'ARG')
  if (first === undefined) return [{ span: whole, message: 'dockerfile contains no stages to build' }]
  if (first.kind === 'FROM' || first.kind === 'UNKNOWN') return []
  return [{ span: first.span, message: 'no build stage in current context', hint: 'only ARG may stand before FROM' }]
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error'
}
