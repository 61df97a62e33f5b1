/** What proves to servers who asks. Values come from secrets and stay out of arguments, messages and records. */
export interface SourceAccess {
  /** The `Authorization` header for a download; undefined for none. */
  readonly http: (url: string) => string | undefined
  /** The `Authorization` header for a repository that is reached over HTTP. */
  readonly git: (remote: string) => string | undefined
  /** The agent or the keys of `--ssh default`, for repositories that are reached over ssh. */
  readonly ssh?: { readonly socket?: string; readonly keys?: readonly string[] }
}

/**
 * Access by the secrets of a build, under BuildKit's names: `HTTP_AUTH_TOKEN_<host>` and `HTTP_AUTH_HEADER_<host>` for
 * downloads, `GIT_AUTH_TOKEN.<host>`, `GIT_AUTH_HEADER.<host>` and both without a host for repositories. A header is sent
 * as it is; a token becomes a bearer token, for git the password of `x-access-token`, as GitHub wants it.
 */
export function sourceAccess(
  secrets: Readonly<Record<string, Uint8Array>>,
  ssh?: Readonly<Record<string, { readonly socket?: string; readonly keys?: readonly string[] }>>,
): SourceAccess {
  const secret = (name: string): string | undefined => {
    const value = Object.hasOwn(secrets, name) ? secrets[name] : undefined
    return value === undefined ? undefined : Buffer.from(value).toString('utf8').trim()
  }
  const agent = ssh?.['default']
  return {
    http: (text) => {
      const url = urlOf(text)
      if (url === undefined) return undefined
      const token = secret(`HTTP_AUTH_TOKEN_${url.hostname}`)
      return token === undefined ? secret(`HTTP_AUTH_HEADER_${url.hostname}`) : `Bearer ${token}`
    },
    git: (remote) => {
      const url = urlOf(remote)
      if (url === undefined) return undefined
      for (const suffix of [`.${url.host}`, '']) {
        const header = secret(`GIT_AUTH_HEADER${suffix}`)
        if (header !== undefined) return header
        const token = secret(`GIT_AUTH_TOKEN${suffix}`)
        if (token !== undefined) return basicAuthorization('x-access-token', token)
      }
      return undefined
    },
    ...(agent === undefined ? {} : { ssh: agent }),
  }
}

export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

function urlOf(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined
}
