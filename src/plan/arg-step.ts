import type { Instruction } from '../dockerfile/index.ts'
import { expandText } from './expand-words.ts'
import { addHistory, type StepContext, setVariable } from './stage-state.ts'

/** ARGs that steer the build and are no variables of RUN. */
const controlArgs = new Set(['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE'])

/**
 * ARG in a stage. The value is that of `--build-arg`, else the default (expanded, one pair after the other), else the
 * global ARG's; without any the name is declared and unset. From here on it hides an ENV of the same name.
 */
export function applyArg(context: StepContext, { pairs }: Extract<Instruction, { pairs: unknown }>): void {
  const { graph } = context.planning
  const shown: string[] = []
  for (const pair of pairs) {
    const name = pair.key.text
    const given = graph.buildArgs[name]
    const value =
      given ?? (pair.value === undefined ? graph.globals.get(name) : expandText(context, pair.value.text, pair.value))
    if (value === undefined && pair.value !== undefined) return
    if (value !== undefined && !controlArgs.has(name)) setVariable(context.state, name, value)
    context.state.args.push(value === undefined ? { name } : { name, value })
    shown.push(value === undefined ? name : `${name}=${value}`)
  }
  addHistory(context, `ARG ${shown.join(' ')}`)
}
