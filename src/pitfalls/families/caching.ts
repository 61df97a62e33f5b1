import type { Pitfall } from '../pitfall.ts'
import { artifactLostInCacheMount } from '../rules/artifact-lost-in-cache-mount.ts'
import { cacheMountIneffective } from '../rules/cache-mount-ineffective.ts'
import { cacheMountMissing } from '../rules/cache-mount-missing.ts'
import { cacheMountOwner } from '../rules/cache-mount-owner.ts'
import { cacheMountSharing } from '../rules/cache-mount-sharing.ts'
import { copyBeforeInstall } from '../rules/copy-before-install.ts'
import { orderSystemPackagesFirst } from '../rules/order-system-packages-first.ts'
import { volatileArgEarly } from '../rules/volatile-arg-early.ts'

/** The order of steps and cache mounts: what makes a rebuild slow. */
export const caching: readonly Pitfall[] = [
  artifactLostInCacheMount,
  cacheMountIneffective,
  cacheMountMissing,
  cacheMountOwner,
  cacheMountSharing,
  copyBeforeInstall,
  orderSystemPackagesFirst,
  volatileArgEarly,
]
