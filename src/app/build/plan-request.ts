import { didYouMean, SlipwayError } from '../../core/index.ts'
import type { Dockerfile } from '../../dockerfile/index.ts'
import type { GraphOptions, ImageAnswer, NamedContext, StageGraph } from '../../graph/index.ts'
import { formatPlatform, hostPlatform, type Platform, parsePlatform } from '../../oci/index.ts'
import { type BuildPlan, idleFilters, planBuild, type PlanOptions, requiredEntitlements } from '../../plan/index.ts'
import type { Session } from '../session.ts'
import { resolveWithAnswers } from './answer-questions.ts'
import type { BuildRequest } from './build-request.ts'
import { throwFirstError, warningsOf } from './diagnostics.ts'
import type { Definition } from './load-definition.ts'
import type { ContextPlace } from './named-contexts.ts'

export interface PlannedRequest {
  readonly graphs: readonly StageGraph[]
  readonly plan: BuildPlan
}

/** A parsed file and where its named contexts are. */
export interface PlanSources {
  readonly file: Dockerfile
  readonly places: readonly ContextPlace[]
  readonly epochOf: Definition['epochOf']
  readonly signal: AbortSignal
}

/** From a parsed file to the plan of all wanted platforms. */
export async function planRequest(session: Session, request: BuildRequest, more: PlanSources): Promise<PlannedRequest> {
  const graphs = await resolveRequest(session, request, more)
  return { graphs, plan: planGraphs(session, request, graphs) }
}

/** The plan of finished graphs; their warnings and its own are told. Throws for instructions that cannot be carried out. */
export function planGraphs(
  { emit, now }: Pick<Session, 'emit' | 'now'>,
  request: BuildRequest,
  graphs: readonly StageGraph[],
): BuildPlan {
  const { plan, diagnostics } = planBuild(graphs, planOptions(request))
  throwFirstError(diagnostics)
  for (const diagnostic of warningsOf([...graphs.flatMap((graph) => graph.diagnostics), ...diagnostics]))
    emit({ type: 'diagnostic', time: now(), diagnostic })
  for (const filter of idleFilters(graphs, request.noCacheFilter))
    emit({ type: 'note', time: now(), message: idleNote(filter, graphs) })
  return plan
}

function idleNote(filter: string, graphs: readonly StageGraph[]): string {
  const names = graphs.flatMap(({ stages }) => stages.flatMap(({ name }) => name ?? []))
  const near = didYouMean(filter, new Set(names))
  const what = `--no-cache-filter ${filter}: the Dockerfile has no such stage, and no instruction in such a line`
  return near === undefined ? what : `${what}; ${near}`
}

/** The finished graphs of all wanted platforms. */
export function resolveRequest(
  session: Session,
  request: BuildRequest,
  more: PlanSources,
): Promise<readonly StageGraph[]> {
  const platforms = wantedPlatforms(request)
  const asked = new Map<string, Promise<ImageAnswer>>()
  return Promise.all(
    platforms.map((platform) =>
      resolveWithAnswers(session, more.file, graphOptions(session, request, { platform, places: more.places }), {
        places: more.places,
        pull: request.pull,
        signal: more.signal,
        epochOf: more.epochOf,
        asked,
        severalPlatforms: platforms.length > 1,
      }),
    ),
  )
}

/** What a request says about steps and images. */
export function planOptions(request: BuildRequest): PlanOptions {
  return {
    labels: request.labels,
    noCache: request.noCache,
    noCacheFilter: request.noCacheFilter,
    network: request.network,
    ulimits: request.ulimits,
    extraHosts: request.addHosts,
    ...(request.shmSize === undefined ? {} : { shmSize: request.shmSize }),
  }
}

/** The platforms asked for, each once, or the one of this machine. Throws `bad-option-value`. */
export function wantedPlatforms({ platforms }: BuildRequest): readonly Platform[] {
  if (platforms.length === 0) return [machinePlatform()]
  const wanted = platforms.map((text) => {
    const platform = parsePlatform(text, machinePlatform())
    if (!('error' in platform)) return platform
    throw new SlipwayError('bad-option-value', `--platform ${text}: ${platform.error}`, {
      hint: 'write OS/ARCH, such as linux/amd64 or linux/arm64',
    })
  })
  return [...new Map(wanted.map((platform) => [formatPlatform(platform), platform])).values()]
}

export function machinePlatform(): Platform {
  return hostPlatform(process.arch)
}

/** What a request means for the graph of one platform. */
export function graphOptions(
  session: Session,
  request: BuildRequest,
  more: { readonly platform: Platform; readonly places: readonly ContextPlace[] },
): GraphOptions {
  const epoch = session.env['SOURCE_DATE_EPOCH']
  const fromEnvironment = epoch === undefined || epoch === '' ? {} : { SOURCE_DATE_EPOCH: epoch }
  const namedContexts: Record<string, NamedContext> = {}
  for (const { name, context } of more.places) namedContexts[name] = context
  return {
    buildArgs: { ...fromEnvironment, ...request.buildArgs },
    ...(request.target === undefined ? {} : { target: request.target }),
    platform: more.platform,
    implicitPlatform: request.platforms.length === 0,
    buildPlatform: machinePlatform(),
    namedContexts,
  }
}

/** Refuses steps that need a permission which the command line has not given. */
export function requireEntitlements(plan: BuildPlan, { allow, network }: BuildRequest): void {
  // --network=host on the command line is a permission by itself.
  const allowed = network === 'host' ? [...allow, 'network.host'] : allow
  const missing = requiredEntitlements(plan).find(({ kind }) => !allowed.includes(kind))
  if (missing === undefined) return
  throw new SlipwayError('entitlement-needed', `this step asks for ${missing.kind}, which was not allowed`, {
    at: missing.at === undefined ? [] : [missing.at],
    hint: `add --allow ${missing.kind} if you trust this Dockerfile`,
  })
}
