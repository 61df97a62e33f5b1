import type { StageGraph } from '../../graph/index.ts'
import type { BuildPlan } from '../../plan/index.ts'
import type { Session } from '../session.ts'
import type { BuildRequest, BuildWorld } from './build-request.ts'
import { loadDefinition } from './load-definition.ts'
import { readNamedContexts } from './named-contexts.ts'
import { planRequest } from './plan-request.ts'

/** Everything of a build but the build: asks for metadata of base images and runs nothing. */
export async function planOnly(
  session: Session,
  request: BuildRequest,
  world: BuildWorld & { readonly signal: AbortSignal },
): Promise<{ readonly graphs: readonly StageGraph[]; readonly plan: BuildPlan }> {
  const places = readNamedContexts(request.namedContexts, world.cwd)
  const { file } = await loadDefinition(session, request, { ...world, places })
  return planRequest(session, request, { file, places, signal: world.signal })
}
