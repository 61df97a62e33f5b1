import path from 'node:path'
import { type Statement, predicateTypes } from '../../attest/index.ts'
import { SlipwayError } from '../../core/index.ts'
import type { BuildRequest } from '../build/build-request.ts'

/** What a provenance says that a build was asked for, as far as it can be asked for again. */
export interface RecordedRequest {
  /** A repository at its commit; absent for a directory of some machine. */
  readonly context?: string
  /** Inside the context. */
  readonly dockerfile?: string
  readonly args: Readonly<Record<string, string>>
  readonly epoch?: number
  /** The values of arguments and labels were left out. */
  readonly isPartial: boolean
}

type Members = { readonly [key: string]: unknown }

/** The request of the first provenance among statements, also of BuildKit's; undefined without one. */
export function recordedRequest(statements: readonly Statement[]): RecordedRequest | undefined {
  const found = statements.find(({ predicateType }) => predicateType === predicateTypes.provenance)
  if (found === undefined) return undefined
  const definition = members(found.predicate['buildDefinition'])
  const external = members(definition['externalParameters'])
  const source = members(external['configSource'])
  const internal = members(definition['internalParameters'])
  const metadata = members(members(found.predicate['runDetails'])['metadata'])
  const complete = members(metadata['slipway_completeness'] ?? metadata['buildkit_completeness'])['request']
  const context = contextOf(source)
  return {
    args: strings(members(external['request'])['args']),
    isPartial: complete === false,
    ...(context === undefined ? {} : { context }),
    ...(typeof source['path'] === 'string' ? { dockerfile: source['path'] } : {}),
    ...(typeof internal['sourceDateEpoch'] === 'number' ? { epoch: internal['sourceDateEpoch'] } : {}),
  }
}

/**
 * What was recorded, where the command line does not say otherwise. Throws `usage` for directories that were part of the
 * build and are not given.
 */
export function mergeRequest(
  given: BuildRequest,
  recorded: RecordedRequest | undefined,
  { isContextGiven }: { readonly isContextGiven: boolean },
): BuildRequest {
  if (recorded === undefined) return given
  const { args, epoch } = recorded
  const context = isContextGiven ? given.context : (recorded.context ?? given.context)
  const dockerfile = given.dockerfile ?? dockerfileIn(recorded, context)
  const target = given.target ?? args['target']
  const network = given.network === 'default' ? networkOf(args['force-network-mode']) : given.network
  const shmSize = given.shmSize ?? (args['shm-size'] === undefined ? undefined : Number(args['shm-size']))
  return {
    ...given,
    context,
    network,
    buildArgs: {
      ...(epoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(epoch) }),
      ...withPrefix(args, 'build-arg:'),
      ...given.buildArgs,
    },
    labels: { ...withPrefix(args, 'label:'), ...given.labels },
    namedContexts: { ...namedContexts(args, given), ...given.namedContexts },
    addHosts:
      given.addHosts.length > 0 ? given.addHosts : listOf(args['add-hosts']).map((host) => host.replace('=', ':')),
    ulimits: given.ulimits.length > 0 ? given.ulimits : listOf(args['ulimit']).flatMap(ulimit),
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(target === undefined ? {} : { target }),
    ...(shmSize === undefined ? {} : { shmSize }),
  }
}

/** `https://…/repo.git#main:dir` becomes that of the commit that was built. */
function contextOf(source: Members): string | undefined {
  const { uri } = source
  if (typeof uri !== 'string') return undefined
  const { sha1, sha256 } = strings(source['digest'])
  const commit = sha1 ?? sha256
  if (commit === undefined) return uri
  const [repository = '', fragment = ''] = uri.split('#')
  const directory = fragment.includes(':') ? `:${fragment.split(':').slice(1).join(':')}` : ''
  return `${repository}#${commit}${directory}`
}

function dockerfileIn({ dockerfile }: RecordedRequest, context: string): string | undefined {
  if (dockerfile === undefined || dockerfile === 'Dockerfile') return undefined
  const isRemote = /^[a-z+]+:\/\/|^[^/]+@[^/]+:/.test(context)
  return isRemote ? dockerfile : path.join(context, dockerfile)
}

function namedContexts(args: RecordedRequest['args'], given: BuildRequest): Readonly<Record<string, string>> {
  const recorded = Object.entries(withPrefix(args, 'context:')).filter(([name]) => !(name in given.namedContexts))
  const missing = recorded.find(([, place]) => /^(local|oci-layout):(?!\/\/)/.test(place))
  if (missing === undefined) return Object.fromEntries(recorded)
  throw new SlipwayError('usage', `the build had another context, ${missing[0]}, that only its machine knows`, {
    hint: `add --build-context ${missing[0]}=PLACE`,
  })
}

function withPrefix(args: RecordedRequest['args'], prefix: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(args).flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [])),
  )
}

function networkOf(text: string | undefined): BuildRequest['network'] {
  return text === 'none' || text === 'host' ? text : 'default'
}

function listOf(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : text.split(',')
}

function ulimit(text: string): BuildRequest['ulimits'] {
  const [, name, soft, hard = soft] = /^([a-z]+)=(-?\d+)(?::(-?\d+))?$/.exec(text) ?? []
  return name === undefined ? [] : [{ name, soft: Number(soft), hard: Number(hard) }]
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}
}

function strings(value: unknown): Readonly<Record<string, string>> {
  const pairs = Object.entries(members(value)).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  return Object.fromEntries(pairs)
}
