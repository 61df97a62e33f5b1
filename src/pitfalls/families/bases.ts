import type { Pitfall } from '../pitfall.ts'
import { baseLacksArch } from '../rules/base-lacks-arch.ts'
import { eolBase } from '../rules/eol-base.ts'
import { floatingBaseTag } from '../rules/floating-base-tag.ts'
import { platformPinned } from '../rules/platform-pinned.ts'
import { stageVersionSkew } from '../rules/stage-version-skew.ts'
import { unpinnedBase } from '../rules/unpinned-base.ts'

/** Images that stages start from. */
export const bases: readonly Pitfall[] = [
  baseLacksArch,
  eolBase,
  floatingBaseTag,
  platformPinned,
  stageVersionSkew,
  unpinnedBase,
]
