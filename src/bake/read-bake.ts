import { type Diagnostic, didYouMean, type Location, SlipwayError, type Source } from '../core/index.ts'
import { fault } from './cursor.ts'
import { attributeOf, type Definition, readDefinition } from './definition.ts'
import { blockAttributes, type Drafts, draftBlocks, type Instance, instancesOf } from './drafts.ts'
import { evaluate, type Scope } from './evaluate.ts'
import { openScope, type Surroundings, validateVariables } from './scope.ts'
import { mapOf, type Value } from './value.ts'

/** Bake files, computed; `chooseTargets` says what is built of it. */
export interface Bake {
  readonly files: readonly Source[]
  readonly drafts: Drafts
}

/**
 * Reads bake files, in HCL or in JSON, as one: later files add to earlier ones and replace what they say, in the way of
 * buildx. Variables have the values of the environment, where it has them. What is wrong is in `diagnostics`, with its place.
 */
export function readBake(
  files: readonly Source[],
  surroundings: Surroundings,
): { readonly bake?: Bake; readonly diagnostics: readonly Diagnostic[] } {
  try {
    const definition = readDefinition(files)
    const blocks = lazyBlocks(definition)
    const scope = openScope(definition, surroundings, blocks.ask)
    blocks.bind(scope)
    validateVariables(definition, scope)
    const drafts = draftBlocks(definition, blocks.instances(scope), scope)
    return { bake: { files, drafts }, diagnostics: definition.warnings }
  } catch (error) {
    return { diagnostics: [asDiagnostic(error, files)] }
  }
}

/** An error of the reading as a diagnostic; other errors are thrown on. */
export function asDiagnostic(error: unknown, [first = { path: '-', text: '' }]: readonly Source[]): Diagnostic {
  const start = { source: first, span: { start: 0, end: 0 } }
  // Deeply nested values can exhaust the stack where no limit of the syntax holds.
  if (error instanceof RangeError) return problem('this is nested deeper than can be read', start)
  if (!(error instanceof SlipwayError) || error.code !== 'config-invalid') throw error
  return problem(error.message, error.at[0] ?? start, error.hint)
}

function problem(message: string, at: Location, hint?: string): Diagnostic {
  const said = hint === undefined ? {} : { hint }
  return { code: 'config-invalid', severity: 'error', message, at, related: [], ...said }
}

/** Attributes of blocks for expressions: computed when they are asked for, so that targets can be made of each other. */
function lazyBlocks(definition: Definition): {
  readonly ask: (type: string, path: readonly string[], place: Location) => Value | undefined
  readonly bind: (scope: Scope) => void
  readonly instances: (scope: Scope) => readonly Instance[]
} {
  let known: readonly Instance[] | undefined
  let bound: Scope | undefined
  let naming = false
  const computing = new Set<string>()
  const instances = (scope: Scope): readonly Instance[] => {
    if (known !== undefined || naming) return known ?? []
    naming = true
    try {
      known = instancesOf(definition.targets, scope)
      return known
    } finally {
      naming = false
    }
  }
  const blocksOf = (type: string, name: string): readonly Instance[] => {
    if (bound === undefined) return []
    if (type === 'target') return instances(bound).filter((instance) => instance.name === name)
    const scope = bound
    return definition.groups.filter(({ labels }) => labels[0]?.text === name).map((block) => ({ name, block, scope }))
  }
  const attribute = (type: string, name: string, wanted: string, place: Location): Value => {
    const key = `${type}.${name}.${wanted}`
    if (computing.has(key)) throw fault(`${key} is made of itself`, place)
    computing.add(key)
    try {
      const last = blocksOf(type, name).findLast(({ block }) => attributeOf(block, wanted) !== undefined)
      const found = last === undefined ? undefined : attributeOf(last.block, wanted)
      return last === undefined || found === undefined ? null : evaluate(found.value, last.scope)
    } finally {
      computing.delete(key)
    }
  }
  const bind = (scope: Scope): void => {
    bound = scope
  }
  const ask = (type: string, [name, wanted]: readonly string[], place: Location): Value | undefined => {
    const names = blockAttributes[type]
    if (names === undefined || name === undefined) return undefined
    if (blocksOf(type, name).length === 0) {
      const others = [...definition.targets, ...definition.groups].map(({ labels }) => labels[0]?.text ?? '')
      throw fault(`there is no ${type} ${name}`, place, didYouMean(name, others))
    }
    if (wanted === undefined) return mapOf(names.map((one) => [one, attribute(type, name, one, place)] as const))
    if (wanted === 'name') return name
    if (!names.includes(wanted)) throw fault(`a ${type} has no ${wanted}`, place, didYouMean(wanted, names))
    return attribute(type, name, wanted, place)
  }
  return { ask, bind, instances }
}
