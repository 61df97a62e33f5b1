import { type Predicate, spdxPredicate } from '../../attest/index.ts'
import { digestOf } from '../../core/index.ts'
import { listPackages } from '../../inventory/index.ts'
import type { AssembledImage } from '../build/assemble-image.ts'
import { internalStep } from '../build/internal-step.ts'
import type { Session } from '../session.ts'
import { stackFiles, storedLayer } from '../trees/layer-files.ts'

export interface SbomRequest {
  readonly names: readonly string[]
  readonly version: string
  readonly invocation: string
  readonly signal: AbortSignal
}

/** The packages of an image, read from its files, which are unpacked for that where they are not yet. */
export async function describePackages(
  session: Session,
  { config, layers }: Pick<AssembledImage, 'config' | 'layers'>,
  { names, version, invocation, signal }: SbomRequest,
): Promise<Predicate> {
  const image = digestOf(config)
  return internalStep(session, '[internal] listing packages', async (progress) => {
    await session.engine.prepare(layers, progress, signal)
    const { view, read } = stackFiles(layers.map((layer) => storedLayer(session, layer)))
    const inventory = listPackages(view, read)
    return spdxPredicate({ image, name: names[0] ?? image, inventory, version, created: session.now(), invocation })
  })
}
