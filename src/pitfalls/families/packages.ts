import type { Pitfall } from '../pitfall.ts'
import { aptListsNotRemoved } from '../rules/apt-lists-not-removed.ts'
import { aptRecommends } from '../rules/apt-recommends.ts'
import { chownDuplicatesLayer } from '../rules/chown-duplicates-layer.ts'
import { cleanupInLaterLayer } from '../rules/cleanup-in-later-layer.ts'
import { downloadLeftBehind } from '../rules/download-left-behind.ts'
import { packageCacheKept } from '../rules/package-cache-kept.ts'
import { updateAlone } from '../rules/update-alone.ts'

/** Packages of distributions, and what installing leaves behind. */
export const packages: readonly Pitfall[] = [
  aptListsNotRemoved,
  aptRecommends,
  chownDuplicatesLayer,
  cleanupInLaterLayer,
  downloadLeftBehind,
  packageCacheKept,
  updateAlone,
]
