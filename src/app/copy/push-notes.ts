import type { BlobOutcome } from '../../adapters/registry/index.ts'
import { type Descriptor, formatReference, type Reference } from '../../oci/index.ts'
import type { ProgressSink } from '../../solver/index.ts'
import type { Session } from '../session.ts'

/** Shows what became of a blob, and remembers that the registry has it. */
export function noteBlobs(
  session: Session,
  reference: Reference,
  progress: ProgressSink,
): (blob: Descriptor, outcome: BlobOutcome) => void {
  return (blob, outcome) => {
    const id = outcome === 'sent' ? blob.digest : `${outcome} ${blob.digest}`
    progress({ id, current: blob.size, total: blob.size, unit: 'bytes', done: true })
    session.origins.sent(blob.digest, formatReference(reference))
  }
}

/** Other repositories of the registry, in their order. */
export function repositoriesAt({ registry, repository }: Reference, origins: readonly Reference[]): readonly string[] {
  return origins
    .filter((origin) => origin.registry === registry && origin.repository !== repository)
    .map((origin) => origin.repository)
}
