import type { BuildRequest, BuildWorld } from '../../build/build-request.ts'
import type { Session } from '../../session.ts'
import { changesOf, type FixedFile } from '../fix-files.ts'
import { type Proof, proveFixes } from './prove-fixes.ts'

/** A file with the fixes that builds have shown to do what they claim. */
export interface ProvenFile extends FixedFile {
  readonly proofs: readonly Proof[]
}

/**
 * Proves the fixes of files, one file after the other; see `proveFixes`. The request says how they are built; their context
 * and what is built of them are their own unless it names a target. Keeps no image.
 */
export async function proveFiles(
  session: Session,
  files: readonly FixedFile[],
  { request, world }: { readonly request: BuildRequest; readonly world: BuildWorld & { readonly signal: AbortSignal } },
): Promise<readonly ProvenFile[]> {
  const proven: ProvenFile[] = []
  for (const file of files) {
    const { place, targets } = file
    const target = request.target ?? targets[0]
    const own = target === undefined ? request : { ...request, target }
    const { outcome, proofs } = await proveFixes(file, { session, request: own, world, place, used: new Map() })
    proven.push({ ...file, outcome, proofs, changes: changesOf(outcome, place), held: [] })
  }
  return proven
}
