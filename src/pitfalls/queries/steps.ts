import type { Action } from '../../shell/index.ts'
import type { Location } from '../../core/index.ts'
import type { CommandModel, StageModel, StepModel } from '../facts.ts'

/** An action of a step. */
export type StepAction<Kind extends Action['kind'] = Action['kind']> = {
  readonly step: StepModel
  readonly action: Extract<Action, { readonly kind: Kind }>
}

/** The RUN steps among some steps. */
export function runSteps(steps: readonly StepModel[]): readonly (StepModel & { readonly command: CommandModel })[] {
  return steps.filter(
    (step): step is StepModel & { readonly command: CommandModel } => step.kind === 'RUN' && step.command !== undefined,
  )
}

/** What the RUN steps among some steps do, of certain kinds, in order. */
export function actionsIn<Kind extends Action['kind']>(
  steps: readonly StepModel[],
  ...kinds: readonly Kind[]
): readonly StepAction<Kind>[] {
  return runSteps(steps).flatMap((step) =>
    step.command.actions
      .filter((action): action is Extract<Action, { readonly kind: Kind }> =>
        (kinds as readonly string[]).includes(action.kind),
      )
      .map((action) => ({ step, action })),
  )
}

/** The place of a command of a step. */
export function placeOf(step: StepModel, { command }: Pick<Action, 'command'>): Location {
  return step.trigger ? step.at : { source: step.at.source, span: command.span }
}

/** Steps of stages that the final image needs, in the order of the file. */
export function reachableSteps(stages: readonly StageModel[]): readonly StepModel[] {
  return stages.filter(({ reachable }) => reachable).flatMap(({ steps }) => steps)
}
