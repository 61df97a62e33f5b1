import type { Pitfall } from '../pitfall.ts'
import { copyBeforeInstall } from '../rules/copy-before-install.ts'
import { volatileArgEarly } from '../rules/volatile-arg-early.ts'

/** The order of steps and cache mounts: what makes a rebuild slow. */
export const caching: readonly Pitfall[] = [copyBeforeInstall, volatileArgEarly]
