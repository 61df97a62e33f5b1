import { didYouMean, type Location } from '../core/index.ts'
import { fault } from './cursor.ts'
import type { AttributeKind, Entry, TargetAttribute } from './draft.ts'
import { entriesOf } from './entries.ts'
import { at, evaluate, type Scope } from './evaluate.ts'
import { mappedText } from './mapped-text.ts'
import type { Attribute } from './syntax.ts'
import { isList, isMap, nameOf, refuse, toBool, toText, type Value } from './value.ts'

/** What attributes targets have, and what becomes of those that a target inherits: `replace`d, or put before its own. */
export const attributeKinds: Readonly<Record<string, AttributeKind>> = {
  annotations: { shape: 'texts', joins: true },
  args: { shape: 'members', joins: true },
  attest: { shape: 'entries', joins: true },
  'cache-from': { shape: 'entries', joins: true },
  'cache-to': { shape: 'entries', joins: false },
  call: { shape: 'text', joins: false },
  context: { shape: 'text', joins: false },
  contexts: { shape: 'members', joins: true },
  description: { shape: 'text', joins: false },
  dockerfile: { shape: 'text', joins: false },
  'dockerfile-inline': { shape: 'text', joins: false },
  entitlements: { shape: 'texts', joins: true },
  'extra-hosts': { shape: 'members', joins: true },
  inherits: { shape: 'texts', joins: true },
  labels: { shape: 'members', joins: true },
  network: { shape: 'text', joins: false },
  'no-cache': { shape: 'flag', joins: false },
  'no-cache-filter': { shape: 'texts', joins: true },
  output: { shape: 'entries', joins: false },
  platforms: { shape: 'texts', joins: false },
  policy: { shape: 'entries', joins: true },
  pull: { shape: 'flag', joins: false },
  resources: { shape: 'members', joins: true },
  secret: { shape: 'entries', joins: true },
  'shm-size': { shape: 'text', joins: false },
  ssh: { shape: 'entries', joins: true },
  tags: { shape: 'texts', joins: false },
  target: { shape: 'text', joins: false },
  ulimits: { shape: 'texts', joins: true },
}

/** Computes an attribute of a target. Undefined when it is null: then it counts as not written. */
export function readAttribute(
  { name, nameAt, value: expression }: Attribute,
  scope: Scope,
): TargetAttribute | undefined {
  const kind = attributeKinds[name]
  if (kind === undefined) throw fault(`a target has no ${name}`, nameAt, didYouMean(name, Object.keys(attributeKinds)))
  if (name === 'dockerfile-inline') {
    const inline = mappedText(expression, scope)
    return inline === undefined ? undefined : { at: expression.at, value: inline.text, inline }
  }
  const value = evaluate(expression, scope)
  if (value === null) return undefined
  return { at: expression.at, value: at(expression.at, () => shaped(name, kind, value)) }
}

/** The texts of a list: of targets of a group. */
export function textsOf(value: Value): readonly string[] {
  if (!isList(value)) throw refuse(`a list of strings is needed, not ${nameOf(value)}`)
  return value.map(toText)
}

/** Which place to show for an attribute. */
export function placeOf(attribute: TargetAttribute | undefined, otherwise: Location): Location {
  return attribute?.at ?? otherwise
}

function shaped(name: string, { shape }: AttributeKind, value: Value): TargetAttribute['value'] {
  switch (shape) {
    case 'text':
      return toText(value)
    case 'flag':
      return toBool(value)
    case 'texts':
      return textsOf(value)
    case 'members':
      return membersOf(value)
    case 'entries':
      return listOf(value).flatMap((one): readonly Entry[] => entriesOf(name, one))
  }
}

/** Members that are null count as not written: the Dockerfile's own default stays. */
function membersOf(value: Value): ReadonlyMap<string, string> {
  if (!isMap(value)) throw refuse(`an object is needed, not ${nameOf(value)}`)
  return new Map([...value].flatMap(([key, member]) => (member === null ? [] : [[key, toText(member)] as const])))
}

function listOf(value: Value): readonly Value[] {
  if (!isList(value)) throw refuse(`a list is needed, not ${nameOf(value)}`)
  return value
}
