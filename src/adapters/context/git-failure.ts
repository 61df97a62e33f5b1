import type { ErrorDetails } from '../../core/index.ts'

interface Cause {
  readonly pattern: RegExp
  readonly hint?: string
  readonly retryable?: boolean
}

/** What git says on standard error, and what to do about it. The first that fits counts. */
const causes: readonly Cause[] = [
  {
    pattern: /could not read (?:Username|Password)|Authentication failed|returned error: 40[13]|HTTP 40[13]/i,
    hint: 'the server wants credentials: give a token with --secret id=GIT_AUTH_TOKEN,env=NAME (or a whole header with id=GIT_AUTH_HEADER)',
  },
  {
    pattern: /Host key verification failed/i,
    hint: 'the key of the host is not in known_hosts: compare it, then add it with: ssh-keyscan HOST >> ~/.ssh/known_hosts',
  },
  {
    pattern: /Permission denied \([^)]*publickey/i,
    hint: 'no key was accepted: load one into the agent with ssh-add, or name one with --ssh default=KEY_FILE',
  },
  {
    pattern: /certificate|SSL/i,
    hint: 'if an authority of your own signed the certificate, name its file in SSL_CERT_FILE or GIT_SSL_CAINFO',
  },
  { pattern: /cannot run ssh/i, hint: 'install openssh-client' },
  {
    pattern:
      /repository '.*' not found|does not appear to be a git repository|not found: did you run git update-server-info/i,
    hint: 'check the address; some servers also say so when credentials are missing (--secret id=GIT_AUTH_TOKEN,env=NAME)',
  },
  {
    pattern: /could not resolve|timed out|connection (?:reset|refused)|early eof|Operation too slow/i,
    retryable: true,
  },
]

/** A hint for a failure of git, and whether trying again may help. */
export function explainGitFailure(stderr: string): Pick<ErrorDetails, 'hint' | 'retryable'> {
  const cause = causes.find(({ pattern }) => pattern.test(stderr))
  return {
    retryable: cause?.retryable ?? false,
    ...(cause?.hint === undefined ? {} : { hint: cause.hint }),
  }
}
