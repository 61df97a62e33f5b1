import { createSources } from '../../adapters/context/index.ts'
import { type BuildPlan, requiredSecrets } from '../../plan/index.ts'
import type { SolveOptions, SolverPorts, StepSecrets } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import type { BuildRequest, BuildWorld } from './build-request.ts'
import { type Definition, loadDefinition } from './load-definition.ts'
import { type ContextPlace, readNamedContexts } from './named-contexts.ts'
import { requireEntitlements } from './plan-request.ts'
import { sourceOptions } from './source-options.ts'
import { readStepSecrets, requireSecrets } from './step-secrets.ts'

/** Steps at the same time. They mostly wait for networks and disks; 8 sleeping stages on 2 CPUs should not queue up. */
const defaultParallel = 16

/** What a request refers to, read. */
export interface StartedBuild {
  readonly secrets: StepSecrets
  readonly places: readonly ContextPlace[]
  readonly definition: Definition
  readonly ports: SolverPorts
}

/** Reads secrets, contexts and the Dockerfile of a request. Throws SlipwayError for what is wrong with them. */
export async function startBuild(
  session: Session,
  request: BuildRequest,
  world: BuildWorld & { readonly signal: AbortSignal },
): Promise<StartedBuild> {
  const secrets = readStepSecrets({
    secret: request.secret,
    ssh: request.ssh,
    env: session.env,
    buildArgs: request.buildArgs,
  })
  const places = readNamedContexts(request.namedContexts, world.cwd)
  const reaching = sourceOptions(session, secrets)
  const definition = await loadDefinition(session, request, { ...world, places, reaching })
  const sources = createSources({ ...reaching, contexts: definition.contexts })
  const { engine, cache, memo, emit, now } = session
  return { secrets, places, definition, ports: { engine, cache, memo, sources, clock: { now }, emit } }
}

/** Refuses a plan that needs secrets or entitlements which the command line has not given. */
export function requirePermission(plan: BuildPlan, request: BuildRequest, secrets: StepSecrets): void {
  requireEntitlements(plan, request)
  requireSecrets(
    requiredSecrets(plan).map((one) => ({ ...one, origin: one.at })),
    secrets,
  )
}

/** How the plan of a request is executed. */
export function solveOptions(request: BuildRequest, secrets: StepSecrets, signal: AbortSignal): SolveOptions {
  return { secrets, signal, parallel: request.parallel ?? defaultParallel }
}
