import type { Pitfall } from '../pitfall.ts'
import { hardcodedArch } from '../rules/hardcoded-arch.ts'
import { healthcheckMissing } from '../rules/healthcheck-missing.ts'
import { healthcheckToolMissing } from '../rules/healthcheck-tool-missing.ts'
import { needsShellInShellless } from '../rules/needs-shell-in-shellless.ts'

/** What keeps an image from running. */
export const runtime: readonly Pitfall[] = [
  hardcodedArch,
  healthcheckMissing,
  healthcheckToolMissing,
  needsShellInShellless,
]
