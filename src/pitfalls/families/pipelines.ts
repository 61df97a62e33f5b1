import type { Pitfall } from '../pitfall.ts'
import { ciBudgetMissing } from '../rules/ci-budget-missing.ts'
import { ciDebugTarget } from '../rules/ci-debug-target.ts'
import { ciScanMissing } from '../rules/ci-scan-missing.ts'
import { ciSecretBuildArg } from '../rules/ci-secret-build-arg.ts'
import { noMultiArch } from '../rules/no-multi-arch.ts'

/** Pipelines and compose files that build and publish images. */
export const pipelines: readonly Pitfall[] = [
  ciBudgetMissing,
  ciDebugTarget,
  ciScanMissing,
  ciSecretBuildArg,
  noMultiArch,
]
