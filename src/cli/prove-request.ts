import type { BuildRequest } from '../app/index.ts'
import { fromEnvironment, places } from './build-request.ts'
import type { CommandContext } from './command.ts'
import type { ParsedInput } from './flags.ts'

/** How the files of `fix --prove` are built. Dockerfile and context are those of each file. */
export function proveRequest({ env }: CommandContext, { flags }: ParsedInput): BuildRequest {
  const target = flags.text('target')
  return {
    context: '.',
    buildArgs: fromEnvironment(flags.pairs('build-arg'), env),
    labels: {},
    tags: [],
    platforms: [],
    namedContexts: places(flags.pairs('build-context')),
    secret: flags.list('secret'),
    ssh: flags.list('ssh'),
    outputs: [],
    push: false,
    annotations: [],
    noCache: false,
    noCacheFilter: [],
    pull: false,
    network: (flags.text('network') ?? 'default') as BuildRequest['network'],
    addHosts: [],
    ulimits: [],
    allow: flags.list('allow'),
    ...(target === undefined ? {} : { target }),
  }
}
