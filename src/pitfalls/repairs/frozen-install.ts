import type { Fix } from '../../core/index.ts'
import { insertWordAfter } from '../../editing/index.ts'
import type { Install } from '../../shell/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import { subcommandOf } from '../queries/run-commands.ts'

/** The flag with which a manager keeps to its lock file, or stops; by version where that decides. */
export function frozenInstallFix(
  { project }: Facts,
  { manager, subcommand, command }: Install & Pick<StepCommand, 'command'>,
): Fix | undefined {
  const flag = manager === 'yarn' ? yarnFlag(project) : manager === 'pnpm' || manager === 'bun' ? frozen : undefined
  const word = subcommandOf(command)?.word ?? command.programWord
  if (flag === undefined || word === undefined || !/^(?:|i|install)$/.test(subcommand)) return undefined
  return { title: `write ${flag}`, edits: insertWordAfter(word, flag), claims: ['same-files'], safety: 'proof' }
}

type StepCommand = NonNullable<StepModel['command']>['actions'][number]

const frozen = '--frozen-lockfile'

/** Lock files of yarn 1 say so in their second line; those of later versions begin with metadata. */
function yarnFlag(project: Facts['project']): string | undefined {
  const locks = new Set((project?.node ?? []).flatMap(({ lock }) => (lock?.manager === 'yarn' ? [lock.path] : [])))
  const [only, ...others] = locks
  const text = only === undefined || others.length > 0 ? undefined : project?.text(only)
  if (text === undefined) return undefined
  if (/^# yarn lockfile v1/m.test(text)) return frozen
  return text.includes('__metadata:') ? '--immutable' : undefined
}
