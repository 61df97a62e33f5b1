import { type Digest, type GitSource, parseGitContext, SlipwayError } from '../core/index.ts'
import type { ImageAnswer, NamedContext, Question, TreeSource } from '../graph/index.ts'
import { formatReference, type Platform, withDefaultTag } from '../oci/index.ts'
import type { Op } from './op.ts'
import type { GraphPlanning } from './stage-state.ts'
import { addVertex } from './vertex-set.ts'

/** The vertex of a tree that a step reads: a stage, an image, a context, or nothing at all. */
export function sourceVertex(planning: GraphPlanning, source: TreeSource, name?: (op: Op) => string): Digest {
  switch (source.kind) {
    case 'stage':
      return stageRoot(planning, source.stage)
    case 'scratch':
      return addSource(planning, { kind: 'scratch' }, { name: 'FROM scratch' })
    case 'context':
      return contextVertex(planning, source.name)
    case 'image':
      return imageVertex(planning, source.key, name)
  }
}

/** What is known about an image that the graph has asked about. */
export function answerOf(
  planning: GraphPlanning,
  key: string,
): { readonly question: Question; readonly answer: ImageAnswer } {
  const question = planning.graph.images.get(key)
  const answer = planning.graph.answers.get(key)
  if (question === undefined || answer === undefined) {
    throw new SlipwayError('internal', `the graph still has a question about ${question?.written ?? key}`)
  }
  return { question, answer }
}

function stageRoot(planning: GraphPlanning, index: number): Digest {
  const state = planning.finished.get(index)
  if (state === undefined) throw new SlipwayError('internal', `stage ${index} is used before it is planned`)
  return state.root
}

function imageVertex(planning: GraphPlanning, key: string, name: ((op: Op) => string) | undefined): Digest {
  const { question, answer } = answerOf(planning, key)
  const origin = question.at
  // An image without layers is an empty root, as it is for BuildKit.
  if (answer.layers.length === 0) return addSource(planning, { kind: 'scratch' }, { name: 'FROM scratch', origin })
  const op: Op = {
    kind: 'image',
    reference: pinned(question, answer),
    manifest: answer.manifest,
    layers: answer.layers,
  }
  const own =
    question.context === undefined ? `FROM ${op.reference}` : `[context ${question.context}] ${question.written}`
  const title = question.context === undefined ? (name?.(op) ?? own) : own
  return addSource(planning, op, { name: title, origin, platform: question.platform })
}

/** `docker.io/library/debian:bookworm@sha256:…` */
function pinned({ reference, written }: Question, { manifest }: ImageAnswer): string {
  return reference === undefined
    ? `${written}@${manifest}`
    : formatReference({ ...withDefaultTag(reference), digest: manifest })
}

function contextVertex(planning: GraphPlanning, name: string): Digest {
  const named = planning.graph.options.namedContexts?.[name]
  if (name === 'context' || named === undefined || named.kind === 'directory') {
    const title = name === 'context' ? '[internal] load build context' : `[context ${name}] load from client`
    return addSource(planning, { kind: 'context', name }, { name: title })
  }
  return addSource(planning, remoteContext(named, name), {
    name: `[context ${name}] ${'url' in named ? named.url : ''}`,
  })
}

function remoteContext(named: NamedContext, name: string): Op {
  if (named.kind === 'http') return { kind: 'http', url: named.url, filename: 'context' }
  if (named.kind !== 'git') throw new SlipwayError('internal', `build context ${name} is no tree`)
  const parsed = parseGitContext(named.url)
  if (parsed === undefined || 'error' in parsed)
    throw new SlipwayError('internal', `build context ${name} is no git URL`)
  return gitOp(parsed.git)
}

/** The operation that fetches a repository; submodules come along unless they are refused. */
export function gitOp({ keepGitDir = false, submodules = true, ...git }: GitSource): Op {
  return { kind: 'git', ...git, keepGitDir, submodules }
}

interface SourceTitle {
  readonly name: string
  readonly origin?: Question['at']
  readonly platform?: Platform
}

function addSource(planning: GraphPlanning, op: Op, title: SourceTitle): Digest {
  const { name, origin = [], platform = planning.graph.options.platform } = title
  return addVertex(planning.vertices, { op, platform, inputs: [], name, origin })
}
