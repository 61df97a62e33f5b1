import { SlipwayError } from '../core/index.ts'
import { attributeKinds } from './attributes.ts'
import type { AttributeKind, TargetAttribute, TargetDraft } from './draft.ts'
import { entriesOf } from './entries.ts'
import { mergeAttributes } from './merge-attributes.ts'
import { matchesName } from './name-pattern.ts'
import { boolOf } from './override.ts'

/** One `target.attribute=value`; `+=` adds. */
export interface Override {
  /** As it was written, for errors. */
  readonly written: string
  readonly attribute: string
  /** The member of `args`, `contexts`, … */
  readonly member?: string
  readonly value: string
  readonly appends: boolean
}

/** What is set, by target. */
export type Overrides = ReadonlyMap<string, readonly Override[]>

/** Reads what `--set` was given, for all targets that its pattern describes. Throws `config-invalid`. */
export function parseOverrides(set: readonly string[], targets: readonly string[]): Overrides {
  const found = new Map<string, Override[]>()
  for (const written of set) {
    const parts = /^(?<pattern>[^.=]+)\.(?<key>[^=]+?)(?<plus>\+)?=(?<value>[^]*)$/.exec(written)?.groups
    if (parts === undefined) throw refusal(written, 'write target.attribute=value')
    const { pattern = '', key = '', plus, value = '' } = parts
    const dot = key.indexOf('.')
    const [attribute, member] = dot < 0 ? [key, undefined] : [key.slice(0, dot), key.slice(dot + 1)]
    const names = targets.includes(pattern) ? [pattern] : targets.filter((name) => matchesName(name, pattern))
    if (names.length === 0) throw refusal(written, `no target is called like ${pattern}`)
    const override = {
      written,
      attribute: ownName(attribute),
      value,
      appends: plus !== undefined,
      ...(member === undefined ? {} : { member }),
    }
    for (const name of names) found.set(name, [...(found.get(name) ?? []), override])
  }
  return found
}

/** Attributes with what is set for their target. */
export function overriddenAttributes(
  attributes: TargetDraft['attributes'],
  target: TargetDraft,
  overrides: readonly Override[],
): TargetDraft['attributes'] {
  const result = new Map(attributes)
  const begun = new Set<string>()
  for (const override of overrides) {
    const { attribute: name, appends } = override
    const kind = attributeKinds[name]
    if (kind === undefined || name === 'inherits' || name === 'description' || name === 'dockerfile-inline')
      throw refusal(override.written, `${name} cannot be set`)
    const own: TargetAttribute = { at: target.at, value: valueOf(name, kind, override) }
    const before = result.get(name)
    // The first value of a list takes the place of what the file says, the next ones come after it.
    const adds = kind.shape === 'members' || appends || begun.has(name) || alwaysAdds.has(name)
    begun.add(name)
    result.set(name, before === undefined || !adds ? own : added(name, before, own))
  }
  return result
}

const alwaysAdds: ReadonlySet<string> = new Set(['annotations', 'attest', 'entitlements'])

/** `--set` knows some attributes by other names than the file. */
function ownName(attribute: string): string {
  return { platform: 'platforms', secrets: 'secret' }[attribute] ?? attribute
}

function added(name: string, before: TargetAttribute, own: TargetAttribute): TargetAttribute {
  if (attributeKinds[name]?.joins === true)
    return mergeAttributes(new Map([[name, before]]), new Map([[name, own]])).get(name) ?? own
  if (!Array.isArray(before.value) || !Array.isArray(own.value)) return own
  return { at: own.at, value: [...(before.value as readonly string[]), ...(own.value as readonly string[])] }
}

function valueOf(name: string, { shape }: AttributeKind, override: Override): TargetAttribute['value'] {
  const { member, value, written } = override
  if ((shape === 'members') !== (member !== undefined))
    throw refusal(
      written,
      shape === 'members' ? `${name} needs the name of a member: ${name}.NAME=value` : `${name} has no members`,
    )
  switch (shape) {
    case 'text':
      return value
    case 'flag':
      return boolOf(value)
    case 'texts':
      return [value]
    case 'members':
      return new Map([[member ?? '', value]])
    case 'entries':
      return entriesOf(name, value)
  }
}

function refusal(written: string, reason: string): SlipwayError {
  return new SlipwayError('config-invalid', `--set ${written}: ${reason}`)
}
