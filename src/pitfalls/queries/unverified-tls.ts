import type { ShellCommand } from '../../shell/index.ts'
import { hasOption } from './run-commands.ts'

/** How a command switches off the look at who answers, or at what it sends: as written; undefined when it does not. */
export function unverifiedBy(command: ShellCommand): string | undefined {
  const found = flags.get(command.program)?.(command)
  if (found !== undefined) return found
  return command.assignments.flatMap(({ name, value }) => unverifiedVariable(name, value) ?? [])[0]
}

/** A variable that switches it off for programs that read it. */
export function unverifiedVariable(name: string, value: string | undefined): string | undefined {
  const test = variables.get(name) ?? (/^npm_config_strict_ssl$/i.test(name) ? isFalse : undefined)
  return value !== undefined && test?.(value) === true ? `${name}=${value}` : undefined
}

const isFalse = (value: string): boolean => /^(?:0|false|no|off)$/i.test(value)
const isTrue = (value: string): boolean => /^(?:1|true|yes|on)$/i.test(value)
const isSet = (value: string): boolean => value !== ''

const variables: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['NODE_TLS_REJECT_UNAUTHORIZED', (value) => value === '0'],
  ['PYTHONHTTPSVERIFY', (value) => value === '0'],
  ['GIT_SSL_NO_VERIFY', (value) => value !== '' && !isFalse(value)],
  ['PIP_TRUSTED_HOST', (value) => isSet(value) && !areLocal(value.split(/[\s,]+/))],
  ['UV_INSECURE_HOST', (value) => isSet(value) && !areLocal(value.split(/[\s,]+/))],
  ['YARN_ENABLE_STRICT_SSL', isFalse],
  ['BUNDLE_SSL_VERIFY_MODE', (value) => value === '0'],
  ['GOINSECURE', isSet],
  ['CONDA_SSL_VERIFY', isFalse],
])

type Reader = (command: ShellCommand) => string | undefined

const flags: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    'curl',
    (command) =>
      !areLocal(urlsOf(command)) && hasOption(command, 'k', '--insecure', '--proxy-insecure')
        ? 'curl --insecure'
        : undefined,
  ],
  ['wget', (command) => (!areLocal(urlsOf(command)) ? written(command, /^--no-check-certificate$/) : undefined)],
  ['git', ({ args }) => found(args.join(' '), /\bhttps?\.(?:\S+\.)?sslverify[ =]+["']?(?:false|0|no|off)\b/i)],
  ['npm', strictSsl],
  ['pnpm', strictSsl],
  ['yarn', (command) => strictSsl(command) ?? found(command.args.join(' '), /\benableStrictSsl false\b/)],
  ['pip', trustedHost],
  ['pip3', trustedHost],
  ['python', trustedHost],
  ['python3', trustedHost],
  ['uv', (command) => optionValue(command, '--allow-insecure-host') ?? trustedHost(command)],
  ['apk', (command) => written(command, /^--allow-untrusted$/)],
  ['apt', apt],
  ['apt-get', apt],
  ['dnf', rpm],
  ['yum', rpm],
  ['microdnf', rpm],
  ['zypper', (command) => written(command, /^--no-gpg-checks$|^--gpg-auto-import-keys-off$/)],
  ['rpm', (command) => written(command, /^--nosignature$|^--nodigest$/)],
  ['composer', ({ args }) => found(args.join(' '), /\bdisable-tls (?:true|1)\b/)],
  ['conda', ({ args }) => found(args.join(' '), /\bssl_verify (?:false|no)\b/i)],
  ['mvn', (command) => written(command, /^-Dmaven\.wagon\.http\.ssl\.(?:insecure|allowall)=true$/)],
  ['bundle', ({ args }) => found(args.join(' '), /\bssl_verify_mode 0\b/)],
  ['helm', (command) => written(command, /^--insecure-skip-tls-verify$/)],
])

function strictSsl({ args }: ShellCommand): string | undefined {
  return found(args.join(' '), /(?:^| |--)strict-ssl[ =]false\b|--no-strict-ssl\b/)
}

function trustedHost(command: ShellCommand): string | undefined {
  const { args, program } = command
  if (program.startsWith('python') && !args.includes('pip')) return undefined
  return optionValue(command, '--trusted-host') ?? found(args.join(' '), /\b(?:global|install)\.trusted-host \S+/)
}

function apt(command: ShellCommand): string | undefined {
  const option =
    /^(?:-o)?(?:Acquire::https::(?:\S+::)?Verify-(?:Peer|Host)|APT::Get::AllowUnauthenticated|Acquire::AllowInsecureRepositories)=/i
  return (
    written(command, /^--allow-unauthenticated$|^--force-yes$|^--allow-insecure-repositories$/) ??
    command.args.find(
      (arg) =>
        option.test(arg) && (/Verify-/i.test(arg) ? isFalse(arg.split('=')[1] ?? '') : isTrue(arg.split('=')[1] ?? '')),
    )
  )
}

function rpm(command: ShellCommand): string | undefined {
  return (
    written(command, /^--nogpgcheck$|^--no-gpgchecks$/) ??
    found(command.args.join(' '), /\b(?:sslverify|gpgcheck)=(?:0|false)\b/i)
  )
}

function written({ args }: ShellCommand, pattern: RegExp): string | undefined {
  return args.find((arg) => pattern.test(arg))
}

function found(text: string, pattern: RegExp): string | undefined {
  return pattern.exec(text)?.[0].trim()
}

/** An option with a host behind it; the machine itself needs no certificate. */
function optionValue({ args }: ShellCommand, name: string): string | undefined {
  const index = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`))
  if (index < 0) return undefined
  const host = args[index] === name ? args[index + 1] : args[index]?.slice(name.length + 1)
  return host === undefined || areLocal([host]) ? undefined : `${name} ${host}`
}

function urlsOf({ args }: ShellCommand): readonly string[] {
  return args.filter((arg) => /^https?:\/\//.test(arg))
}

function areLocal(hosts: readonly string[]): boolean {
  const pattern =
    /^(?:https?:\/\/)?(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|0\.0\.0\.0|host\.docker\.internal)(?:[:/]|$)/
  return hosts.length > 0 && hosts.every((host) => pattern.test(host))
}
