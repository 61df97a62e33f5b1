import type { LayerEntry } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'

/**
 * How many bytes of files a blob may unpack to. gzip makes at most 1032 bytes of one, so 10 MB can fill a disk. Layers of
 * real images grow by less than 100 on the whole, and 16 GiB of zeros is an odd but possible file.
 */
export function unpackLimit(blobSize: number): number {
  return Math.max(16 * 2 ** 30, blobSize * 200)
}

/** Takes the entries of a layer; throws `bad-archive` at the header of the file that goes beyond the limit. */
export function entryLimiter(limit: number): (entry: Pick<LayerEntry, 'kind' | 'size'>) => void {
  let total = 0
  return ({ kind, size }) => {
    total += kind === 'file' ? size : 0
    if (total > limit)
      throw new SlipwayError('bad-archive', `the layer unpacks to more than ${limit} bytes, beyond all proportion`)
  }
}
