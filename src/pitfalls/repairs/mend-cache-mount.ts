import type { Fix } from '../../core/index.ts'
import { insertBefore, removeCommand, removeWord } from '../../editing/index.ts'
import type { Facts, MountModel, StepModel } from '../facts.ts'
import { editableRun } from './run-edits.ts'

type Action = NonNullable<StepModel['command']>['actions'][number]

/** The mount goes where the tool keeps its cache. */
export function movedMountFix({ at }: MountModel, step: StepModel, path: string): readonly Fix[] {
  const { text } = at.source
  const found = /\b(?:target|dst|destination)=([^,\s"']+)/.exec(text.slice(at.span.start, at.span.end))
  const [, written] = found ?? []
  if (found === null || written === undefined || step.trigger || /[$\s,"']/.test(path)) return []
  const start = at.span.start + found.index + found[0].length - written.length
  return [
    {
      title: `mount the cache at ${path}`,
      edits: [{ span: { start, end: start + written.length }, text: path }],
      claims: ['same-files'],
      safety: 'proof',
    },
  ]
}

/** The command that empties the cache goes; what it removes is in no layer. */
export function keptCacheFix({ file }: Facts, step: StepModel, { command, kind, ...action }: Action): readonly Fix[] {
  const run = editableRun(step)
  // It may remove more than what is mounted.
  const isMore = kind === 'delete' && 'paths' in action && action.paths.length !== 1
  if (run === undefined || isMore || command.conditions.length > 0 || command.pipe !== undefined) return []
  const edits = removeCommand(file, run, command)
  const title = `leave ${command.program} ${command.args.join(' ')} out`
  return edits === undefined ? [] : [{ title, edits, claims: ['same-files'], safety: 'proof' }]
}

/**
 * What switches a cache off goes: an option that tells the tool to keep nothing, or the settings of Debian's images, which
 * make apt delete its packages.
 */
export function keepingFix(
  facts: Facts,
  step: StepModel,
  { reason, fix }: { readonly reason: string; readonly fix: string },
): readonly Fix[] {
  const { file } = facts
  if (editableRun(step) === undefined) return []
  const more = { claims: ['same-files'], safety: 'proof' } as const
  if (fix.startsWith('before it: RUN ')) {
    const edits = insertBefore(file, step.instruction, [fix.replace('before it: ', '')])
    return [{ title: 'let apt keep its packages in the mount', edits, ...more, claims: [] }]
  }
  const cleaning = step.command?.actions.find(({ kind }) => kind === 'clean-cache')
  if (cleaning !== undefined && reason.includes(' removes what ')) return keptCacheFix(facts, step, cleaning)
  const option = /^(--[\w-]+) tells /.exec(reason)?.[1]
  const words = step.command?.script.commands.flatMap((one) => one.words.filter(({ text }) => text === option)) ?? []
  if (option === undefined || words.length === 0) return []
  return [{ title: `leave ${option} out`, edits: words.flatMap((word) => removeWord(file, word)), ...more }]
}
