import { removeWord } from '../../editing/index.ts'
import type { Edit } from '../../core/index.ts'
import type { Facts } from '../facts.ts'
import type { Pitfall } from '../pitfall.ts'
import { actionsIn, placeOf, type StepAction } from '../queries/steps.ts'

/** `go build -a`: everything is compiled again. */
export const goCacheDefeated: Pitfall = {
  id: 'go-cache-defeated',
  summary: 'go build keeps its build cache; -a compiles the standard library and all modules each time.',
  severity: 'info',
  level: 'static',
  profiles: ['speed'],
  peers: {},
  find: (facts) =>
    facts.stages.flatMap(({ steps }) =>
      actionsIn(steps, 'build')
        .filter(({ action }) => action.tool === 'go' && action.command.args.includes('-a'))
        .map(({ step, action }) => ({
          at: step.at,
          message: `go build -a compiles the standard library and all modules again, whatever is in the build cache${hasSuffix(action) ? '; -installsuffix has no effect since there is one' : ''}`,
          hint: 'leave out -a and -installsuffix: CGO_ENABLED=0 alone makes a static program',
          related: [{ note: 'this command', at: placeOf(step, action) }],
          fixes: [
            {
              title: 'let go use its build cache',
              edits: withoutFlags(facts, { step, action }),
              claims: ['same-files'] as const,
              safety: 'proof' as const,
            },
          ],
        })),
    ),
}

function hasSuffix({ command }: StepAction<'build'>['action']): boolean {
  return command.args.some((word) => word.startsWith('-installsuffix'))
}

function withoutFlags({ file }: Facts, { action }: StepAction<'build'>): readonly Edit[] {
  const { words, args } = action.command
  return words.flatMap((word, index) => {
    const isSuffix =
      args[index]?.startsWith('-installsuffix') === true || (index > 0 && args[index - 1] === '-installsuffix')
    return args[index] === '-a' || isSuffix ? removeWord(file, word) : []
  })
}
