import { canonicalJson, type Digest, digestOf, type Location, positionAt, SlipwayError } from '../core/index.ts'
import type { CopyOp, CopySource, ExecOp, MountSpec, Vertex } from '../plan/index.ts'
import { copyParts, execParts, type KeyParts, keyOf, mkdirParts } from './cache-key.ts'
import type {
  CacheRecord,
  ExecRequest,
  LayerRef,
  ProgressSink,
  Selection,
  SolverPorts,
  StepSecrets,
  StepSinks,
  TreeRef,
} from './ports.ts'
import { treeIdentity } from './tree-identity.ts'

/** What a vertex left behind. */
export interface VertexResult {
  readonly tree: TreeRef
  /** Names the content of the tree, where that is known without reading it. */
  readonly identity?: Digest
  /** What a repository's ref was found to be. */
  readonly commit?: string
  /** The layer that this vertex added; absent for sources and bases. */
  readonly layer?: LayerRef
  /** When that layer was made, in milliseconds since the epoch; a hit keeps the time of the first build. */
  readonly created?: number
  readonly outcome: 'cached' | 'built'
}

/** A vertex that changes a root file system, with everything its execution needs. */
export interface StepContext {
  readonly vertex: Vertex
  readonly inputs: readonly VertexResult[]
  readonly ports: SolverPorts
  readonly secrets: StepSecrets
  readonly signal: AbortSignal
  /** Whether a command of the plan stands on this vertex, or is it. */
  readonly leadsToCommand: boolean
}

/** Looks the step up by content and runs it when it is not known. */
export async function runCachedStep(context: StepContext): Promise<VertexResult> {
  const { vertex, ports } = context
  const root = await rootLayers(context)
  const parts = await partsOf(context, treeIdentity(root))
  const key = keyOf(parts)
  const known = vertex.ignoreCache === true ? undefined : await ports.cache.get(key)
  await ports.lookedUp?.({ vertex, key, parts, root, cached: known !== undefined })
  if (known !== undefined) return stacked(root, known, 'cached')
  context.signal.throwIfAborted()
  if (context.leadsToCommand) ports.engine.warm?.()
  const layer = await execute(context, root)
  const record: CacheRecord = { key, layer, parts, step: vertex.name, created: ports.clock.now() }
  await ports.cache.put(record)
  return stacked(root, record, 'built')
}

/** Sends progress of a vertex as events. */
export function progressOf(context: Pick<StepContext, 'vertex' | 'ports'>): ProgressSink {
  return (progress) =>
    context.ports.emit({
      type: 'vertex.progress',
      time: context.ports.clock.now(),
      vertex: context.vertex.digest,
      ...progress,
    })
}

function stacked(
  root: readonly LayerRef[],
  { layer, created }: CacheRecord,
  outcome: 'cached' | 'built',
): VertexResult {
  const layers = [...root, layer]
  return { tree: { kind: 'layers', layers }, identity: treeIdentity(layers), layer, created, outcome }
}

async function rootLayers(context: StepContext): Promise<readonly LayerRef[]> {
  const tree = context.inputs[0]?.tree
  if (tree === undefined) throw new SlipwayError('internal', `${context.vertex.name} has no root file system`)
  return asLayers(tree, context.ports, context.signal)
}

/** A tree as a root file system: a context becomes one layer. */
export async function asLayers(
  tree: TreeRef,
  { engine }: SolverPorts,
  signal: AbortSignal,
): Promise<readonly LayerRef[]> {
  return tree.kind === 'layers' ? tree.layers : [await engine.adopt(tree, signal)]
}

async function partsOf(context: StepContext, root: Digest): Promise<KeyParts> {
  const { op, platform } = context.vertex
  switch (op.kind) {
    case 'exec':
      return execParts(op, platform, root, await Promise.all(op.mounts.map((mount) => mountSelection(context, mount))))
    case 'copy':
      return copyParts(op, root, await Promise.all(op.sources.map((source) => sourceSelection(context, op, source))))
    case 'mkdir':
      return mkdirParts(op.path, op.user, root)
    default:
      throw new SlipwayError('internal', `a ${op.kind} vertex is not a step`)
  }
}

async function mountSelection(context: StepContext, mount: MountSpec): Promise<Digest | undefined> {
  if (mount.type !== 'bind' && mount.type !== 'cache') return undefined
  if (mount.input === undefined) return undefined
  const selection: Selection = {
    patterns: [mount.source ?? '/'],
    exclude: [],
    parents: false,
    literal: true,
    ignoreOwner: false,
    ignoreMode: false,
  }
  return selectMemoised(context, mount.input, selection)
}

async function sourceSelection(context: StepContext, op: CopyOp, source: CopySource): Promise<Digest> {
  switch (source.kind) {
    case 'inline':
      return digestOf(source.content)
    case 'download':
    case 'tree':
      return input(context, source.input).identity ?? digestOf('')
    case 'path':
      return selectMemoised(context, source.input, {
        patterns: [source.pattern],
        exclude: op.exclude,
        parents: op.parents,
        literal: false,
        ignoreOwner: op.chown !== undefined,
        ignoreMode: op.chmod !== undefined && /^[0-7]+$/.test(op.chmod),
      })
  }
}

async function selectMemoised(context: StepContext, index: number, selection: Selection): Promise<Digest> {
  const { tree, identity } = input(context, index)
  const { engine, memo } = context.ports
  if (identity === undefined) return engine.select(tree, selection, context.signal)
  const key = digestOf(
    canonicalJson({
      selection: { ...selection, patterns: [...selection.patterns], exclude: [...selection.exclude] },
      identity,
    }),
  )
  const known = await memo.get(key)
  if (known !== undefined) return known
  if (tree.kind === 'layers') await engine.prepare(tree.layers, progressOf(context), context.signal)
  const digest = await engine.select(tree, selection, context.signal)
  await memo.put(key, digest)
  return digest
}

function input(context: StepContext, index: number): VertexResult {
  const result = context.inputs[index]
  if (result === undefined) throw new SlipwayError('internal', `${context.vertex.name} has no input ${index}`)
  return result
}

async function execute(context: StepContext, root: readonly LayerRef[]): Promise<LayerRef> {
  const { op } = context.vertex
  const { engine } = context.ports
  for (const { tree } of context.inputs) {
    if (tree.kind === 'layers') await engine.prepare(tree.layers, progressOf(context), context.signal)
  }
  const inputs = context.inputs.map((result) => result.tree)
  switch (op.kind) {
    case 'exec':
      return executeRun(context, op, root)
    case 'copy':
      return engine.copy({ op, root, inputs }, progressOf(context), context.signal)
    case 'mkdir':
      return engine.mkdir(root, op.path, op.user, context.signal)
    default:
      throw new SlipwayError('internal', `a ${op.kind} vertex is not a step`)
  }
}

function executeRun(context: StepContext, op: ExecOp, root: readonly LayerRef[]): Promise<LayerRef> {
  const { vertex, ports, secrets } = context
  const request: ExecRequest = {
    op,
    platform: vertex.platform,
    step: vertex.name,
    root,
    inputs: context.inputs.map((result) => result.tree),
    secrets,
    ...(vertex.userSetAt === undefined ? {} : { userSetAt: lineOf(vertex.userSetAt) }),
  }
  return ports.engine.exec(request, sinksOf(context), context.signal)
}

function sinksOf({ vertex: { digest: vertex, origin }, ports: { clock, emit } }: StepContext): StepSinks {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  return {
    log: (stream, bytes) => {
      const data = decoders[stream].decode(bytes, { stream: true })
      if (data !== '') emit({ type: 'vertex.log', time: clock.now(), vertex, stream, data })
    },
    caches: (caches, elsewhere) => emit({ type: 'vertex.caches', time: clock.now(), vertex, caches, elsewhere }),
    found: (finding) => {
      const [at] = origin
      if (at === undefined) return
      const diagnostic = { ...finding, severity: 'warning', at, related: [] } as const
      emit({ type: 'diagnostic', time: clock.now(), vertex, diagnostic })
    },
  }
}

function lineOf({ source, span }: Location): string {
  return `${source.path}:${positionAt(source, span.start).line}`
}
