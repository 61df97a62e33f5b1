import type { ShellCommand } from '../../shell/index.ts'
import { namesCredential } from '../../project/index.ts'
import { credentialIn, isNoCredential } from './credential-values.ts'
import { heredocText } from './secret-sinks.ts'
import type { RunStep } from './secret-sources.ts'

/** A credential that stands in a RUN in plain text. */
export interface LiteralSecret {
  readonly command: ShellCommand
  /** `a GitHub token`, `the password of curl -u`; nothing of the value. */
  readonly what: string
}

/** The credentials that the commands of a RUN are written with; one for each command. */
export function literalSecrets(step: RunStep): readonly LiteralSecret[] {
  const { commands } = step.command.script
  return commands.flatMap((command, index) => {
    const what =
      inWords(command) ??
      inAssignments(command) ??
      inOptions(command) ??
      inText(command, commands[index + 1]) ??
      inHeredoc(step, index)
    return what === undefined ? [] : [{ command, what }]
  })
}

/** What only makes a build tool content, and opens nothing. */
const pretended =
  /^(?:(?:dummy|fake|placeholder|unused|insecure|temporary|temp|tmp|build|buildtime|build-time|test|testing|ci|foo|bar|none|n\/?a|x+|changeme|changeit|notused|not-used|unneeded|not-needed|ignored?|whatever|example|nothing|empty|secret|password|token)(?:[-_]?\w{0,12})?|\*|!+)$/i

/** Somebody's local server that lives as long as the step. */
const local = /:\/\/[^\s/@]*@(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)\b/

function inWords(command: ShellCommand): string | undefined {
  for (const { text, value } of command.words) {
    const found = local.test(text) ? undefined : (credentialIn(value ?? text) ?? inQuery(value ?? text))
    if (found !== undefined) return found
  }
  return undefined
}

/** `https://host/file?token=…`: what the query of an address opens the host with, also within a word of code. */
function inQuery(text: string): string | undefined {
  for (const [, query = ''] of text.matchAll(/\bhttps?:\/\/[^\s?'"`]{1,400}\?([^\s'"`#]+)/gi))
    for (const pair of query.split(/&(?:amp;)?/)) {
      const [name = '', value] = pair.split('=', 2)
      if (namesCredential(name) && isLiteral(value)) return `the value of \`${name}\` in an address`
    }
  return undefined
}

function inAssignments({ assignments }: ShellCommand): string | undefined {
  for (const { name, value } of assignments) {
    if (value === undefined) continue
    const found = local.test(value) ? undefined : credentialIn(value)
    if (found !== undefined) return found
    if (namesCredential(name) && isLiteral(value)) return `the value of \`${name}\``
  }
  return undefined
}

/** Options that take a password, by the program: `curl -u user:password`, `docker login -p password`. */
const short: Readonly<Record<string, RegExp>> = {
  curl: /^(?:-u|--user|--proxy-user|-U)$/,
  docker: /^-p$/,
  podman: /^-p$/,
  sshpass: /^-p$/,
  'redis-cli': /^-a$/,
  az: /^-p$/,
  nuget: /^-Password$/i,
}

function inOptions(command: ShellCommand): string | undefined {
  const { program, words } = command
  for (const [at, { text, value }] of words.entries()) {
    const next = words[at + 1]
    const taken = short[program]
    if (taken?.test(text) === true && isPassword(next?.value, { program }))
      return `the password of \`${program} ${text}\``
    if (/^mysql\w*$/.test(program) && /^-p./.test(text) && isLiteral(value?.slice(2)))
      return `the password of \`${program} -p\``
    if (/^(?:-H|--header)$/.test(text) && isHeader(next?.value)) return `the credential in a header of \`${program}\``
    if (text.startsWith('--header=') && isHeader(value?.slice(9))) return `the credential in a header of \`${program}\``
    const option = /^(?:--?|-D|\/p:)([A-Za-z][\w.:-]*)(?:=(.*))?$/s.exec(value ?? '')
    if (option === null || /^(?:docker|buildah|podman|kubectl|keytool)$/.test(program)) continue
    const [, name = '', inline] = option
    if (!namesCredential(name)) continue
    const given = inline ?? (next?.text.startsWith('-') === true ? undefined : next?.value)
    if (isLiteral(given)) return `the value of \`${text.split('=', 1)[0] ?? text}\``
  }
  return undefined
}

function isPassword(value: string | undefined, { program }: { readonly program: string }): boolean {
  if (value === undefined) return false
  const password = program === 'curl' ? value.slice(value.indexOf(':') + 1) : value
  return (program !== 'curl' || value.includes(':')) && isLiteral(password)
}

function isHeader(value: string | undefined): boolean {
  const found =
    /^(?:authorization:\s*(?:bearer|token|basic)\s+|(?:private-token|x-api-key|x-auth-token|x-jfrog-art-api|job-token|api-key)\s*:\s*)(.+)$/i.exec(
      value ?? '',
    )
  return found !== null && isLiteral(found[1])
}

/** What is echoed into files and into chpasswd. */
function inText(command: ShellCommand, next: ShellCommand | undefined): string | undefined {
  if (command.program !== 'echo' && command.program !== 'printf') return undefined
  const text = command.words.map((word) => word.value ?? word.text).join(' ')
  const isPiped = command.pipe !== undefined && next?.pipe?.id === command.pipe.id
  if (isPiped && next?.program === 'chpasswd' && /^[\w.-]+:(?!\*|!)[^\s$:]+/.test(text))
    return 'the password of an account'
  const isWritten =
    command.redirects.some(({ operator }) => operator.includes('>')) || (isPiped && next?.program === 'tee')
  if (!isWritten) return undefined
  const isPgpass = command.redirects.some(({ target }) => /pgpass(?:\.conf)?$/.test(target.value ?? target.text))
  const password = /^[^\s:]+:[^\s:]*:[^\s:]*:[^\s:]*:(\S+)/.exec(text)?.[1]
  return isPgpass && isLiteral(password) ? 'the password of a database' : inSettings(text)
}

function inHeredoc(step: RunStep, index: number): string | undefined {
  const command = step.command.script.commands[index]
  if (command === undefined || !command.redirects.some(({ operator }) => /^<<-?$/.test(operator))) return undefined
  const text = heredocText(step, index)
  return credentialIn(text) ?? inSettings(text)
}

/** `machine host login me password hunter2`, `password=hunter2`, `"token": "…"`, `<password>…</password>`. */
function inSettings(text: string): string | undefined {
  const netrc = /\bmachine\s+\S+\s+login\s+\S+\s+password\s+(\S+)/.exec(text)
  if (netrc !== null && isLiteral(netrc[1])) return 'the password of a machine'
  for (const [, name = '', value] of text.matchAll(
    /(?<![\w${.-])([A-Za-z_][\w.-]*)["']?\s*[=:]\s*["']?([^\s"',;%$<>{}]{4,})/g,
  ))
    if (namesCredential(name) && isLiteral(value)) return `the value of \`${name}\``
  const element = /<(?:password|passphrase|privateKey)>([^<$]+)</.exec(text)
  return element !== null && isLiteral(element[1]) ? 'a password' : undefined
}

function isLiteral(value: string | undefined): boolean {
  return (
    value !== undefined && !/[$`]|^%|%s|\{\{/.test(value) && !isNoCredential(value) && !pretended.test(value.trim())
  )
}
