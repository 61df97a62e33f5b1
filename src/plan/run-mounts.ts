import { posix } from 'node:path'
import type { Digest } from '../core/index.ts'
import { type Flag, flagsNamed, type Instruction, type MountOptions, parseMount } from '../dockerfile/index.ts'
import type { TreeSource } from '../graph/index.ts'
import { expandText } from './expand-words.ts'
import { cleanAbsolute } from './normalize-path.ts'
import type { MountSpec } from './op.ts'
import { reportError, type StepContext } from './stage-state.ts'
import { sourceVertex } from './tree-sources.ts'

export interface ResolvedMounts {
  /** Bind, cache and tmpfs mounts by target, then secrets, then agents: the order in which they are mounted. */
  readonly mounts: readonly MountSpec[]
  /** The vertices behind the root file system in the inputs. */
  readonly inputs: readonly Digest[]
  /** Names of variables that hold secrets. */
  readonly secretNames: ReadonlySet<string>
}

/** The mounts of a RUN, all defaults filled in; undefined after a reported error. */
export function resolveMounts(context: StepContext, instruction: Instruction): ResolvedMounts | undefined {
  const draft: Draft = { context, inputs: [], agents: 0 }
  const mounts: MountSpec[] = []
  for (const [index, flag] of flagsNamed(instruction, 'mount').entries()) {
    const at = { source: context.step.at.source, span: flag.span }
    const parsed = parseMountFlag(context, flag)
    if (parsed === undefined) return undefined
    if ('error' in parsed)
      return void reportError(context, 'bad-option-value', { message: parsed.error, at, hint: parsed.hint })
    const spec = mountSpec(draft, parsed.mount, context.step.uses[index])
    if ('error' in spec)
      return void reportError(context, 'bad-option-value', { message: spec.error, at, hint: spec.hint })
    mounts.push(spec)
  }
  const ordered = [
    ...mounts.filter(isDirectoryMount).sort((a, b) => (a.target < b.target ? -1 : a.target > b.target ? 1 : 0)),
    ...mounts.filter((mount) => mount.type === 'secret'),
    ...mounts.filter((mount) => mount.type === 'ssh'),
  ]
  const names = mounts.flatMap((mount) => (mount.type === 'secret' && mount.env !== undefined ? [mount.env] : []))
  return { mounts: ordered, inputs: draft.inputs, secretNames: new Set(names) }
}

interface Draft {
  readonly context: StepContext
  readonly inputs: Digest[]
  /** Agent sockets so far: they are numbered. */
  agents: number
}

function parseMountFlag(context: StepContext, flag: Flag): ReturnType<typeof parseMount> | undefined {
  const before = context.planning.diagnostics.length
  const parsed = parseMount(flag.content ?? '', (value) => {
    const expanded = expandText(context, value, flag.value)
    return expanded === undefined ? { error: value } : { value: expanded }
  })
  // The expansion has already reported its own error.
  return context.planning.diagnostics.length > before ? undefined : parsed
}

type Spec = MountSpec | { readonly error: string; readonly hint: string }

function mountSpec(draft: Draft, mount: MountOptions, use: TreeSource | undefined): Spec {
  switch (mount.type) {
    case 'secret':
      return secretSpec(draft, mount)
    case 'ssh':
      return agentSpec(draft, mount)
    case 'bind':
    case 'cache':
    case 'tmpfs':
      return directorySpec(draft, mount, use)
  }
}

function directorySpec(draft: Draft, mount: MountOptions, use: TreeSource | undefined): Spec {
  const target = absolute(draft, mount.target ?? '')
  if (target === '/') {
    const error = `invalid mount target ${JSON.stringify(mount.target ?? '')}`
    return { error, hint: 'add target=PATH; it may be any path but the root directory' }
  }
  if (mount.type === 'tmpfs') return { type: 'tmpfs', target, size: mount.size ?? 0, readonly: mount.readOnly }
  const source = cleanAbsolute(mount.source ?? '')
  if (mount.type === 'cache') return cacheSpec(draft, mount, { target, source, use })
  const input = addInput(draft, use ?? { kind: 'context', name: 'context' })
  return { type: 'bind', target, input, source, readonly: mount.readOnly }
}

/**
 * A cache that `uid`, `gid` or `mode` describe starts as an empty directory, whatever `from` names. With a `source` below
 * the root they say nothing, because the step sees that directory of the cache.
 */
function cacheSpec(
  draft: Draft,
  mount: MountOptions,
  { target, source, use }: { readonly target: string; readonly source: string; readonly use: TreeSource | undefined },
): Spec {
  const { uid, gid, mode } = source === '/' ? mount : {}
  const described = uid !== undefined || gid !== undefined || mode !== undefined
  const isSeeded = use !== undefined && use.kind !== 'scratch' && !described
  const namespace = draft.context.planning.graph.buildArgs.BUILDKIT_CACHE_MOUNT_NS ?? ''
  const id = mount.id || posix.normalize(mount.target ?? '').replace(/(?<=.)\/$/, '')
  return {
    type: 'cache',
    target,
    id: namespace === '' ? id : `${namespace}/${id}`,
    sharing: mount.sharing ?? 'shared',
    readonly: mount.readOnly,
    // The directory is made by mkdir(2), which knows no other bits.
    mode: (mode ?? 0o755) & 0o777,
    uid: uid ?? 0,
    gid: gid ?? 0,
    ...(isSeeded ? { input: addInput(draft, use) } : {}),
    ...(source === '/' ? {} : { source }),
  }
}

function secretSpec(draft: Draft, mount: MountOptions): Spec {
  const written = mount.target ?? ''
  const id = mount.source || mount.id || posix.basename(written)
  if (id === '') return { error: 'invalid secret mount. one of source, target required', hint: 'add id=NAME' }
  const target = written === '' && mount.env === undefined ? `/run/secrets/${posix.basename(id)}` : written
  return {
    type: 'secret',
    id,
    ...(target === '' ? {} : { target: absolute(draft, target) }),
    ...(mount.env === undefined ? {} : { env: mount.env }),
    required: mount.required,
    mode: mount.mode ?? 0o400,
    uid: mount.uid ?? 0,
    gid: mount.gid ?? 0,
  }
}

function agentSpec(draft: Draft, mount: MountOptions): Spec {
  if (mount.source !== undefined && mount.source !== '') {
    const hint = 'sockets and keys are given on the command line: --ssh ID=SOCKET_OR_KEY'
    return { error: 'ssh does not support source', hint }
  }
  const target = mount.target ? absolute(draft, mount.target) : `/run/buildkit/ssh_agent.${draft.agents}`
  draft.agents += 1
  return {
    type: 'ssh',
    id: mount.id || 'default',
    target,
    required: mount.required,
    mode: mount.mode ?? 0o600,
    uid: mount.uid ?? 0,
    gid: mount.gid ?? 0,
  }
}

/** Relative targets are meant from the working directory. */
function absolute({ context }: Draft, path: string): string {
  return cleanAbsolute(
    posix.isAbsolute(path) ? path : posix.join('/', context.state.image.config.WorkingDir ?? '/', path),
  )
}

/** Position among all inputs, where 0 is the root file system. */
function addInput({ context, inputs }: Draft, source: TreeSource): number {
  const digest = sourceVertex(context.planning, source)
  const known = inputs.indexOf(digest)
  return known >= 0 ? known + 1 : inputs.push(digest)
}

function isDirectoryMount(mount: MountSpec): mount is Extract<MountSpec, { type: 'bind' | 'cache' | 'tmpfs' }> {
  return mount.type === 'bind' || mount.type === 'cache' || mount.type === 'tmpfs'
}
