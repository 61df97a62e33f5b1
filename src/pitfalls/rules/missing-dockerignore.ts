import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { contextUses } from '../queries/context-reach.ts'
import { ignoreFileFix } from '../repairs/propose-ignore.ts'

/** Without an ignore file the whole directory is the context. */
export const missingDockerignore: Pitfall = {
  id: 'missing-dockerignore',
  summary:
    'A build that copies from its context has an ignore file: else history, dependencies and local settings belong to it',
  severity: 'warning',
  level: 'context',
  profiles: ['decision', 'security', 'size', 'speed', 'production'],
  peers: {},
  find: (facts) => {
    const { project } = facts
    const [first] = contextUses(facts)
    if (project === undefined || first === undefined) return []
    if (project.ignore !== undefined && project.ignore.patterns.length > 0) return []
    return [toHit(facts, first)]
  },
}

function toHit(facts: Facts, { step, isWhole }: ReturnType<typeof contextUses>[number]): PitfallHit {
  const path = facts.project?.ignore?.path
  const nothing = path === undefined ? 'there is no ignore file' : `\`${path}\` holds no pattern`
  const fix = ignoreFileFix(facts)
  return {
    at: step.at,
    message: `${nothing}: ${isWhole ? `${step.kind} takes whatever lies in the context` : 'the whole directory is the context of the build'}`,
    hint:
      fix === undefined
        ? 'add a `.dockerignore` with `.git`, `.env*`, keys, logs and what tools have made'
        : `add a \`.dockerignore\` with ${fix.patterns
            .slice(0, 6)
            .map((pattern) => `\`${pattern}\``)
            .join(', ')} …`,
    ...(fix === undefined ? {} : { fixes: [fix.fix] }),
  }
}
