import type { Json } from '../core/index.ts'
import { positionAt } from '../core/index.ts'
import { formatPlatform } from '../oci/index.ts'
import type { Edge, Stage, StageGraph, TreeSource } from './stage-graph.ts'

/**
 * The graph in Graphviz' language: stages as boxes (dashed when the target does not need them, bold for the target),
 * images and contexts as rounded boxes; an arrow goes from what is used to who uses it.
 */
export function graphToDot(graph: StageGraph): string {
  const stages = graph.stages.map((stage) => `  ${id(stage.label)} [${stageStyle(graph, stage)}]`)
  const foreign = new Map(
    graph.edges.flatMap((edge) => (edge.to.kind === 'stage' ? [] : [[sourceName(graph, edge.to), edge.to] as const])),
  )
  const sources = [...foreign.keys()].map((name) => `  ${id(name)} [shape=box, style="rounded"]`)
  const edges = [...new Set(graph.edges.map((edge) => dotEdge(graph, edge)))]
  return ['digraph stages {', '  rankdir=LR', ...stages, ...sources, ...edges, '}', ''].join('\n')
}

/** The graph as plain data: stages with bases, steps and line numbers; edges; questions. Stable member order. */
export function graphToJson(graph: StageGraph): Json {
  return {
    platform: formatPlatform(graph.options.platform),
    target: graph.stages[graph.target]?.label ?? null,
    stages: graph.stages.map((stage) => ({
      index: stage.index,
      name: stage.name ?? null,
      line: lineOf(stage),
      base: sourceName(graph, stage.base),
      platform: formatPlatform(stage.platform),
      reachable: graph.reachable.has(stage.index),
      overridden: stage.overridden,
      steps: stage.steps.map((step) => ({
        instruction: step.instruction.kind,
        line: positionAt(step.at.source, step.at.span.start).line,
        trigger: step.trigger,
        uses: step.uses.flatMap((use) => (use === undefined ? [] : [sourceName(graph, use)])),
      })),
    })),
    edges: graph.edges.map((edge) => ({
      from: graph.stages[edge.from]?.label ?? '',
      to: sourceName(graph, edge.to),
      via: edge.via,
      trigger: edge.trigger,
    })),
    images: [...graph.images.values()].map((image) => ({
      name: image.written,
      platform: formatPlatform(image.platform),
      answered: graph.answers.has(image.key),
    })),
  }
}

function stageStyle(graph: StageGraph, stage: Stage): string {
  const steps = `${stage.steps.length} ${stage.steps.length === 1 ? 'step' : 'steps'}`
  const styles = [
    ...(graph.reachable.has(stage.index) ? [] : ['dashed']),
    ...(stage.index === graph.target ? ['bold'] : []),
  ]
  const style = styles.length === 0 ? '' : `, style=${JSON.stringify(styles.join(','))}`
  return `shape=box, label=${JSON.stringify(`${stage.label}\n${steps}`)}${style}`
}

function dotEdge(graph: StageGraph, edge: Edge): string {
  const label = edge.via === 'from' ? 'FROM' : edge.via === 'copy' ? 'COPY' : 'mount'
  const dashed = graph.reachable.has(edge.from) ? '' : ', style=dashed'
  const user = graph.stages[edge.from]?.label ?? ''
  return `  ${id(sourceName(graph, edge.to))} -> ${id(user)} [label="${edge.trigger ? `ONBUILD ${label}` : label}"${dashed}]`
}

function sourceName(graph: StageGraph, source: TreeSource): string {
  switch (source.kind) {
    case 'stage':
      return graph.stages[source.stage]?.label ?? `stage-${source.stage}`
    case 'image':
      return graph.images.get(source.key)?.written ?? source.key.replace(/\|.*/, '')
    case 'context':
      return `context ${source.name}`
    case 'scratch':
      return 'scratch'
  }
}

function lineOf(stage: Stage): number {
  return positionAt(stage.at.source, stage.at.span.start).line
}

function id(name: string): string {
  return JSON.stringify(name)
}
