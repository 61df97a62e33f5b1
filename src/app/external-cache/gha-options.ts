import type { Refuse } from '../../adapters/exporters/index.ts'
import type { CacheAttributes, GhaOptions } from '../../adapters/remote-cache/index.ts'
import { SlipwayError } from '../../core/index.ts'

export interface GhaPlaces {
  readonly attributes: CacheAttributes
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The cache is written, too. */
  readonly writes: boolean
}

/**
 * The attributes of `type=gha` with what the variables of a job add. Throws `bad-option-value`; `cache-unavailable` for a
 * token that has run out or must not write. Values of tokens get into no message.
 */
export function readGhaOptions({ attributes, env, now, writes }: GhaPlaces): GhaOptions {
  const token = attributes.get('token') || env['ACTIONS_RUNTIME_TOKEN']
  if (!token) {
    throw refuse(
      'there is no token',
      'it works in jobs of GitHub Actions, where a step must pass ACTIONS_RUNTIME_TOKEN and ACTIONS_RESULTS_URL on',
    )
  }
  checkToken(token, { now, writes })
  const version = versionOf(attributes, env)
  const text =
    (version === 2 ? attributes.get('url_v2') || env['ACTIONS_RESULTS_URL'] : undefined) ||
    attributes.get('url') ||
    env['ACTIONS_CACHE_URL'] ||
    env['ACTIONS_RESULTS_URL']
  if (!text) throw refuse('there is no address', 'add url_v2=, or set ACTIONS_RESULTS_URL')
  const scope = attributes.get('scope') || 'buildkit'
  // Keys are at most 512 characters long; commas separate them in the first version of the protocol.
  if (scope.length > 400 || scope.includes(',')) throw refuse('scope is too long or has a comma')
  const listing = listingOf({ attributes, env }, readScopes(readClaims(token)))
  return { version, url: directory(text, 'the address of the service'), token, scope, ...listing }
}

/** As buildx finds it: the option, what the job says, or the host that speaks only the second version. */
function versionOf(attributes: CacheAttributes, env: GhaPlaces['env']): 1 | 2 {
  const given = attributes.get('version')
  if (given === '1' || given === '2') return given === '1' ? 1 : 2
  if (given !== undefined) throw refuse(`version is 1 or 2, not ${given}`)
  if (attributes.has('url_v2') || /^(1|t|true)$/i.test(env['ACTIONS_CACHE_SERVICE_V2'] ?? '')) return 2
  const url = attributes.get('url') || env['ACTIONS_CACHE_URL'] || env['ACTIONS_RESULTS_URL'] || ''
  return url.includes('results-receiver.actions.githubusercontent.com') ? 2 : 1
}

function listingOf(
  { attributes, env }: Pick<GhaPlaces, 'attributes' | 'env'>,
  scopes: readonly TokenScope[] | undefined,
): Pick<GhaOptions, 'listing'> {
  const token = attributes.get('ghtoken')
  const repository = attributes.get('repository') || env['GITHUB_REPOSITORY']
  if (!token || !repository) return {}
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw refuse('repository is OWNER/NAME')
  const api = directory(env['GITHUB_API_URL'] || 'https://api.github.com', 'GITHUB_API_URL')
  const refs = scopes === undefined ? {} : { refs: scopes.map(({ Scope }) => Scope) }
  return { listing: { api, repository, token, ...refs } }
}

function directory(text: string, what: string): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw refuse(`${what} is not an http or https URL`)
  const url = new URL(text)
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

interface Claims {
  readonly exp?: unknown
  /** JSON: the scopes with what is allowed in each; bit 1 reads, bit 2 writes. */
  readonly ac?: unknown
}

/** Tokens of GitHub say what they are good for; those of other servers need not. */
function checkToken(token: string, { now, writes }: Pick<GhaPlaces, 'now' | 'writes'>): void {
  const claims = readClaims(token)
  const end = typeof claims?.exp === 'number' ? claims.exp * 1000 : Number.POSITIVE_INFINITY
  if (end < now) {
    throw new SlipwayError('cache-unavailable', `the token for gha ran out at ${new Date(end).toISOString()}`, {
      hint: 'it lasts as long as the job, six hours at most',
    })
  }
  const scopes = readScopes(claims)
  if (writes && scopes !== undefined && !scopes.some(({ Permission }) => (Permission & 2) !== 0)) {
    throw new SlipwayError('cache-unavailable', 'the token for gha allows reading only', {
      hint: 'jobs of forks and of some events may not write: leave out --cache-to there, or its ignore-error=false',
    })
  }
}

function readClaims(token: string): Claims | undefined {
  try {
    const [, payload = ''] = token.split('.')
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims
  } catch {
    return undefined
  }
}

interface TokenScope {
  /** A branch. */
  readonly Scope: string
  readonly Permission: number
}

function readScopes(claims: Claims | undefined): readonly TokenScope[] | undefined {
  try {
    const scopes: unknown = JSON.parse(String(claims?.ac))
    const isScope = (one: Partial<TokenScope> | undefined): boolean =>
      typeof one?.Permission === 'number' && typeof one.Scope === 'string'
    return Array.isArray(scopes) && scopes.every(isScope) ? scopes : undefined
  } catch {
    return undefined
  }
}

const refuse: Refuse = (reason, hint) =>
  new SlipwayError('bad-option-value', `bad cache of type gha: ${reason}`, hint === undefined ? {} : { hint })
