import type { ShellCommand } from '../../shell/index.ts'
import type { CommandModel, StepModel } from '../facts.ts'
import { namesCredential } from '../../project/index.ts'
import { credentialIn, isNoCredential } from './credential-values.ts'

/** What is secret in a RUN: variables that hold a credential, and files of secret mounts. */
export interface SecretSources {
  /** By name: where the value comes from, in words (`the argument `NPM_TOKEN``). */
  readonly variables: ReadonlyMap<string, string>
  /** By absolute path. */
  readonly files: ReadonlyMap<string, string>
}

/** A step that runs something. */
export type RunStep = StepModel & { readonly command: CommandModel }

/** The credentials that a step can get at before its first command. */
export function secretSources(step: RunStep): SecretSources {
  const variables = new Map<string, string>()
  for (const name of step.before.declaredArgs)
    if (isSecretVariable(name, step.before.variables.get(name))) variables.set(name, `the argument \`${name}\``)
  for (const [name, value] of step.before.env)
    if (isSecretVariable(name, value) && value !== '') variables.set(name, `the variable \`${name}\``)
  const files = new Map<string, string>()
  for (const { mount, target } of step.mounts) {
    if (mount.type !== 'secret') continue
    const what = `the secret \`${mount.id ?? (target.split('/').at(-1) || 'of the mount')}\``
    if (mount.env !== undefined) variables.set(mount.env, what)
    if (mount.env === undefined || mount.target !== undefined) files.set(target, what)
  }
  return { variables, files }
}

/** What of the secrets a text brings along when a shell expands it; undefined when nothing. */
export function secretIn(text: string, { variables, files }: SecretSources): string | undefined {
  for (const [, bare, braced] of text.matchAll(
    /(?<!\\)\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?=[}:\-#%/^,])(?!:?\+))/g,
  )) {
    const what = variables.get(bare ?? braced ?? '')
    if (what !== undefined) return what
  }
  for (const [path, what] of files) if (substitutes(text, path)) return what
  return undefined
}

/** The sources with what a command assigns: `TOKEN=$(cat /run/secrets/token)`. */
export function withAssignments(sources: SecretSources, command: ShellCommand, text: string): SecretSources {
  const variables = new Map(sources.variables)
  for (const { name, span } of command.assignments) {
    const what = secretIn(text.slice(span.start, span.end), sources)
    if (what !== undefined) variables.set(name, what)
  }
  const read = command.program === 'read' ? command.redirects.find(({ operator }) => operator.endsWith('<')) : undefined
  const from = read === undefined ? undefined : sources.files.get(read.target.value ?? '')
  if (from !== undefined) for (const name of command.args) variables.set(name, from)
  return { ...sources, variables }
}

function isSecretVariable(name: string, value: string | undefined): boolean {
  if (value !== undefined && credentialIn(value) !== undefined) return true
  return namesCredential(name) && (value === undefined || value.trim() === '' || !isNoCredential(value))
}

/** `$(cat /run/secrets/token)`, `$(< /run/secrets/token)`: not the bare path, which is no secret. */
function substitutes(text: string, path: string): boolean {
  for (const [, inner = ''] of text.matchAll(/\$\(([^()]*(?:\([^()]*\)[^()]*)*)\)|`([^`]*)`/g))
    if (mentions(inner, path)) return true
  for (const [, inner = ''] of text.matchAll(/`([^`]*)`/g)) if (mentions(inner, path)) return true
  return false
}

function mentions(text: string, path: string): boolean {
  const at = text.indexOf(path)
  return at >= 0 && !/[\w.-]/.test(text[at + path.length] ?? ' ')
}
