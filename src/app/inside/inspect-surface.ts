import { findSurface, type Surface } from '../../analysis/index.ts'
import { listPackages } from '../../inventory/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import { internalStep } from '../build/internal-step.ts'
import type { Session } from '../session.ts'
import { openInside, type OpenInside } from './open-inside.ts'

/** What `slipway inspect --surface` tells of an image. */
export interface SurfaceReport extends Surface {
  readonly image: string
  /** Digest of the configuration. */
  readonly id: string
  readonly platform: string
}

/** What an image, wherever it is, offers to whoever gets into a container of it. Rejects as `openInside` does. */
export async function inspectSurface(session: Session, image: string, options: OpenInside): Promise<SurfaceReport> {
  const inside = await openInside(session, image, options)
  const surface = await internalStep(session, 'looking for what an attacker could use', async () =>
    findSurface(inside, listPackages(inside.view, inside.read)),
  )
  return { image, id: inside.id, platform: formatPlatform(inside.platform), ...surface }
}
