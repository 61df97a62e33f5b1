import type { ObservedOptions, ProgressMode } from '../app/index.ts'
import { byteSize } from './byte-size.ts'
import type { CommandContext } from './command.ts'
import type { ParsedInput } from './flags.ts'
import { registryEnvironment } from './registry-environment.ts'
import { registryOptions } from './registry-flags.ts'

/** What the global and execution flags of a command say about the store, progress and isolation. */
export function sessionOptions(
  context: CommandContext,
  input: ParsedInput,
  more: { readonly quiet?: boolean } = {},
): ObservedOptions {
  const { flags, command } = input
  const has = (name: string): boolean => command.flags.some((flag) => flag.name === name)
  const root = flags.text('root')
  const maxUsedSpace = byteSize('cache-max-used-space', flags.text('cache-max-used-space'))
  const mode = has('progress') ? (flags.text('progress') as ProgressMode) : 'quiet'
  const env = has('authfile') ? registryEnvironment(context, input) : context.env
  return {
    env,
    cwd: context.cwd,
    registry: registryOptions(context, input),
    progress: { mode: more.quiet === true ? 'quiet' : mode, stream: context.stderr, env: context.env },
    ...(root === undefined ? {} : { root }),
    ...(maxUsedSpace === undefined ? {} : { maxUsedSpace }),
    ...(has('isolation') ? { isolation: flags.text('isolation') as NonNullable<ObservedOptions['isolation']> } : {}),
    ...(has('trust-host-ca')
      ? { trustHostCa: flags.text('trust-host-ca') as NonNullable<ObservedOptions['trustHostCa']> }
      : {}),
  }
}
