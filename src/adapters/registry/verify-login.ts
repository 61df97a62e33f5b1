import { SlipwayError } from '../../core/index.ts'
import { type HostFacts, findHostsBy } from './registry-hosts.ts'
import { createSession, type SessionOptions } from './session.ts'

export interface LoginCheck extends SessionOptions, HostFacts {
  readonly signal?: AbortSignal
}

/**
 * Asks a registry whether it takes a user name and password: GET /v2/, with the answer to its challenge. `open` when it did
 * not want to know. Rejects with `registry-denied`, `registry-unreachable` or `registry-bad-answer`.
 */
export async function verifyLogin(
  registry: string,
  login: { readonly username: string; readonly password: string },
  options: LoginCheck,
): Promise<'accepted' | 'open'> {
  // The registry itself is the last one, behind its mirrors.
  const host = (await findHostsBy(options)(registry)).at(-1)
  if (host === undefined) throw new SlipwayError('internal', `nothing answers for ${registry}`)
  let asked = false
  const session = createSession({
    ...options,
    credentials: async () => {
      asked = true
      return { kind: 'password', ...login }
    },
  })
  try {
    const answer = await session.send({
      method: 'GET',
      host,
      to: '/',
      headers: {},
      registry,
      repository: '',
      scope: [],
      what: registry,
      signal: options.signal,
    })
    answer.discard()
    return asked ? 'accepted' : 'open'
  } catch (error) {
    throw refused(registry, error)
  } finally {
    await session.close()
  }
}

function refused(registry: string, error: unknown): unknown {
  if (!(error instanceof SlipwayError)) return error
  if (error.code === 'registry-denied') {
    return new SlipwayError('registry-denied', `${registry} does not accept this user name and password`, {
      cause: error,
      hint: 'registries with two-factor login want an access token in place of the password',
    })
  }
  if (error.code !== 'image-not-found') return error
  return new SlipwayError('registry-bad-answer', `${registry} is no registry: it does not know /v2/`, { cause: error })
}
