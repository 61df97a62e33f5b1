import type { Location } from '../../core/index.ts'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import { namesCredential } from '../../project/index.ts'
import { credentialIn, isNoCredential } from './credential-values.ts'

type Pair = StepModel['pairs'][number]

/** An ARG or ENV that holds a credential. */
export interface CredentialPair {
  readonly step: StepModel
  readonly pair: Pair
  /** The name of the variable; of the trigger's stage, the whole instruction. */
  readonly at: Location
  /** Why: `its name says so`, `a GitHub token`; for ENV also the argument that the value comes from. */
  readonly what: string
  readonly from?: string
}

/** Stages that are built: the final one needs them, or a pipeline, a compose file or the command line names them. */
export function builtStages({ stages, namedTargets }: Facts): readonly StageModel[] {
  const named = stages.filter(({ name }) => name !== undefined && namedTargets.has(name.toLowerCase()))
  const built = new Set([...stages.filter(({ reachable }) => reachable), ...named.flatMap(({ chain }) => chain)])
  return stages.filter((stage) => built.has(stage))
}

/** The ARGs of a stage that hold a credential, by name or by default; those without a default get it from outside. */
export function credentialArguments({ graph }: Facts, stage: StageModel): readonly CredentialPair[] {
  return pairsOf(stage, 'ARG').flatMap(({ step, pair }) => {
    const value = pair.value ?? graph.globals.get(pair.name)
    const found = value === undefined ? undefined : credentialIn(value)
    if (found !== undefined) return [toPair(step, pair, { what: found })]
    const isOther = value !== undefined && value.trim() !== '' && isNoCredential(value)
    return namesCredential(pair.name) && !isOther ? [toPair(step, pair, { what: 'its name says so' })] : []
  })
}

/** The ENVs of a stage that store a credential: a value, or what an argument brings. */
export function credentialVariables(stage: StageModel): readonly CredentialPair[] {
  return pairsOf(stage, 'ENV').flatMap(({ step, pair }) => {
    const { name, value, written = '' } = pair
    const [from] = namesIn(written).filter((used) => used !== name || step.before.declaredArgs.has(used))
    const secretSource = namesIn(written).find((used) => namesCredential(used))
    const found = credentialIn(value ?? written)
    if (found !== undefined) return [toPair(step, pair, { what: found })]
    if (secretSource !== undefined && isBrought(step, { source: secretSource, value, name }))
      return [toPair(step, pair, { what: 'its name says so', from: secretSource })]
    if (!namesCredential(name) || isNoCredential(value ?? written)) return []
    return [toPair(step, pair, { what: 'its name says so', ...(from === undefined ? {} : { from }) })]
  })
}

/** Names of variables that a text uses. */
export function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<!\\)\$(?:\{)?([A-Za-z_]\w*)/g)].map(([, name = '']) => name)
}

/** The variable is an argument, or has a value that counts; or the ENV keeps up the name of one that is set nowhere. */
function isBrought(
  { before }: StepModel,
  { source, value, name }: { readonly source: string; readonly value: string | undefined; readonly name: string },
): boolean {
  if (before.declaredArgs.has(source)) return true
  const known = before.variables.get(source)
  return known === undefined
    ? name === source && value === undefined
    : !isNoCredential(known) && !isNoCredential(value ?? '')
}

function pairsOf(stage: StageModel, kind: 'ARG' | 'ENV'): readonly { readonly step: StepModel; readonly pair: Pair }[] {
  return stage.steps.filter((step) => step.kind === kind).flatMap((step) => step.pairs.map((pair) => ({ step, pair })))
}

function toPair(
  step: StepModel,
  pair: Pair,
  { what, from }: { readonly what: string; readonly from?: string },
): CredentialPair {
  const at = step.trigger ? step.at : { source: step.at.source, span: pair.word.span }
  return { step, pair, at, what, ...(from === undefined ? {} : { from }) }
}
