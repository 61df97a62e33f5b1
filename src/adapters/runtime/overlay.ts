import { chmodSync, lstatSync, lutimesSync, mkdirSync, readdirSync, symlinkSync, lchownSync } from 'node:fs'
import { join } from 'node:path'
import { SlipwayError } from '../../core/index.ts'
import type { Mounter } from './linux-mount.ts'

/** A stack of directories to be seen as one. Without `upper` it is read-only. */
export interface OverlaySpec {
  readonly lowerDirs: readonly string[]
  readonly upper?: { readonly directory: string; readonly work: string }
  readonly mountpoint: string
  /** An empty directory in memory for the short names of the layers; stays in use while mounted. */
  readonly names: string
  readonly userNamespace: boolean
  readonly nodev: boolean
}

/** The kernel refuses the 501st layer. */
const maximumLayers = 500

/**
 * Mounts overlayfs. The options have to fit in a page (4095 bytes; 60 absolute paths of 72 characters do not), so layers
 * are given as one- to three-digit links in `names`. `volatile` leaves out syncs: apt installs 75 packages in 27 to 45 s
 * instead of 51 s, and a build that crashes throws the layer away anyhow.
 */
export function mountOverlay(mounter: Mounter, spec: OverlaySpec): void {
  if (spec.lowerDirs.length > maximumLayers) {
    throw new SlipwayError('unsupported', `${spec.lowerDirs.length} layers; overlayfs takes ${maximumLayers}`, {
      hint: 'join RUN instructions, or copy the stage into a new one',
    })
  }
  mkdirSync(join(spec.names, 'empty'), { recursive: true })
  spec.lowerDirs.forEach((directory, index) => symlinkSync(directory, join(spec.names, String(index))))
  const lowers = spec.lowerDirs.map((_, index) => String(index)).reverse()
  // Two lowers at least where there is no upper; one where there is.
  if (lowers.length < (spec.upper === undefined ? 2 : 1)) lowers.push('empty')
  if (lowers.length < 2 && spec.upper === undefined) {
    mkdirSync(join(spec.names, 'void'))
    lowers.push('void')
  }
  // Said aloud because kernels are built with other defaults; `userxattr` implies them and refuses to hear it.
  const fixed = spec.userNamespace ? ['userxattr', 'index=off'] : ['redirect_dir=off', 'metacopy=off', 'index=off']
  const options = [`lowerdir=${lowers.join(':')}`, ...fixed]
  if (spec.upper !== undefined) {
    symlinkSync(spec.upper.directory, join(spec.names, 'u'))
    symlinkSync(spec.upper.work, join(spec.names, 'w'))
    options.push('upperdir=u', 'workdir=w')
  }
  const request = {
    source: 'overlay',
    target: spec.mountpoint,
    type: 'overlay' as const,
    directory: spec.names,
    flags: spec.nodev ? (['nodev'] as const) : [],
  }
  if (spec.upper === undefined) return mounter.mount({ ...request, options: options.join(',') })
  try {
    mounter.mount({ ...request, options: [...options, 'volatile'].join(',') })
  } catch {
    // Linux before 5.10 has no `volatile`.
    mounter.mount({ ...request, options: options.join(',') })
  }
}

/** The merged root has the attributes of the upper directory, so a new one takes those of the layer below it. */
export function inheritRootAttributes(lowerDirs: readonly string[], upper: string): void {
  const below = lowerDirs.at(-1)
  if (below === undefined || readdirSync(upper).length > 0) return
  const stats = lstatSync(below)
  lchownSync(upper, stats.uid, stats.gid)
  chmodSync(upper, stats.mode & 0o7777)
  lutimesSync(upper, stats.atime, stats.mtime)
}
