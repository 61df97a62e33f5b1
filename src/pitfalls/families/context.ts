import type { Pitfall } from '../pitfall.ts'
import { copyIgnoredFile } from '../rules/copy-ignored-file.ts'
import { dockerignoreGaps } from '../rules/dockerignore-gaps.ts'
import { missingDockerignore } from '../rules/missing-dockerignore.ts'
import { monorepoSiblingContext } from '../rules/monorepo-sibling-context.ts'
import { oversizedContext } from '../rules/oversized-context.ts'

/** What is sent to the build. */
export const context: readonly Pitfall[] = [
  copyIgnoredFile,
  dockerignoreGaps,
  missingDockerignore,
  monorepoSiblingContext,
  oversizedContext,
]
