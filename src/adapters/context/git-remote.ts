import { redactUrls } from './redact.ts'
import { basicAuthorization, type SourceAccess } from './source-access.ts'

/** A repository as git is told about it. */
export interface GitRemote {
  /** Without user name and password where those are sent as a header: for arguments, `.git/config` and messages. */
  readonly url: string
  /** Configuration that goes to git by its environment, which other users cannot read. */
  readonly config: readonly (readonly [string, string])[]
  /** Variables for ssh. */
  readonly env: Readonly<Record<string, string>>
  /** For messages. */
  readonly shown: string
}

/** What git needs to reach a repository, with the credentials of the URL or of secrets. */
export function gitRemote(remote: string, access?: SourceAccess): GitRemote {
  const plain = { url: remote, config: [], env: sshVariables(access?.ssh), shown: redactUrls(remote) }
  if (!/^https?:\/\//i.test(remote) || !URL.canParse(remote)) return plain
  const url = new URL(remote)
  const own = url.username === '' && url.password === '' ? undefined : credentials(url)
  const authorization = own ?? access?.git(remote)
  const bare = own === undefined ? remote : remote.replace(/^(https?:\/\/)[^/]*@/i, '$1')
  if (authorization === undefined) return { ...plain, url: bare }
  return { ...plain, url: bare, config: [[`http.${scopeOf(bare)}.extraHeader`, `Authorization: ${authorization}`]] }
}

function credentials({ username, password }: URL): string {
  return basicAuthorization(decodeURIComponent(username), decodeURIComponent(password))
}

/** Submodules elsewhere do not see the header, except those of the same owner's hosting: BuildKit does the same. */
function scopeOf(url: string): string {
  return /^https:\/\/(?:www\.)?github\.com\//i.exec(url)?.[0] ?? url
}

function sshVariables(ssh: SourceAccess['ssh']): Readonly<Record<string, string>> {
  if (ssh?.socket !== undefined) return { SSH_AUTH_SOCK: ssh.socket }
  if (ssh?.keys === undefined) return {}
  const keys = ssh.keys.map((key) => `-i '${key.replaceAll("'", `'\\''`)}'`)
  return { GIT_SSH_COMMAND: [sshCommand, '-o IdentitiesOnly=yes', ...keys].join(' ') }
}

/** Never asks; 30 s to connect, as for everything else that is fetched. */
export const sshCommand = 'ssh -o BatchMode=yes -o ConnectTimeout=30'
