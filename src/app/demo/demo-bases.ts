import { parseReference } from '../../oci/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { baseFor, baseArchitecture } from '../../adapters/packages/index.ts'
import { makeBase } from '../bases/build-base.ts'
import { machinePlatform } from '../build/plan-request.ts'
import type { Session } from '../session.ts'

/** Where a base of the demo came from. */
export interface DemoBase {
  readonly name: string
  readonly from: 'store' | 'registry' | 'packages'
  /** For bases made from packages: how they differ from the official image. */
  readonly difference?: string
}

/** A registry that answers does so within a second; the demo should not wait for one that does not. */
const registryPatience = 5000

/** Makes sure that the images which the examples start from can be had: officially where a registry answers, else from packages. */
export async function provideBase(session: Session, name: string, signal: AbortSignal): Promise<DemoBase> {
  const platform = machinePlatform()
  if (await isStored(session, name)) return { name, from: 'store' }
  if (await isPublished(session, name, signal)) return { name, from: 'registry' }
  if (baseFor(name, baseArchitecture(platform.architecture)) === undefined) {
    throw new SlipwayError(
      'registry-unreachable',
      `no registry answers for ${name}, and it cannot be made from packages`,
    )
  }
  const made = await makeBase(session, { name, platform, packages: [], tags: [] }, signal)
  return { name, from: 'packages', difference: made.difference }
}

async function isStored(session: Session, name: string): Promise<boolean> {
  return session.store.images.resolve(name, machinePlatform()).then(
    () => true,
    () => false,
  )
}

async function isPublished(session: Session, name: string, signal: AbortSignal): Promise<boolean> {
  const reference = parseReference(name)
  if ('error' in reference) throw new SlipwayError('internal', `${name} is no image name: ${reference.error}`)
  const patience = AbortSignal.any([signal, AbortSignal.timeout(registryPatience)])
  return session.registry.head(reference, patience).then(
    () => true,
    () => false,
  )
}
