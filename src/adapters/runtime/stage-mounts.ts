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

export function stageMounts(stage: Stage): StagedMounts {
  const placed: Placed[] = []
  const mounted: string[] = []
  let counter = 0
  const fresh = (kind: string): string => join(stage.memory, `${kind}-${(counter += 1)}`)
  const hostPathOf: HostPathOf = (path) => {
    const over = coveringBind(placed, path)
    if (over !== undefined) return over.source + path.slice(over.target.length)
    return isRuntimeOwned(path) ? undefined : rootAt(stage.root)(path)
  }
  const place = (
    target: string,
    source: string,
    options: { readonly readonly: boolean; readonly foreign: boolean },
  ): void => {
    const found = resolveInRoot(hostPathOf, target)
    const directory = statSync(source).isDirectory()
    if (found.stats !== undefined && found.stats.isDirectory() !== directory) {
      const [have, want] = directory ? ['file', 'directory'] : ['directory', 'file']
      throw new SlipwayError('run-failed', `cannot mount a ${want} on ${target}, which is a ${have} in the image`)
    }
    if (found.stats === undefined) makeStub(found.path, directory ? 'directory' : 'file')
    placed.push({ target: found.path, source, ...options })
  }
  const makeStub = (path: string, kind: 'file' | 'directory'): void => {
    const over = coveringBind(placed, path)
    if (over === undefined) {
      if (!isRuntimeOwned(path)) stage.stubs.make(path, kind)
      return
    }
    const writable = over.foreign ? shelter(over) : over
    const index = placed.indexOf(over)
    const stubs = writable.stubs ?? trackStubs(writable.source, undefined, stage.mounter)
    placed[index] = { ...writable, stubs }
    stubs.make(path.slice(over.target.length), kind)
  }
  /** The same content under an overlay that takes the stubs. */
  const shelter = (bind: Placed): Placed => {
    const source = overlay([bind.source], true)
    return { ...bind, source, foreign: false }
  }
  const overlay = (lowerDirs: readonly string[], writable: boolean): string => {
    const mountpoint = fresh('overlay')
    const names = fresh('names')
    const changes = join(stage.scratch, basename(mountpoint))
    const upper = { directory: join(changes, 'upper'), work: join(changes, 'work') }
    for (const directory of [mountpoint, names, ...(writable ? [upper.directory, upper.work] : [])])
      mkdirSync(directory, { recursive: true })
    mountOverlay(stage.mounter, {
      lowerDirs,
      mountpoint,
      names,
      userNamespace: stage.userNamespace,
      nodev: true,
      ...(writable ? { upper } : {}),
    })
    mounted.push(mountpoint)
    return mountpoint
  }
  const memoryFile = (
    content: string | Uint8Array,
    owner: { readonly mode: number; readonly uid: number; readonly gid: number },
  ): string => {
    const path = fresh('file')
    writeFileSync(path, content, { mode: 0o600 })
    chownSync(path, owner.uid, owner.gid)
    chmodSync(path, owner.mode)
    return path
  }
  const sourceRoot = (source: BindSource, writable: boolean): string => {
    const lowers = source.kind === 'layers' ? source.lowerDirs : [source.path]
    const [only] = lowers
    if (only !== undefined && lowers.length === 1 && !(writable && statSync(only).isDirectory())) return only
    return overlay(lowers, writable)
  }
  const addBind = (mount: Extract<StepMount, { type: 'bind' }>): void => {
    const root = sourceRoot(mount.source, !mount.readonly)
    const found = resolveInRoot(rootAt(root), mount.path)
    if (found.stats === undefined)
      throw new SlipwayError(
        'context-path-missing',
        `${mount.path} is not in the source of the mount on ${mount.target}`,
      )
    const source = found.path === '/' ? root : root + found.path
    const copied = !mount.readonly && root === singleFile(mount.source) ? copyOf(source, fresh('copy')) : source
    place(mount.target, copied, { readonly: mount.readonly, foreign: mount.readonly })
  }
  const addTmpfs = (mount: Extract<StepMount, { type: 'tmpfs' }>): void => {
    const path = fresh('tmpfs')
    mkdirSync(path)
    const size = mount.size > 0 ? `,size=${mount.size}` : ''
    stage.mounter.mount({
      source: 'tmpfs',
      target: path,
      type: 'tmpfs',
      options: `mode=1777${size}`,
      flags: ['nosuid', 'nodev'],
    })
    mounted.push(path)
    place(mount.target, path, { readonly: false, foreign: false })
  }
  return {
    get binds() {
      return placed.map(({ source, target, readonly }) => ({ source, target, readonly }))
    },
    addFile: ({ target, content, mode }) =>
      place(target, memoryFile(content, { mode: mode ?? 0o755, uid: 0, gid: 0 }), { readonly: true, foreign: false }),
    addPath: (target, source, readonly) => place(target, source, { readonly, foreign: false }),
    addMount: (mount) => {
      switch (mount.type) {
        case 'bind':
          return addBind(mount)
        case 'host':
          return place(mount.target, mount.path, { readonly: mount.readonly, foreign: mount.readonly })
        case 'tmpfs':
          return addTmpfs(mount)
        case 'secret':
          if (mount.target !== undefined)
            place(mount.target, memoryFile(mount.content, mount), { readonly: true, foreign: false })
      }
    },
    unmount: () => {
      for (const bind of [...placed].reverse()) bind.stubs?.remove()
      for (const path of [...mounted].reverse()) stage.mounter.unmount(path)
    },
  }
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
