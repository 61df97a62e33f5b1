import type { Pitfall } from '../pitfall.ts'
import { buildNeedsDevDeps } from '../rules/build-needs-dev-deps.ts'
import { installScriptAfterCopy } from '../rules/install-script-after-copy.ts'
import { staleDummyBuild } from '../rules/stale-dummy-build.ts'
import { unlockedDependencies } from '../rules/unlocked-dependencies.ts'

/** Packages of languages: locked, complete, for production. */
export const dependencies: readonly Pitfall[] = [
  buildNeedsDevDeps,
  installScriptAfterCopy,
  staleDummyBuild,
  unlockedDependencies,
]
