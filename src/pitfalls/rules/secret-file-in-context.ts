import type { Pitfall } from '../pitfall.ts'
import { contextUses } from '../queries/context-reach.ts'
import { addPatternsFix, literalPattern } from '../repairs/propose-ignore.ts'
import { listed } from '../queries/listed.ts'

/** One careless COPY away from the image. */
export const secretFileInContext: Pitfall = {
  id: 'secret-file-in-context',
  summary: 'The ignore file keeps files with credentials out of the context: else the next wide COPY takes them along',
  severity: 'warning',
  level: 'context',
  profiles: ['decision', 'security', 'production'],
  peers: {},
  find: (facts) => {
    const { project } = facts
    const [first] = contextUses(facts)
    if (project === undefined || first === undefined) return []
    const open = project.secrets.filter(({ ignored }) => !ignored)
    if (open.length === 0) return []
    const fix = addPatternsFix(
      facts,
      open.map(({ path }) => literalPattern(path)),
    )
    const patterns = open.map(({ path }) => `\`${literalPattern(path)}\``)
    return [
      {
        at: first.step.at,
        message: `the context holds ${listed(
          open.map(({ path, what, line }) => `\`${path}\` (${what}${line === undefined ? '' : `, line ${line}`})`),
        )}, which ${project.ignore === undefined ? 'no ignore file keeps' : `\`${project.ignore.path}\` does not keep`} out`,
        hint: `add ${listed(patterns)} to ${project.ignore?.path ?? '.dockerignore'}; patterns without \`**/\` fit at the root only`,
        evidence: { files: open.map(({ path }) => path).join(' ') },
        ...(fix === undefined ? {} : { fixes: [fix.fix] }),
      },
    ]
  },
}
