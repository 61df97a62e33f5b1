import { posix } from 'node:path'
import type { BakeTarget } from './bake-target.ts'
import type { Choice } from './choose-targets.ts'

/** What is built, as a bake file in JSON that means the same: `--print`. Members that say nothing are left out. */
export function bakeJson({ targets, groups }: Pick<Choice, 'targets' | 'groups'>): Readonly<Record<string, unknown>> {
  const sorted = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
    Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))
  return {
    group: sorted(
      [...groups].map(
        ([name, members]) => [name, { targets: name === 'default' ? [...members].sort() : members }] as const,
      ),
    ),
    target: sorted(targets.map((target) => [target.name, targetJson(target)] as const)),
  }
}

function targetJson(target: BakeTarget): Readonly<Record<string, unknown>> {
  const written = {
    description: target.description,
    annotations: target.annotations.map(escaped),
    attest: target.attest,
    context: cleaned(target.context),
    contexts: target.contexts,
    dockerfile: target.dockerfile,
    'dockerfile-inline': target.inline === undefined ? undefined : escaped(target.inline.text),
    args: escapedMembers(target.args),
    labels: escapedMembers(target.labels),
    tags: target.tags,
    'cache-from': target.cacheFrom,
    'cache-to': target.cacheTo,
    target: target.target,
    secret: target.secrets,
    ssh: target.ssh,
    platforms: target.platforms,
    output: target.outputs,
    pull: target.pull,
    'no-cache': target.noCache,
    network: target.network,
    'no-cache-filter': target.noCacheFilter,
    'shm-size': target.shmSize,
    ulimits: target.ulimits,
    resources: target.resources,
    call: target.call,
    entitlements: target.entitlements,
    'extra-hosts': escapedMembers(target.extraHosts),
    policy: target.policy,
  }
  return Object.fromEntries(Object.entries(written).filter(([, value]) => !isEmpty(value)))
}

/** Without detours; what is no path stays. */
function cleaned(context: string): string {
  if (/^(?!cwd:)[\w+.-]+:|^git@/.test(context)) return context
  const path = posix.normalize(context.replace(/^cwd:\/\//, '') || '.')
  return path === '/' ? path : path.replace(/\/$/, '')
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === undefined
}

/** Read again, it stays what it is. */
function escaped(text: string): string {
  return text.replaceAll(/[$%](?=\{)/g, (sign) => sign + sign)
}

function escapedMembers(members: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(members).map(([key, value]) => [key, escaped(value)]))
}
