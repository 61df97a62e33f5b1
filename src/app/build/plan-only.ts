import type { Dockerfile } from '../../dockerfile/index.ts'
import { type GraphOptions, type ImageAnswer, resolveGraph, type StageGraph } from '../../graph/index.ts'
import { findStoredImage } from '../images/base-images.ts'
import type { BuildPlan } from '../../plan/index.ts'
import type { Session } from '../session.ts'
import type { BuildRequest, BuildWorld } from './build-request.ts'
import { loadDefinition } from './load-definition.ts'
import { readNamedContexts } from './named-contexts.ts'
import { requestSources } from './source-options.ts'
import { throwFirstError } from './diagnostics.ts'
import { graphOptions, planRequest, wantedPlatforms } from './plan-request.ts'

/** Everything of a build but the build: asks for metadata of base images and runs nothing. */
export async function planOnly(
  session: Session,
  request: BuildRequest,
  world: BuildWorld & { readonly signal: AbortSignal },
): Promise<{ readonly graphs: readonly StageGraph[]; readonly plan: BuildPlan }> {
  const places = readNamedContexts(request.namedContexts, world.cwd)
  const { file, epochOf } = await loadDefinition(session, request, {
    ...world,
    places,
    reaching: requestSources(session, request),
  })
  return planRequest(session, request, { file, places, epochOf, signal: world.signal })
}

/**
 * The graphs of a file as far as they can be known without a network: images of the store are answered, all others stay
 * open questions of the graph.
 */
export async function graphOnly(
  session: Session,
  request: BuildRequest,
  world: BuildWorld & { readonly signal: AbortSignal },
): Promise<readonly StageGraph[]> {
  const places = readNamedContexts(request.namedContexts, world.cwd)
  const { file } = await loadDefinition(session, request, {
    ...world,
    places,
    reaching: requestSources(session, request),
  })
  return Promise.all(
    wantedPlatforms(request).map((platform) =>
      answerFromStore(session, file, graphOptions(session, request, { platform, places })),
    ),
  )
}

/** Answers can bring new questions (ONBUILD), so this goes on until nothing new is found. */
async function answerFromStore(session: Session, file: Dockerfile, options: GraphOptions): Promise<StageGraph> {
  let answers: ReadonlyMap<string, ImageAnswer> = new Map()
  for (;;) {
    const graph = resolveGraph(file, options, answers)
    throwFirstError(graph.diagnostics)
    const found: [string, ImageAnswer][] = []
    for (const { key, reference, platform } of graph.questions) {
      const answer = reference === undefined ? undefined : await findStoredImage(session, { reference, platform })
      if (answer !== undefined) found.push([key, answer])
    }
    if (found.length === 0) return graph
    answers = new Map([...answers, ...found])
  }
}
