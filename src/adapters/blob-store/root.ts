import { isAbsolute, join, resolve } from 'node:path'

export interface RootFacts {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly uid: number
  readonly home: string
  readonly cwd: string
}

/**
 * Where the store is: SLIPWAY_ROOT, else /var/lib/slipway for root, else `slipway` in the XDG data directory. An
 * XDG_DATA_HOME that is not absolute is ignored, as the specification of XDG directories demands.
 */
export function storeRoot(facts: RootFacts): string {
  const chosen = facts.env['SLIPWAY_ROOT']
  if (chosen !== undefined && chosen !== '') return resolve(facts.cwd, chosen)
  if (facts.uid === 0) return '/var/lib/slipway'
  const data = facts.env['XDG_DATA_HOME']
  return join(data !== undefined && isAbsolute(data) ? data : join(facts.home, '.local/share'), 'slipway')
}
