import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import { type Account, resolveAccount } from './account.ts'
import type { Mounter } from './linux-mount.ts'
import { trackStubs } from './mount-stubs.ts'
import { hostsFile, resolverFile } from './network-files.ts'
import { deviceNodes, type PreparedStep } from './oci-config.ts'
import { inheritRootAttributes, mountOverlay } from './overlay.ts'
import { listInRoot, readInRoot, resolveInRoot, rootAt } from './rootfs-path.ts'
import { type AgentSocket, openAgent } from './ssh-agent.ts'
import { type StagedMounts, stageMounts } from './stage-mounts.ts'
import { defaultPath, type StepSpec } from './step-spec.ts'
import { trustFiles } from './trust-files.ts'

/** What a running step shares with the others. */
export interface RuntimeContext {
  readonly mounter: Mounter
  /** A tmpfs of this process alone: secrets never reach a disk. */
  readonly memory: string
  /** A directory on disk. */
  readonly scratch: string
  /** Where the device nodes of steps are: the host's /dev or a copy. */
  readonly devices: string
  readonly userNamespace: boolean
  readonly singleId: boolean
}

/** A step whose root and mounts are in place. */
export interface ReadyStep {
  readonly step: PreparedStep
  /** A private directory in memory for the launcher. */
  readonly directory: string
  /** Takes everything apart and removes the traces from the upper directory. Call when nothing of the step runs. */
  dismantle(): void
}

const defaultHostname = 'buildkitsandbox'
const defaultShmSize = 64 * 1024 * 1024

/** Mounts the root, finds the user, creates the working directory, and stages the mounts of a step. */
export async function prepareStep(
  context: RuntimeContext,
  spec: StepSpec,
  options: { readonly id: string; readonly terminal: boolean },
): Promise<ReadyStep> {
  const places = makePlaces(context, options.id)
  // Undone in reverse order, whatever has been reached.
  const undo: (() => void)[] = [() => removeBoth(places)]
  try {
    resetDevices(context)
    const stage = mountRoot(context, spec, { places, undo })
    const { root } = places
    const account = accountOf(root, spec.user, context.singleId)
    const cwd = makeWorkingDirectory(root, spec.cwd, account)
    const mounts = stage()
    addNetworkFiles(mounts, spec)
    const extraEnv = await addMounts(mounts, spec, { memory: places.memory, undo })
    const step = describeStep(spec, { root, account, cwd, mounts, extraEnv, terminal: options.terminal })
    return { step, directory: places.bundle, dismantle: () => dismantle(undo) }
  } catch (error) {
    // What went wrong first is what to tell, not what that did to the cleaning up.
    undo.splice(0).reverse().forEach(failureOf)
    throw error
  }
}

interface Places {
  readonly memory: string
  readonly scratch: string
  readonly root: string
  readonly names: string
  readonly bundle: string
}

function makePlaces(context: RuntimeContext, id: string): Places {
  const [memory, scratch] = [join(context.memory, id), join(context.scratch, id)]
  const places = {
    memory,
    scratch,
    root: join(memory, 'root'),
    names: join(memory, 'names'),
    bundle: join(memory, 'bundle'),
  }
  for (const directory of Object.values(places)) mkdirSync(directory, { recursive: true, mode: 0o711 })
  return places
}

/** Mounts the root. Returns what prepares it for mounts: stubs come after everything that belongs to the layer. */
function mountRoot(
  { mounter, userNamespace }: RuntimeContext,
  spec: StepSpec,
  { places, undo }: { readonly places: Places; readonly undo: (() => void)[] },
): () => StagedMounts {
  const { root, names, memory, scratch } = places
  inheritRootAttributes(spec.lowerDirs, spec.upperDir)
  const upper = { directory: spec.upperDir, work: spec.workDir }
  mountOverlay(mounter, {
    lowerDirs: spec.lowerDirs,
    upper,
    mountpoint: root,
    names,
    userNamespace,
    nodev: spec.security === 'sandbox',
  })
  const stubs = trackStubs(root, spec.upperDir, mounter)
  undo.push(
    () => stubs.prune(),
    () => mounter.unmount(root),
  )
  return () => {
    undo.push(() => stubs.remove())
    for (const path of ['/proc', '/dev', '/sys'])
      if (resolveInRoot(rootAt(root), path).stats === undefined) stubs.make(path, 'directory')
    const mounts = stageMounts({ root, stubs, memory, scratch, mounter, userNamespace })
    undo.push(() => mounts.unmount())
    return mounts
  }
}

function dismantle(undo: (() => void)[]): void {
  const failures = undo.splice(0).reverse().flatMap(failureOf)
  if (failures.length > 0) throw failures[0]
}

/** Does it; one failure must not keep the rest from being undone. */
function failureOf(action: () => void): readonly unknown[] {
  try {
    action()
    return []
  } catch (error) {
    return [error]
  }
}

/** The nodes are shared by all steps, and one may have changed them. */
function resetDevices({ devices, userNamespace }: RuntimeContext): void {
  if (userNamespace) return
  for (const { name } of deviceNodes) {
    chownSync(join(devices, name), 0, 0)
    chmodSync(join(devices, name), 0o666)
  }
}

function removeBoth({ memory, scratch }: Places): void {
  rmSync(memory, { recursive: true, force: true })
  rmSync(scratch, { recursive: true, force: true })
}

function accountOf(root: string, user: string, singleId: boolean): Account {
  const read = (path: string): string => readInRoot(root, path)?.toString('utf8') ?? ''
  const account = resolveAccount(user, read('/etc/passwd'), read('/etc/group'))
  if (singleId && (account.uid !== 0 || account.gid !== 0)) {
    throw new SlipwayError(
      'cannot-isolate',
      `the step runs as ${account.uid}:${account.gid}, but only root exists in this user namespace`,
      {
        hint: 'install uidmap (newuidmap) and give this user subordinate ids: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 NAME',
      },
    )
  }
  return account
}

/** Creates the working directory as BuildKit does: in the root, 0755, owned by the user, and part of the layer. */
function makeWorkingDirectory(root: string, cwd: string, account: Account): string {
  const found = resolveInRoot(rootAt(root), cwd === '' ? '/' : cwd)
  if (found.stats === undefined) makeOwned(root, found.path, account)
  else if (!found.stats.isDirectory())
    throw new SlipwayError('run-failed', `the working directory ${cwd} is not a directory`)
  return cwd === '' ? '/' : cwd
}

function makeOwned(root: string, path: string, account: Account): void {
  if (resolveInRoot(rootAt(root), dirname(path)).stats === undefined) makeOwned(root, dirname(path), account)
  mkdirSync(root + path, { mode: 0o755 })
  chownSync(root + path, account.uid, account.gid)
}

function addNetworkFiles(mounts: StagedMounts, spec: StepSpec): void {
  const read = (path: string): string | undefined => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return undefined
    }
  }
  mounts.addFile({ target: '/etc/resolv.conf', content: resolverFile(read), mode: 0o644 })
  mounts.addFile({
    target: '/etc/hosts',
    content: hostsFile(spec.hostname ?? defaultHostname, spec.extraHosts ?? []),
    mode: 0o644,
  })
}

/** Adds what the step asks for and returns the variables that come with it. */
async function addMounts(
  mounts: StagedMounts,
  spec: StepSpec,
  place: { readonly memory: string; readonly undo: (() => void)[] },
): Promise<readonly string[]> {
  const env: string[] = []
  const agents: AgentSocket[] = []
  place.undo.push(() => {
    for (const agent of agents) agent.close()
  })
  for (const mount of spec.mounts) {
    if (mount.type === 'ssh') {
      const agent = await openAgent(mount, place.memory, agents.length)
      agents.push(agent)
      mounts.addPath(mount.target, agent.path, false)
      continue
    }
    if (mount.type === 'secret' && mount.env !== undefined)
      env.push(`${mount.env}=${Buffer.from(mount.content).toString('utf8')}`)
    mounts.addMount(mount)
  }
  for (const file of spec.files ?? []) mounts.addFile(file)
  return env
}

interface Described {
  readonly root: string
  readonly account: Account
  readonly cwd: string
  readonly mounts: StagedMounts
  readonly extraEnv: readonly string[]
  readonly terminal: boolean
}

function describeStep(spec: StepSpec, { root, account, cwd, mounts, extraEnv, terminal }: Described): PreparedStep {
  const declared = [...spec.env, ...extraEnv]
  // Without a network there is no server to trust.
  const trust =
    spec.trust === undefined || spec.network === 'none'
      ? undefined
      : trustFiles(spec.trust, declared, {
          read: (path) => readInRoot(root, path),
          list: (path) => listInRoot(root, path),
        })
  for (const file of trust?.files ?? []) mounts.addFile(file)
  const defaults = [`PATH=${defaultPath}`, `HOME=${account.home}`, ...(terminal ? ['TERM=xterm'] : [])]
  return {
    root,
    argv: spec.argv,
    env: completeEnvironment(declared, [...(spec.proxyEnv ?? []), ...defaults, ...(trust?.env ?? [])]),
    cwd,
    account,
    hostname: spec.hostname ?? defaultHostname,
    privateNetwork: spec.network === 'none',
    insecure: spec.security === 'insecure',
    binds: mounts.binds,
    shmSize: spec.shmSize ?? defaultShmSize,
    ulimits: spec.ulimits ?? [],
    readonlyRoot: spec.readonlyRoot ?? false,
    privileges: spec.privileges ?? 'default',
    terminal,
  }
}

/** The declared variables, the last of each name, and those of the others that are not among them. */
function completeEnvironment(declared: readonly string[], others: readonly string[]): readonly string[] {
  const nameOf = (pair: string): string => pair.slice(0, pair.indexOf('='))
  const last = new Map(declared.map((pair) => [nameOf(pair), pair]))
  for (const pair of others) if (!last.has(nameOf(pair))) last.set(nameOf(pair), pair)
  return [...last.values()]
}
