import type { Location } from '../core/index.ts'
import type { BuildPlan } from './op.ts'

/** A secret or an agent that steps of a plan ask for. */
export interface RequiredSecret {
  readonly kind: 'secret' | 'ssh'
  readonly id: string
  /** At least one step fails without it. */
  readonly required: boolean
  /** The steps, the required ones first. */
  readonly at: readonly Location[]
}

/** All secrets and agents that the plan mounts, by kind and id, so that a missing one is noticed before anything runs. */
export function requiredSecrets(plan: BuildPlan): readonly RequiredSecret[] {
  const found = new Map<string, RequiredSecret>()
  for (const vertex of plan.vertices.values()) {
    if (vertex.op.kind !== 'exec') continue
    const [at] = vertex.origin
    for (const mount of vertex.op.mounts) {
      if (mount.type !== 'secret' && mount.type !== 'ssh') continue
      const key = `${mount.type} ${mount.id}`
      const known = found.get(key) ?? { kind: mount.type, id: mount.id, required: false, at: [] }
      const places = at === undefined ? known.at : mount.required ? [at, ...known.at] : [...known.at, at]
      found.set(key, { ...known, required: known.required || mount.required, at: places })
    }
  }
  return [...found.values()]
}

/** A step that gives up isolation, which the user has to allow (`--allow`). */
export interface RequiredEntitlement {
  readonly kind: 'network.host' | 'security.insecure'
  readonly at: Location | undefined
}

/** The entitlements of a plan, one for each step that needs one. */
export function requiredEntitlements(plan: BuildPlan): readonly RequiredEntitlement[] {
  return [...plan.vertices.values()].flatMap(({ op, origin: [at] }) => {
    if (op.kind !== 'exec') return []
    const network = op.network === 'host' ? [{ kind: 'network.host', at } as const] : []
    return op.security === 'insecure' ? [...network, { kind: 'security.insecure', at } as const] : network
  })
}

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY']

/**
 * The proxy variables among build arguments, as `NAME=value` in both cases, without empty ones: RUN sees them without an
 * ARG, and they are part of no key, history or image.
 */
export function proxyEnvironment(buildArgs: Readonly<Record<string, string>>): readonly string[] {
  const given = Object.keys(buildArgs).sort()
  return proxyNames.flatMap((name) => {
    const key = given.findLast((candidate) => candidate.toUpperCase() === name)
    const value = key === undefined ? undefined : buildArgs[key]
    return value === undefined || value === '' ? [] : [`${name}=${value}`, `${name.toLowerCase()}=${value}`]
  })
}
