import { attributeKinds } from './attributes.ts'
import type { Entry, TargetAttribute, TargetDraft } from './draft.ts'
import { withoutDoubles } from './entries.ts'

type Attributes = TargetDraft['attributes']

/** What a target has that says `own` and inherits `before`, or stands in two files. */
export function mergeAttributes(before: Attributes, own: Attributes): Attributes {
  const merged = new Map(before)
  for (const [name, attribute] of own) {
    const known = merged.get(name)
    merged.set(
      name,
      known === undefined || attributeKinds[name]?.joins !== true ? attribute : joined(name, known, attribute),
    )
  }
  return merged
}

/** Without empty and repeated texts, as buildx takes them. */
export function normalizeAttributes(attributes: Attributes): Attributes {
  const result = new Map([...attributes].map(([name, attribute]) => [name, normalized(name, attribute)] as const))
  const network = result.get('network')
  if (network?.value === 'host') {
    const own: TargetAttribute = { at: network.at, value: ['network.host'] }
    const known = result.get('entitlements')
    result.set(
      'entitlements',
      normalized('entitlements', known === undefined ? own : joined('entitlements', known, own)),
    )
  }
  return result
}

function joined(name: string, before: TargetAttribute, own: TargetAttribute): TargetAttribute {
  const { at } = own
  if (before.value instanceof Map && own.value instanceof Map)
    return { at, value: new Map<string, string>([...before.value, ...own.value]) }
  if (attributeKinds[name]?.shape === 'entries')
    return {
      at,
      value: withoutDoubles(name, [...(before.value as readonly Entry[]), ...(own.value as readonly Entry[])]),
    }
  return { at, value: [...(before.value as readonly string[]), ...(own.value as readonly string[])] }
}

function normalized(name: string, attribute: TargetAttribute): TargetAttribute {
  const { value } = attribute
  if (value instanceof Map)
    return name === 'contexts'
      ? { ...attribute, value: new Map([...value].filter(([, context]) => context !== '')) }
      : attribute
  if (!Array.isArray(value) || name === 'inherits') return attribute
  if (attributeKinds[name]?.shape === 'entries')
    return { ...attribute, value: withoutDoubles(name, value as readonly Entry[]) }
  return { ...attribute, value: [...new Set(value as readonly string[])].filter((text) => text !== '') }
}
