import type { Dockerfile } from '../dockerfile/index.ts'
import type { StageGraph } from '../graph/index.ts'
import { normalizePlatform } from '../oci/index.ts'
import type { Facts, IgnoreFacts, StageFacts, UsedImage } from './facts.ts'
import { baseText, fromScope, platformFacts, validByDefault } from './from-facts.ts'
import { openScope, type Scope } from './scope.ts'
import { readSteps } from './stage-steps.ts'

/** What facts are gathered from: pure results of the other modules. */
export interface AuditInput {
  readonly file: Dockerfile
  /** Resolved as far as possible; images without an answer count as unknown. */
  readonly graph: StageGraph
  readonly ignore?: IgnoreFacts
}

/** The facts about a file. Stages that the target does not need are looked into when the graph was asked for all. */
export function gatherFacts({ file, graph, ignore }: AuditInput): Facts {
  const finished = new Map<number, Scope>()
  const scope = fromScope(file, graph)
  const froms = file.instructions.filter((instruction) => instruction.kind === 'FROM')
  const valid = validByDefault(scope, froms)
  const stages = graph.stages.flatMap((stage): readonly StageFacts[] => {
    const from = froms[stage.index]
    if (from === undefined) return []
    const platform = platformFacts(scope, from)
    const own = openScope(graph, stage, finished)
    const wanted = graph.options.allStages === true || graph.reachable.has(stage.index)
    const steps = wanted ? readSteps(graph, stage, own) : []
    finished.set(stage.index, own)
    return [
      {
        stage,
        from,
        at: stage.at,
        base: baseText(scope, from),
        ...(platform === undefined ? {} : { platform }),
        baseValidByDefault: valid[stage.index] ?? true,
        steps,
      },
    ]
  })
  return { file, graph, stages, images: usedImages(graph), ...(ignore === undefined ? {} : { ignore }) }
}

/** Images without layers and those behind named contexts are taken as they are. */
function usedImages(graph: StageGraph): readonly UsedImage[] {
  return graph.edges.flatMap((edge): readonly UsedImage[] => {
    if (edge.to.kind !== 'image') return []
    const question = graph.images.get(edge.to.key)
    const answer = graph.answers.get(edge.to.key)
    const stage = graph.stages[edge.from]
    if (question === undefined || answer === undefined || stage === undefined) return []
    const wanted = graph.options.allStages === true || graph.reachable.has(edge.from)
    if (!wanted || question.context !== undefined || answer.layers.length === 0) return []
    const { os, architecture, variant } = answer.config
    const actual = normalizePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) })
    const expected = normalizePlatform(edge.via === 'from' ? stage.platform : graph.options.platform)
    return [{ written: question.written, at: edge.trigger ? stage.at : edge.at, expected, actual }]
  })
}
