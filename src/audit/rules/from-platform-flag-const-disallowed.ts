import { wordAt } from '../places.ts'
import { buildkitPage, type Rule } from '../rule.ts'

/** A stage whose name holds the platform's system or architecture means it. */
export const fromPlatformFlagConstDisallowed: Rule = {
  name: 'FromPlatformFlagConstDisallowed',
  description: 'FROM --platform flag should not use a constant value',
  url: buildkitPage('from-platform-flag-const-disallowed'),
  find: ({ stages }) =>
    stages.flatMap(({ stage, from, at, platform: flag }) => {
      const platform = flag?.platform
      if (flag === undefined || platform === undefined || flag.found.length + flag.missing.length > 0) return []
      const name = stage.name ?? ''
      if (name.includes(platform.os) || name.includes(platform.architecture)) return []
      const message = `FROM --platform flag should not use constant value ${JSON.stringify(flag.value)}`
      return [{ at: wordAt(at, flag.flag), whole: at, message, commented: from }]
    }),
}
