import { asAttest, type BuildRequest, type BuildWorld } from '../app/index.ts'
import { SlipwayError } from '../core/index.ts'
import { byteSize } from './byte-size.ts'
import type { CommandContext } from './command.ts'
import { debugLine } from './debug-line.ts'
import type { Pair, ParsedInput } from './flags.ts'
import { programVersion } from './program-version.ts'

/** The command line of `build`, `debug`, `graph` and `plan` as a request. Throws `bad-option-value` and `usage`. */
export function buildRequest(context: CommandContext, input: ParsedInput): BuildRequest {
  const { flags, command } = input
  const has = (name: string): boolean => command.flags.some((flag) => flag.name === name)
  const list = (name: string): readonly string[] => (has(name) ? flags.list(name) : [])
  const optional = <Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } =>
    (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value }
  return {
    context: contextArgument(input),
    buildArgs: fromEnvironment(flags.pairs('build-arg'), context.env),
    labels: Object.fromEntries(flags.pairs('label').map(({ name, value }) => [name, value ?? ''])),
    tags: list('tag'),
    platforms: flags.list('platform'),
    namedContexts: places(flags.pairs('build-context')),
    secret: list('secret'),
    ssh: list('ssh'),
    outputs: [...list('output'), ...(has('load') && flags.bool('load') ? ['type=docker'] : [])],
    push: has('push') && flags.bool('push'),
    annotations: list('annotation'),
    attest: { wanted: [...list('attest'), ...shortAttests(flags, has)], version: programVersion },
    cacheFrom: list('cache-from'),
    cacheTo: list('cache-to'),
    noCache: has('no-cache') && flags.bool('no-cache'),
    noCacheFilter: list('no-cache-filter'),
    ...(has('check-reproducible') && flags.bool('check-reproducible') ? { checkReproducible: true } : {}),
    ...closureMode(input, has),
    ...(has('policy') ? { policy: policyOf(flags.text('policy')) } : {}),
    pull: flags.bool('pull'),
    network: (flags.text('network') ?? 'default') as BuildRequest['network'],
    addHosts: flags.list('add-host').map(hostEntry),
    ulimits: flags.list('ulimit').map(ulimit),
    allow: list('allow'),
    ...optional('lookInside', debugLine(input)),
    ...optional('dockerfile', flags.text('file')),
    ...optional('target', flags.text('target')),
    ...optional('shmSize', byteSize('shm-size', flags.text('shm-size'))),
    ...optional(
      'parallel',
      has('max-parallelism') ? wholeNumber('max-parallelism', flags.number('max-parallelism')) : undefined,
    ),
  }
}

/** `--strict` is short for `--closure=error`. */
function closureMode({ flags }: ParsedInput, has: (name: string) => boolean): Pick<BuildRequest, 'closure'> {
  if (!has('closure')) return {}
  return { closure: flags.bool('strict') ? 'error' : ((flags.text('closure') ?? 'warn') as 'warn' | 'error' | 'off') }
}

/** Buildx has source policies under the same name, and writes them as `filename=FILE`. */
function policyOf(file: string | undefined): NonNullable<BuildRequest['policy']> {
  if (file !== undefined && /^(?:filename|reset|disabled|strict|log-level)=/.test(file))
    throw new SlipwayError('unsupported', `--policy ${file}: source policies are not enforced`, {
      hint: 'name a settings file with budgets: --policy slipway.yaml',
    })
  return file === undefined ? {} : { file }
}

function shortAttests(flags: ParsedInput['flags'], has: (name: string) => boolean): readonly string[] {
  return (['provenance', 'sbom'] as const).flatMap((name) => {
    const value = has(name) ? flags.text(name) : undefined
    return value === undefined || value === '' ? [] : [asAttest(name, value)]
  })
}

/** The process, as far as a build looks at it. */
export function buildWorld(context: CommandContext): BuildWorld & { readonly signal: AbortSignal } {
  return {
    cwd: context.cwd,
    env: context.env,
    stdin: { [Symbol.asyncIterator]: () => context.stdin[Symbol.asyncIterator]() },
    stdout: context.stdout,
    signal: context.signal,
  }
}

function contextArgument({ args, flags, command }: ParsedInput): string {
  const [context, ...others] = args
  if (context === undefined) {
    const dockerfile = flags.text('file')
    const hint =
      dockerfile === undefined
        ? `for the current directory: slipway ${command.name} .`
        : `for the current directory: slipway ${command.name} -f ${dockerfile} .`
    throw new SlipwayError('usage', 'the build context is missing', { hint })
  }
  if (others.length > 0)
    throw new SlipwayError('usage', `there is one build context, not ${args.length}: ${args.join(' ')}`)
  return context
}

/** `NAME` alone takes the value of the environment; a variable that is not set gives no argument at all. */
export function fromEnvironment(pairs: readonly Pair[], env: CommandContext['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.flatMap(({ name, value = env[name] }) => (value === undefined ? [] : [[name, value] as const])),
  )
}

export function places(pairs: readonly Pair[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map(({ name, value }) => {
      if (value === undefined || value === '' || name === '') {
        throw new SlipwayError('bad-option-value', `--build-context ${name}: it is not NAME=PLACE`)
      }
      return [name, value] as const
    }),
  )
}

/** `name:ip` and `name=ip`, with brackets around IPv6 or not. */
function hostEntry(text: string): string {
  const match = /^([^:=]+)[:=](.+)$/.exec(text)
  if (match === null) throw new SlipwayError('bad-option-value', `--add-host ${text}: it is not NAME:IP`)
  return `${match[1]}:${(match[2] ?? '').replace(/^\[(.*)\]$/, '$1')}`
}

function ulimit(text: string): { readonly name: string; readonly soft: number; readonly hard: number } {
  const match = /^([a-z]+)=(-?\d+)(?::(-?\d+))?$/.exec(text)
  if (match === null)
    throw new SlipwayError('bad-option-value', `--ulimit ${text}: it is not NAME=SOFT[:HARD]`, {
      hint: 'for example --ulimit nofile=1024:2048',
    })
  const [, name = '', soft = '', hard = soft] = match
  return { name, soft: Number(soft), hard: Number(hard) }
}

function wholeNumber(flag: string, value: number | undefined): number | undefined {
  if (value !== undefined && (!Number.isInteger(value) || value < 1))
    throw new SlipwayError('bad-option-value', `--${flag} ${value}: it is not a whole number from 1 up`)
  return value
}
