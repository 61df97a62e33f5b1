import type { ElfHeader } from '../elf/index.ts'
import { compatiblePlatforms, type Platform } from '../oci/index.ts'
import { namesArchitecture } from './architecture-names.ts'

/** A program or library that does not run where its image is for. */
export interface ForeignProgram {
  readonly path: string
  readonly architecture: string
}

/**
 * Whether a program says something about what its image runs on. False for object files and for machines that are no platform
 * of images (kernels of graphics cards, BPF), and where the path names the architecture itself: packages with builds for
 * several machines and cross compilers have these on purpose.
 */
export function isTelling(path: string, { architecture, type }: ElfHeader): boolean {
  if (type !== 'executable' && type !== 'shared') return false
  return !architecture.startsWith('machine ') && !namesArchitecture(path, architecture)
}

/** Whether machines of the platform execute programs of the architecture, as amd64 does those of 386. */
export function runsOn(architecture: string, platform: Platform): boolean {
  return compatiblePlatforms(platform).some((one) => one.architecture === architecture)
}

/** The foreign programs of a root file system, by path. */
export function foreignPrograms(
  programs: ReadonlyMap<string, ElfHeader>,
  platform: Platform,
): readonly ForeignProgram[] {
  return [...programs]
    .filter(([path, header]) => isTelling(path, header) && !runsOn(header.architecture, platform))
    .map(([path, { architecture }]) => ({ path, architecture }))
}
