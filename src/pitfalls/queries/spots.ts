import type { Location } from '../../core/index.ts'
import type { Action } from '../../shell/index.ts'
import type { StepModel } from '../facts.ts'
import { placeOf } from './steps.ts'

/** Where to point for a command of a step: the instruction, or the command when it stands in a heredoc of its own lines. */
export function spotOf(step: StepModel, action: Pick<Action, 'command'>): Location {
  return step.instruction.heredocs.length > 0 ? placeOf(step, action) : step.at
}
