import {
  type ErasedLogin,
  eraseAllLogins,
  eraseLogin,
  type StoredLogin,
  storeLogin,
  verifyLogin,
} from '../../adapters/registry/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { homeDirectory } from '../home-directory.ts'
import type { SessionRegistry } from '../session.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface LoginRequest {
  /** As people write it; see `registryName`. */
  readonly registry: string | undefined
  readonly username: string
  readonly password: string
}

/** Where a login went, and whether the registry has looked at it. */
export interface LoginResult extends StoredLogin {
  readonly registry: string
  /** `open`: the registry asks nobody who they are, so the password may be wrong. */
  readonly verdict: 'accepted' | 'open'
}

/** Asks the registry, then keeps the login. Nothing is kept when the registry refuses. Rejects as `verifyLogin` does. */
export async function login(
  request: LoginRequest,
  world: { readonly env: Environment; readonly signal: AbortSignal; readonly hosts: SessionRegistry },
): Promise<LoginResult> {
  const registry = registryName(request.registry)
  const { username, password } = request
  const facts = { env: world.env, home: homeDirectory() }
  const verdict = await verifyLogin(
    registry,
    { username, password },
    { ...facts, ...world.hosts, signal: world.signal },
  )
  return { registry, verdict, ...(await storeLogin(registry, { username, password }, facts)) }
}

/** Forgets one login, or all of them. */
export function logout(registry: string | undefined | 'all', env: Environment): Promise<ErasedLogin> {
  const facts = { env, home: homeDirectory() }
  return registry === 'all' ? eraseAllLogins(facts) : eraseLogin(registryName(registry), facts)
}

/**
 * The registry that a text names: `docker.io` for none, and the host alone of a URL, as docker does it. Throws
 * `bad-reference` for a text that is no host.
 */
export function registryName(text: string | undefined): string {
  const host = (text ?? '')
    .trim()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '')
  if (host === '' || host === 'index.docker.io' || host === 'registry-1.docker.io') return 'docker.io'
  if (!/^(\[[0-9a-fA-F:]+\]|[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?)(:\d+)?$/.test(host)) {
    throw new SlipwayError('bad-reference', `${JSON.stringify(text)} is no registry`, {
      hint: 'write HOST or HOST:PORT, such as registry.example.com',
    })
  }
  return host
}
