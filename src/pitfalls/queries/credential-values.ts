/** What tokens and keys look like, whatever the name of what holds them. */
const formats: readonly (readonly [string, RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY/],
  ['an npm token', /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{30,}/],
  ['a token of a registry', /:_(?:authToken|auth|password)\s{0,4}=\s{0,4}["']?[^\s"'${}]{6}/],
  ['a GitHub token', /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}/],
  ['a GitLab token', /(?<![A-Za-z0-9])gl(?:pat|dt|cbt|rt)-[\w-]{16,}/],
  ['an AWS key', /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/],
  ['a Slack token', /xox[abeprs]-[\w-]{10,}/],
  ['a Stripe key', /(?<![A-Za-z0-9])[sr]k_(?:live|test)_\w{10,}/],
  ['a PyPI token', /pypi-[\w-]{16,}/],
  ['a Docker Hub token', /dckr_(?:pat|oat)_[\w-]{16,}/],
  ['a Hugging Face token', /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{30,}/],
  ['a Google API key', /(?<![A-Za-z0-9])AIza[\w-]{30,}/],
  ['a SendGrid key', /(?<![A-Za-z0-9])SG\.[\w-]{16,}\.[\w-]{16,}/],
  ['an API key', /(?<![A-Za-z0-9])sk-(?:ant|proj|live)-[\w-]{16,}/],
  ['a signed token', /(?<![A-Za-z0-9])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/],
]

/**
 * What credential a text holds, in words (`a GitHub token`, `a password in a URL`); undefined when it looks like none.
 * Variables and command substitutions are no credentials.
 */
export function credentialIn(text: string): string | undefined {
  return formats.find(([, pattern]) => pattern.test(text))?.[0] ?? passwordInUrl(text) ?? passwordInConnection(text)
}

/**
 * A value that is certainly no credential although its name promises one: empty, a switch, a small number, a place where
 * the credential lies.
 */
export function isNoCredential(value: string): boolean {
  const text = value.trim()
  return (
    text === '' ||
    /^(?:true|false|yes|no|on|off|none|null|nil|undefined|enabled|disabled|trust|required|optional|auto)$/i.test(
      text,
    ) ||
    /^\d{1,3}$/.test(text) ||
    /^\d+(?:ms|s|m|h|d|k|mb|kb)$/i.test(text) ||
    /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\|file:|vault:|op:\/\/|arn:|projects\/|secretsmanager:|ssm:)/.test(text) ||
    (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && credentialIn(text) === undefined)
  )
}

/** `scheme://user:password@host`, with a password that is no variable. `git@host` and `token:x-oauth-basic` differ: no password. */
function passwordInUrl(text: string): string | undefined {
  for (const [, user = '', password] of text.matchAll(
    /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,40}:\/\/([^\s/@:'"]*)(?::([^\s/@'"]*))?@/gi,
  )) {
    if (isWritten(password)) return 'a password in a URL'
    // A long word with digits before the `@` is a token; `git@`, `oauth2@` and `app@` are names.
    if (isWritten(user) && user.length >= 20 && /\d/.test(user)) return 'a token in a URL'
  }
  return undefined
}

function passwordInConnection(text: string): string | undefined {
  const found = /(?:^|;)\s*(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*([^;\s]+)/i.exec(text)
  return found !== null && text.includes(';') && isWritten(found[1]) ? 'a password in a connection string' : undefined
}

function isWritten(value: string | undefined): value is string {
  return value !== undefined && value !== '' && !/[$<>{}]|^[*x]+$/i.test(value)
}
