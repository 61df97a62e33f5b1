import { type BuildRequest, plainBuild } from '../app/index.ts'
import { fromEnvironment, places } from './build-request.ts'
import type { CommandContext } from './command.ts'
import type { ParsedInput } from './flags.ts'

/** How the files of `fix --prove` are built. Dockerfile and context are those of each file. */
export function proveRequest(context: CommandContext, input: ParsedInput): BuildRequest {
  const { flags } = input
  const target = flags.text('target')
  return {
    ...plainRequest(context, input),
    namedContexts: places(flags.pairs('build-context')),
    secret: flags.list('secret'),
    ssh: flags.list('ssh'),
    network: (flags.text('network') ?? 'default') as BuildRequest['network'],
    allow: flags.list('allow'),
    ...(target === undefined ? {} : { target }),
  }
}

/** How `check --level build` builds: the last stage, with the credentials that its steps need. */
export function checkedRequest(context: CommandContext, input: ParsedInput): BuildRequest {
  const { flags } = input
  return { ...plainRequest(context, input), secret: flags.list('secret'), ssh: flags.list('ssh') }
}

/** A build of which nothing is said but the values of its arguments. */
export function plainRequest({ env }: CommandContext, { flags }: ParsedInput): BuildRequest {
  return { ...plainBuild, buildArgs: fromEnvironment(flags.pairs('build-arg'), env) }
}
