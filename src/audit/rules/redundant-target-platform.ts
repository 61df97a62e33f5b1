import { removeFlag } from '../../editing/index.ts'
import { harmless } from '../harmless.ts'
import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** Images are for the target platform unless something else is asked for. */
export const redundantTargetPlatform: Rule = {
  name: 'RedundantTargetPlatform',
  description: 'Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior',
  url: buildkitPage('redundant-target-platform'),
  find: ({ file, stages }) =>
    stages.flatMap(({ from, at, platform }) => {
      if (platform?.isTarget !== true) return []
      const message = `Setting platform to predefined ${platform.written} in FROM is redundant as this is the default behavior`
      const hint = 'leave the flag out'
      const fixes = harmless(hint, removeFlag(file, platform.flag))
      return [{ at: wordAt(at, platform.flag), whole: at, message, commented: from, hint, fixes }]
    }),
}
