import type { Finding } from '../../core/index.ts'
import { resolveGraph, type StageGraph } from '../../graph/index.ts'
import type { BuildRequest } from '../build/build-request.ts'
import type { Definition } from '../build/load-definition.ts'
import { graphOptions, type PlanSources, resolveRequest, wantedPlatforms } from '../build/plan-request.ts'
import type { Session } from '../session.ts'
import { type Audited, auditGraph } from './audit-graph.ts'

export interface CheckedGraphs {
  readonly graphs: readonly StageGraph[]
  /** What the first platform's graph says: the others would say it again. */
  readonly audited: Audited
}

/**
 * The finished graphs of a build, with the warnings about its file told on the way. When a graph cannot be finished, what
 * can be said without it is told first.
 */
export async function resolveChecked(
  session: Session,
  request: BuildRequest,
  { definition, ...more }: Omit<PlanSources, 'file' | 'epochOf'> & { readonly definition: Definition },
): Promise<CheckedGraphs> {
  const { file, epochOf } = definition
  const graphs = await resolveRequest(session, request, { ...more, file, epochOf }).catch((error: unknown) => {
    const [platform] = wantedPlatforms(request)
    if (platform !== undefined) {
      const graph = resolveGraph(file, graphOptions(session, request, { platform, places: more.places }))
      tell(session, definition, auditGraph(definition, graph).findings)
    }
    throw error
  })
  const [first] = graphs
  const audited = first === undefined ? { findings: [] } : auditGraph(definition, first)
  tell(session, definition, audited.findings)
  return { graphs, audited }
}

function tell({ emit, now }: Session, { vertex }: Definition, findings: readonly Finding[]): void {
  for (const diagnostic of findings) emit({ type: 'diagnostic', time: now(), diagnostic, vertex })
}
