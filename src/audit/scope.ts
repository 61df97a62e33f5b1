import type { Stage, StageGraph } from '../graph/index.ts'
import { defaultPathEnv, type ImageConfig } from '../oci/index.ts'

/** What an instruction sees of the ones before it. */
export interface Scope {
  /** ENV and ARG values in the order of their last assignment. */
  readonly variables: Map<string, string>
  /** ENV of the image: what a child stage starts with. */
  readonly image: Map<string, string>
  /** Names of all ARGs so far, with or without a value. */
  readonly declared: Set<string>
  /** The configuration of every image below is known. */
  readonly known: boolean
  workdirSet: boolean
  shellSet: boolean
  /** Names that may be used before they are set are those of images nobody has asked about. */
  readonly os: string
}

/** What the first instruction of a stage sees. `finished` are the scopes at the end of the stages looked into so far. */
export function openScope(graph: StageGraph, stage: Stage, finished: ReadonlyMap<number, Scope>): Scope {
  const scope = inheritedScope(graph, stage, finished)
  const path = defaultPathEnv(scope.os)
  if (path !== undefined && !scope.image.has('PATH')) scope.image.set('PATH', path)
  for (const [name, value] of scope.image) assign(scope.variables, name, value)
  return scope
}

/** Sets a variable; it moves to the end. */
export function assign(variables: Map<string, string>, name: string, value: string): void {
  variables.delete(name)
  variables.set(name, value)
}

function inheritedScope(graph: StageGraph, stage: Stage, finished: ReadonlyMap<number, Scope>): Scope {
  const { base } = stage
  const parent = base.kind === 'stage' ? finished.get(base.stage) : undefined
  if (parent !== undefined) {
    return {
      ...parent,
      variables: new Map(parent.variables),
      image: new Map(parent.image),
      declared: new Set(parent.declared),
    }
  }
  const answer = base.kind === 'image' ? graph.answers.get(base.key) : undefined
  const known = base.kind !== 'image' || answer !== undefined
  return { ...emptyScope(stage.platform.os), known, ...(answer === undefined ? {} : imageScope(answer.config)) }
}

function emptyScope(os: string): Omit<Scope, 'known'> {
  return { variables: new Map(), image: new Map(), declared: new Set(), workdirSet: false, shellSet: false, os }
}

function imageScope({ config, os }: ImageConfig): Pick<Scope, 'image' | 'shellSet' | 'os'> {
  const image = new Map<string, string>()
  for (const pair of config.Env ?? []) {
    const equals = pair.indexOf('=')
    image.set(equals < 0 ? pair : pair.slice(0, equals), equals < 0 ? '' : pair.slice(equals + 1))
  }
  return { image, shellSet: (config.Shell ?? []).length > 0, os }
}
