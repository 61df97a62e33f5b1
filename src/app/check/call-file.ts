import { listTargets, type Outline, outlineOf, type Target } from '../../audit/index.ts'
import { type Finding, SlipwayError, type Source } from '../../core/index.ts'
import { type ImageAnswer, resolveGraph, type StageGraph } from '../../graph/index.ts'
import { planBuild } from '../../plan/index.ts'
import { answerQuestion } from '../build/answer-questions.ts'
import type { BuildRequest, BuildWorld } from '../build/build-request.ts'
import { firstError, throwFirstError } from '../build/diagnostics.ts'
import { type Definition, loadDefinition } from '../build/load-definition.ts'
import { type ContextPlace, readNamedContexts } from '../build/named-contexts.ts'
import { graphOptions, planOptions, wantedPlatforms } from '../build/plan-request.ts'
import { requestSources } from '../build/source-options.ts'
import type { Session } from '../session.ts'
import { auditGraph, factsOf } from './audit-graph.ts'

/** What `--check` has found. */
export interface FileCheck {
  readonly source: Source
  /** In the order of the file. */
  readonly findings: readonly Finding[]
  /** Why the file could not be built, or that findings are errors. */
  readonly error?: SlipwayError
}

type World = BuildWorld & { readonly signal: AbortSignal }

/** A base that does not answer in this time counts as unknown: a check is no build, and most of it needs no base. */
const patience = 10_000

/** Checks a Dockerfile without building it: all stages, or those that the named target needs. */
export async function checkFile(session: Session, request: BuildRequest, world: World): Promise<FileCheck> {
  const called = await openCall(session, request, world)
  const { definition } = called
  const syntax = firstError(definition.file.diagnostics)
  const graph = await resolveTolerantly(session, request, { ...called, allStages: request.target === undefined })
  const audited = auditGraph(definition, graph)
  const error = syntax ?? firstError(graph.diagnostics) ?? planError(request, graph) ?? audited.error
  return {
    source: definition.file.source,
    findings: audited.findings,
    ...(error === undefined ? {} : { error }),
  }
}

/** What a build of the target can be given. Throws for what is wrong with the file. */
export async function outlineFile(
  session: Session,
  request: BuildRequest,
  world: World,
): Promise<{ readonly source: Source; readonly outline: Outline }> {
  const called = await openCall(session, request, world)
  const { file } = called.definition
  throwFirstError(file.diagnostics)
  const graph = await resolveTolerantly(session, request, { ...called, allStages: false })
  throwFirstError(graph.diagnostics)
  const outline = outlineOf(factsOf(called.definition, graph))
  if (outline === undefined) throw new SlipwayError('internal', 'the graph has no target')
  return { source: file.source, outline }
}

/** The stages that `--target` can name. Throws for what is wrong with the file. */
export async function targetsOfFile(
  session: Session,
  request: BuildRequest,
  world: World,
): Promise<{ readonly source: Source; readonly targets: readonly Target[] }> {
  const { file } = (await openCall(session, request, world)).definition
  throwFirstError(file.diagnostics)
  return { source: file.source, targets: listTargets(file) }
}

interface OpenCall {
  readonly definition: Definition
  readonly places: readonly ContextPlace[]
  readonly signal: AbortSignal
}

async function openCall(session: Session, request: BuildRequest, world: World): Promise<OpenCall> {
  const places = readNamedContexts(request.namedContexts, world.cwd)
  const definition = await loadDefinition(session, request, {
    ...world,
    places,
    reaching: requestSources(session, request),
    tolerant: true,
  })
  return { definition, places, signal: world.signal }
}

/** The graph with as many images answered as can be; a note says which could not. */
async function resolveTolerantly(
  session: Session,
  request: BuildRequest,
  { definition, places, signal, allStages }: OpenCall & { readonly allStages: boolean },
): Promise<StageGraph> {
  const [platform] = wantedPlatforms(request)
  if (platform === undefined) throw new SlipwayError('internal', 'no platform is wanted')
  const options = { ...graphOptions(session, request, { platform, places }), allStages }
  const limited = AbortSignal.any([signal, AbortSignal.timeout(patience)])
  const answers = new Map<string, ImageAnswer>()
  const unknown = new Set<string>()
  for (;;) {
    const graph = resolveGraph(definition.file, options, answers)
    const open = graph.questions.filter(({ key }) => !unknown.has(key))
    if (open.length === 0) return graph
    await Promise.all(
      open.map(async (question) => {
        try {
          answers.set(
            question.key,
            await answerQuestion(session, question, { places, pull: request.pull, signal: limited }),
          )
        } catch (error) {
          if (signal.aborted) throw error
          unknown.add(question.key)
          const reason = limited.aborted ? 'no answer in time' : error instanceof Error ? error.message : String(error)
          const message = `nothing is known about ${question.written} (${reason}); checks that need it say nothing`
          session.emit({ type: 'note', time: session.now(), message })
        }
      }),
    )
  }
}

/** Errors of instructions show only when they are planned, which needs every image. */
function planError(request: BuildRequest, graph: StageGraph): SlipwayError | undefined {
  if (graph.target < 0 || graph.questions.length > 0) return undefined
  const all = graph.options.allStages === true ? new Set(graph.stages.map(({ index }) => index)) : graph.reachable
  return firstError(planBuild({ ...graph, reachable: all }, planOptions(request)).diagnostics)
}
