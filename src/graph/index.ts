/** The graph in Graphviz' language and as plain data. */
export { graphToDot, graphToJson } from './print-graph.ts'
/** AST, arguments and answers about images to the graph of stages. */
export { resolveGraph } from './resolve-graph.ts'
/** The graph and what it is made from. */
export type {
  BaseLayer,
  Edge,
  EpochSource,
  GraphOptions,
  ImageAnswer,
  NamedContext,
  Question,
  Stage,
  StageGraph,
  Step,
  TreeSource,
} from './stage-graph.ts'
