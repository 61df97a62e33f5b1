import path from 'node:path'
import type { CommandContext } from './command.ts'
import type { ParsedInput } from './flags.ts'

/** The environment with the file of logins that `--authfile` names. */
export function registryEnvironment(context: CommandContext, { flags }: ParsedInput): CommandContext['env'] {
  const authfile = flags.text('authfile')
  if (authfile === undefined) return context.env
  return { ...context.env, REGISTRY_AUTH_FILE: path.resolve(context.cwd, authfile) }
}
