import { SlipwayError } from '../core/index.ts'

/** The error for a damaged or hostile archive; `offset` counts bytes of the uncompressed stream. */
export function badArchive(reason: string, offset: number): SlipwayError {
  return new SlipwayError('bad-archive', `the archive is damaged at byte ${offset}: ${reason}`)
}
