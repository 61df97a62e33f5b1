import { pathToBytes } from '../core/index.ts'
import type { LayerEntry } from './entry.ts'

/**
 * Bytes that the files of a layer take as docker counts them (overlay2, `docker images`): contents of regular files, hard
 * links once, and targets of symbolic links; directories, devices and whiteouts count nothing. Apparent sizes, no blocks.
 */
export function diskSize(entries: Iterable<Pick<LayerEntry, 'kind' | 'size' | 'linkname'>>): number {
  let sum = 0
  for (const { kind, size, linkname } of entries) {
    if (kind === 'file') sum += size
    else if (kind === 'symlink') sum += pathToBytes(linkname ?? '').length
  }
  return sum
}
