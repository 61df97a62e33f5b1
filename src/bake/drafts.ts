import type { Location } from '../core/index.ts'
import { attributeKinds, readAttribute, textsOf } from './attributes.ts'
import { fault } from './cursor.ts'
import { attributeOf, type Definition } from './definition.ts'
import type { TargetAttribute, TargetDraft } from './draft.ts'
import { at, evaluate, type Scope, textOf, withVariables } from './evaluate.ts'
import { mergeAttributes } from './merge-attributes.ts'
import type { Block } from './syntax.ts'
import { isList, isMap, nameOf, type Value } from './value.ts'

/** A group as it is written. */
export interface GroupDraft {
  readonly name: string
  readonly at: Location
  readonly targets: readonly string[]
}

export interface Drafts {
  readonly targets: ReadonlyMap<string, TargetDraft>
  readonly groups: ReadonlyMap<string, GroupDraft>
}

/** One target of a block, with the variables that its matrix gives it. */
export interface Instance {
  readonly name: string
  readonly block: Block
  readonly scope: Scope
}

/** More combinations than anybody builds. */
const mostTargets = 10_000

/** The targets that blocks are, each combination of a matrix for itself. */
export function instancesOf(blocks: readonly Block[], scope: Scope): readonly Instance[] {
  return blocks.flatMap((block) => {
    const label = block.labels[0]
    const name = attributeOf(block, 'name')
    const matrix = attributeOf(block, 'matrix')
    const labelText = validName(label?.text ?? '', label?.at ?? block.typeAt)
    if (matrix === undefined) {
      if (name !== undefined) throw fault('a name needs a matrix', name.nameAt)
      return [{ name: labelText, block, scope }]
    }
    const instances = combinations(evaluate(matrix.value, scope), matrix.value.at).map((values): Instance => {
      const inner = withVariables(scope, values)
      const own = name === undefined ? labelText : validName(textOf(name.value, inner, 'a name'), name.value.at)
      return { name: own, block, scope: inner }
    })
    const names = instances.map((instance) => instance.name)
    const twice = names.find((one, index) => names.indexOf(one) !== index)
    if (twice !== undefined)
      throw fault(
        `two targets of the matrix have the name ${twice}`,
        (name ?? matrix).value.at,
        'a name that has all variables of the matrix in it tells them apart',
      )
    return instances
  })
}

/** Computes all attributes. A matrix is a group of its targets, too, under the name of its block. */
export function draftBlocks({ groups }: Definition, instances: readonly Instance[], scope: Scope): Drafts {
  const targets = new Map<string, TargetDraft>()
  for (const instance of instances) {
    const own = draftOf(instance)
    const known = targets.get(own.name)
    targets.set(
      own.name,
      known === undefined ? own : { ...known, attributes: mergeAttributes(known.attributes, own.attributes) },
    )
  }
  const drafted = new Map(groups.map((block) => groupOf(block, scope)).map((group) => [group.name, group] as const))
  for (const { name, at: place, targets: names } of matrixGroups(instances))
    if (!drafted.has(name)) drafted.set(name, { name, at: place, targets: names })
  return { targets, groups: drafted }
}

function matrixGroups(instances: readonly Instance[]): readonly GroupDraft[] {
  const byLabel = new Map<string, GroupDraft>()
  for (const { name, block } of instances) {
    const label = block.labels[0]?.text ?? ''
    const known = byLabel.get(label)?.targets ?? []
    const place = block.labels[0]?.at ?? block.typeAt
    byLabel.set(label, { name: label, at: place, targets: [...new Set([...known, name])] })
  }
  return [...byLabel.values()].filter(({ name, targets }) => targets.length > 1 || targets[0] !== name)
}

function draftOf({ name, block, scope }: Instance): TargetDraft {
  const [inner] = block.body.blocks
  if (inner !== undefined)
    throw fault(`a target has no block ${inner.type}`, inner.typeAt, `write ${inner.type} = { … }`)
  const attributes = new Map<string, TargetAttribute>()
  for (const attribute of block.body.attributes) {
    if (attribute.name === 'matrix' || attribute.name === 'name') continue
    const read = readAttribute(attribute, scope)
    if (read !== undefined) attributes.set(attribute.name, read)
  }
  return { name, at: block.labels[0]?.at ?? block.typeAt, attributes }
}

function groupOf(block: Block, scope: Scope): GroupDraft {
  const label = block.labels[0]
  const name = validName(label?.text ?? '', label?.at ?? block.typeAt)
  for (const { name: attribute, nameAt } of block.body.attributes)
    if (attribute !== 'targets' && attribute !== 'description')
      throw fault(`a group has no ${attribute}: it has targets and a description`, nameAt)
  const targets = attributeOf(block, 'targets')
  if (targets === undefined) throw fault(`the group ${name} needs targets`, label?.at ?? block.typeAt)
  const value = evaluate(targets.value, scope)
  return {
    name,
    at: label?.at ?? block.typeAt,
    targets: [...new Set(at(targets.value.at, () => textsOf(value)))],
  }
}

function validName(name: string, place: Location): string {
  if (/^[\w-]+$/.test(name)) return name
  throw fault(`${JSON.stringify(name)} is no name: letters, digits, _ and - are allowed`, place)
}

/** Each value of each variable with each of the others, in the order of the names of the variables. */
function combinations(matrix: Value, place: Location): readonly ReadonlyMap<string, Value>[] {
  if (!isMap(matrix)) throw fault(`a matrix is an object of lists, not ${nameOf(matrix)}`, place)
  let made: ReadonlyMap<string, Value>[] = [new Map()]
  for (const [name, values] of matrix) {
    if (!isList(values)) throw fault(`${name} of the matrix is ${nameOf(values)}, and must be a list`, place)
    if (made.length * values.length > mostTargets)
      throw fault(`the matrix has more than ${mostTargets} combinations`, place)
    made = made.flatMap((one) => values.map((value) => new Map([...one, [name, value] as const])))
  }
  return made
}

/** What `target.app` and `group.all` are, for expressions. */
export const blockAttributes: Readonly<Record<string, readonly string[]>> = {
  target: Object.keys(attributeKinds),
  group: ['targets', 'description'],
}
