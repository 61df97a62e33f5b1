import { chmodSync, chownSync, copyFileSync, lstatSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import type { Mounter } from './linux-mount.ts'
import { type MountStubs, trackStubs } from './mount-stubs.ts'
import { mountOverlay } from './overlay.ts'
import { type HostPathOf, resolveInRoot, rootAt } from './rootfs-path.ts'
import type { BindSource, StepFile, StepMount } from './step-spec.ts'

/** A directory or file of this mount namespace that shows at `target` in the step. */
export interface StagedBind {
  readonly source: string
  /** Free of links. */
  readonly target: string
  readonly readonly: boolean
}

/** Where a step's mounts are being put together. */
export interface Stage {
  /** The merged root file system. */
  readonly root: string
  readonly stubs: MountStubs
  /** A private directory in memory: contents of secrets, scripts, mount points. */
  readonly memory: string
  /** A private directory on disk for what writable binds receive. */
  readonly scratch: string
  readonly mounter: Mounter
  readonly userNamespace: boolean
}

/** The binds of a step, in order, and how to take them apart again. */
export interface StagedMounts {
  readonly binds: readonly StagedBind[]
  /** Creates a file in memory and shows it read-only. */
  addFile(file: StepFile): void
  /** Shows a path that someone else prepared. */
  addPath(target: string, source: string, readonly: boolean): void
  addMount(mount: Exclude<StepMount, { type: 'ssh' }>): void
  unmount(): void
}

/** Directories that the runtime mounts itself: nothing can be looked up below them beforehand. */
const runtimeOwned = ['/dev', '/proc', '/sys']

interface Placed extends StagedBind {
  readonly stubs?: MountStubs
  /** The source belongs to layers or to the user and must not receive stubs. */
  readonly foreign: boolean
}

/** A stage and what has been put on it so far. */
interface Work {
  readonly stage: Stage
  readonly placed: Placed[]
  /** Mount points to be taken off again. */
  readonly mounted: string[]
  readonly fresh: (kind: string) => string
}

/** Begins with an empty list of binds. */
export function stageMounts(stage: Stage): StagedMounts {
  let counter = 0
  const work: Work = {
    stage,
    placed: [],
    mounted: [],
    fresh: (kind) => join(stage.memory, `${kind}-${(counter += 1)}`),
  }
  return {
    get binds() {
      return work.placed.map(({ source, target, readonly }) => ({ source, target, readonly }))
    },
    addFile: ({ target, content, mode }) =>
      place(work, target, {
        source: memoryFile(work, content, { mode: mode ?? 0o755, uid: 0, gid: 0 }),
        readonly: true,
        foreign: false,
      }),
    addPath: (target, source, readonly) => place(work, target, { source, readonly, foreign: false }),
    addMount: (mount) => addMount(work, mount),
    unmount: () => {
      for (const bind of work.placed.toReversed()) bind.stubs?.remove()
      for (const path of work.mounted.toReversed()) stage.mounter.unmount(path)
    },
  }
}

function addMount(work: Work, mount: Exclude<StepMount, { type: 'ssh' }>): void {
  switch (mount.type) {
    case 'bind':
      return addBind(work, mount)
    case 'host':
      return place(work, mount.target, { source: mount.path, readonly: mount.readonly, foreign: mount.readonly })
    case 'tmpfs':
      return addTmpfs(work, mount)
    case 'secret':
      if (mount.target === undefined) return
      return place(work, mount.target, {
        source: memoryFile(work, mount.content, mount),
        readonly: true,
        foreign: false,
      })
  }
}

function addBind(work: Work, mount: Extract<StepMount, { type: 'bind' }>): void {
  const root = sourceRoot(work, mount.source, !mount.readonly)
  const found = resolveInRoot(rootAt(root), mount.path)
  if (found.stats === undefined) {
    throw new SlipwayError('context-path-missing', `${mount.path} is not in the source of the mount on ${mount.target}`)
  }
  const source = found.path === '/' ? root : root + found.path
  const copied = !mount.readonly && root === singleFile(mount.source) ? copyOf(source, work.fresh('copy')) : source
  place(work, mount.target, { source: copied, readonly: mount.readonly, foreign: mount.readonly })
}

function addTmpfs(work: Work, mount: Extract<StepMount, { type: 'tmpfs' }>): void {
  const path = work.fresh('tmpfs')
  mkdirSync(path)
  const hidden = resolveInRoot(hostPaths(work), mount.target).stats
  const mode = mount.mode ?? (hidden?.isDirectory() === true ? hidden.mode & 0o7777 : 0o755)
  const options = `mode=${mode.toString(8)}${mount.size > 0 ? `,size=${mount.size}` : ''}`
  work.stage.mounter.mount({ source: 'tmpfs', target: path, type: 'tmpfs', options, flags: ['nosuid', 'nodev'] })
  work.mounted.push(path)
  place(work, mount.target, { source: path, readonly: mount.readonly === true, foreign: false })
}

/** Puts a bind on the stage; a missing target is made for the time of the step. */
function place(
  work: Work,
  target: string,
  bind: { readonly source: string; readonly readonly: boolean; readonly foreign: boolean },
): void {
  const found = resolveInRoot(hostPaths(work), target)
  const directory = statSync(bind.source).isDirectory()
  if (found.stats !== undefined && found.stats.isDirectory() !== directory) {
    const [have, want] = directory ? ['file', 'directory'] : ['directory', 'file']
    throw new SlipwayError('run-failed', `cannot mount a ${want} on ${target}, which is a ${have} in the image`)
  }
  if (found.stats === undefined) makeStub(work, found.path, directory ? 'directory' : 'file')
  work.placed.push({ target: found.path, ...bind })
}

/** What the step will see so far: the binds over the root, and nothing where the runtime mounts. */
function hostPaths({ stage, placed }: Work): HostPathOf {
  return (path) => {
    const over = coveringBind(placed, path)
    if (over !== undefined) return over.source + path.slice(over.target.length)
    return isRuntimeOwned(path) ? undefined : rootAt(stage.root)(path)
  }
}

function makeStub(work: Work, path: string, kind: 'file' | 'directory'): void {
  const over = coveringBind(work.placed, path)
  if (over === undefined) {
    if (!isRuntimeOwned(path)) work.stage.stubs.make(path, kind)
    return
  }
  // A foreign source gets an overlay that takes the stubs.
  const own = over.foreign ? { ...over, source: overlay(work, [over.source], true), foreign: false } : over
  const stubs = own.stubs ?? trackStubs(own.source, undefined, work.stage.mounter)
  work.placed[work.placed.indexOf(over)] = { ...own, stubs }
  stubs.make(path.slice(over.target.length), kind)
}

function sourceRoot(work: Work, source: BindSource, writable: boolean): string {
  const lowers = source.kind === 'layers' ? source.lowerDirs : [source.path]
  const [only] = lowers
  if (only !== undefined && lowers.length === 1 && !(writable && statSync(only).isDirectory())) return only
  return overlay(work, lowers, writable)
}

/** Mounts directories over each other; what is written goes to the scratch directory of the stage. */
function overlay({ stage, mounted, fresh }: Work, lowerDirs: readonly string[], writable: boolean): string {
  const [mountpoint, names] = [fresh('overlay'), fresh('names')]
  const changes = join(stage.scratch, basename(mountpoint))
  const upper = { directory: join(changes, 'upper'), work: join(changes, 'work') }
  for (const directory of [mountpoint, names, ...(writable ? [upper.directory, upper.work] : [])])
    mkdirSync(directory, { recursive: true })
  const where = { mountpoint, names, userNamespace: stage.userNamespace, nodev: true }
  mountOverlay(stage.mounter, { lowerDirs, ...where, ...(writable ? { upper } : {}) })
  mounted.push(mountpoint)
  return mountpoint
}

function memoryFile(
  { fresh }: Work,
  content: string | Uint8Array,
  owner: { readonly mode: number; readonly uid: number; readonly gid: number },
): string {
  const path = fresh('file')
  writeFileSync(path, content, { mode: 0o600 })
  chownSync(path, owner.uid, owner.gid)
  chmodSync(path, owner.mode)
  return path
}

/** The last bind at or above a path: what a process would see there. */
function coveringBind(placed: readonly Placed[], path: string): Placed | undefined {
  return placed.findLast(({ target }) => path === target || path.startsWith(`${target}/`))
}

function isRuntimeOwned(path: string): boolean {
  return runtimeOwned.some((owned) => path.startsWith(`${owned}/`))
}

/** The path of a source that is one file; such a writable bind is a copy. */
function singleFile(source: BindSource): string | undefined {
  if (source.kind === 'layers') return undefined
  return lstatSync(source.path).isDirectory() ? undefined : source.path
}

function copyOf(file: string, copy: string): string {
  const stats = statSync(file)
  copyFileSync(file, copy)
  chownSync(copy, stats.uid, stats.gid)
  chmodSync(copy, stats.mode & 0o7777)
  return copy
}
