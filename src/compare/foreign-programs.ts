import type { ElfHeader } from '../elf/index.ts'
import { compatiblePlatforms, type Platform } from '../oci/index.ts'
import { namesArchitecture } from './architecture-names.ts'

/** A program or library that does not run where its image is for. */
export interface ForeignProgram {
  readonly path: string
  readonly architecture: string
}

/**
 * Whether a program is of an architecture that its platform cannot execute. False for object files and for machines that
 * are no platform of images (kernels of graphics cards, BPF), and where the path names the architecture itself: packages with
 * builds for several machines and cross compilers have these on purpose.
 */
export function isForeign(path: string, { architecture, type }: ElfHeader, platform: Platform): boolean {
  if (type !== 'executable' && type !== 'shared') return false
  if (architecture.startsWith('machine ')) return false
  const runs = compatiblePlatforms(platform).map((one) => one.architecture)
  return !runs.includes(architecture) && !namesArchitecture(path, architecture)
}

/** The foreign programs of a root file system, by path. */
export function foreignPrograms(
  programs: ReadonlyMap<string, ElfHeader>,
  platform: Platform,
): readonly ForeignProgram[] {
  return [...programs]
    .filter(([path, header]) => isForeign(path, header, platform))
    .map(([path, { architecture }]) => ({ path, architecture }))
}
