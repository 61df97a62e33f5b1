import type { BakeTarget } from './bake-target.ts'
import type { Entry, TargetAttribute, TargetDraft } from './draft.ts'

/** A draft that has everything, as a target. */
export function targetOf({ name, at, attributes }: TargetDraft, linked: boolean): BakeTarget {
  const value = (key: string): TargetAttribute['value'] | undefined => attributes.get(key)?.value
  const text = (key: string): string | undefined => {
    const found = value(key)
    return typeof found === 'string' ? found : undefined
  }
  const texts = (key: string): readonly string[] => (value(key) ?? []) as readonly string[]
  const entries = (key: string): readonly Entry[] => (value(key) ?? []) as readonly Entry[]
  const members = (key: string): Readonly<Record<string, string>> =>
    Object.fromEntries((value(key) ?? new Map()) as ReadonlyMap<string, string>)
  const optional = <K extends string, T>(key: K, found: T | undefined): { readonly [P in K]?: T } =>
    (found === undefined ? {} : { [key]: found }) as { readonly [P in K]?: T }
  const flag = (key: string): boolean | undefined => {
    const found = value(key)
    return typeof found === 'boolean' ? found : undefined
  }
  return {
    name,
    at,
    linked,
    context: text('context') ?? '.',
    dockerfile: text('dockerfile') || 'Dockerfile',
    ...optional('inline', attributes.get('dockerfile-inline')?.inline),
    ...optional('target', text('target')),
    args: members('args'),
    labels: members('labels'),
    contexts: members('contexts'),
    extraHosts: members('extra-hosts'),
    resources: members('resources'),
    tags: texts('tags'),
    platforms: texts('platforms'),
    annotations: texts('annotations'),
    entitlements: texts('entitlements'),
    noCacheFilter: texts('no-cache-filter'),
    ulimits: texts('ulimits'),
    secrets: entries('secret'),
    ssh: entries('ssh'),
    cacheFrom: entries('cache-from'),
    cacheTo: entries('cache-to'),
    outputs: linked ? [{ type: 'cacheonly' }] : entries('output'),
    attest: entries('attest'),
    policy: entries('policy'),
    ...optional('pull', flag('pull')),
    ...optional('noCache', flag('no-cache')),
    ...optional('network', text('network')),
    ...optional('shmSize', text('shm-size')),
    ...optional('call', text('call')),
    ...optional('description', text('description')),
    places: new Map([...attributes].map(([key, attribute]) => [key, attribute.at] as const)),
  }
}
