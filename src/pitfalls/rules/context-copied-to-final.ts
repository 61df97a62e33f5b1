import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { copyByNameFix } from '../repairs/copy-by-name.ts'

/** `COPY . .` in the stage that is shipped. */
export const contextCopiedToFinal: Pitfall = {
  id: 'context-copied-to-final',
  summary:
    'The final image takes the files it needs by name; the whole context brings sources, tests and what else lies about.',
  severity: 'warning',
  level: 'static',
  profiles: ['decision', 'security', 'size', 'production'],
  peers: {},
  find: (facts) =>
    facts.final.history
      .filter((step) => takesAll(step) && !isChosen(facts))
      .map((step) => ({
        at: step.at,
        message: `the whole context is copied into the image${step.stage === facts.final ? '' : `, since "${facts.final.label}" continues "${step.stage.label}"`}: ${step.instruction.kind} of everything to ${step.transfer?.destination ?? '/'}`,
        hint: 'copy the files and directories that the program needs by name, or build in a stage of its own and copy the result',
        costs: { line: step.line, paths: [`${(step.transfer?.destination ?? '/').replace(/\/$/, '')}/**`] },
        fixes: copyByNameFix(facts, step),
      })),
}

function takesAll({ transfer }: StepModel): boolean {
  if (transfer?.from.kind !== 'context') return false
  return transfer.sources.some(({ kind, path }) => kind === 'path' && (path === '' || path === '*' || path === '**'))
}

/** An ignore file that leaves out everything and names what may come: all of the context is then what was wanted. */
function isChosen({ project }: Facts): boolean {
  const patterns = project?.ignore?.patterns ?? []
  const all = patterns.findIndex((pattern) => /^\/?\*{1,2}(?:\/\*{1,2})?$/.test(pattern))
  return all >= 0 && patterns.slice(all).some((pattern) => pattern.startsWith('!'))
}
