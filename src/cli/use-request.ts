import type { UsesRequest } from '../app/index.ts'
import { fromEnvironment, places } from './build-request.ts'
import type { CommandContext } from './command.ts'
import type { ParsedInput } from './flags.ts'

/** Which Dockerfiles a command is about, and what a build of them would be given. */
export function useRequest(context: CommandContext, { args, flags }: ParsedInput): UsesRequest {
  const named = [...args, ...flags.list('file')]
  return {
    paths: named.length === 0 ? ['.'] : named,
    buildArgs: fromEnvironment(flags.pairs('build-arg'), context.env),
    namedContexts: places(flags.pairs('build-context')),
  }
}
