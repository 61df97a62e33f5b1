import type { Fix } from '../../core/index.ts'
import { deleteInstruction, insertAfter, insertBefore, replaceWord } from '../../editing/index.ts'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import { actionsIn } from '../queries/steps.ts'

/** Accounts that images bring for the program, the most fitting first. */
const usual = ['node', 'deno', 'bun', 'app', 'nonroot', 'gradle', 'jovyan', 'mambauser', 'www-data']

/** The account that a program of the final stage may run as: one that a step makes, else the one that the base has for it. */
export function accountOf({ base, history, end }: StageModel): string | undefined {
  const made = actionsIn(history, 'create-user').filter(({ action }) => /^[\w.-]+$/.test(action.name))
  const [only] = made
  if (only !== undefined && new Set(made.map(({ action }) => action.name)).size === 1) return only.action.name
  if (made.length > 0) return undefined
  return usual.find(
    (name) => base.accounts?.has(name) === true && end.accounts?.has(name) === true && isOwn(base, name),
  )
}

/** Debian and its heirs have www-data too: it is the program's own in images of servers only. */
function isOwn({ runtime }: StageModel['base'], name: string): boolean {
  return name !== 'www-data' || runtime?.language === 'php'
}

/** USER before what is started, with a line that makes the account where the image has none. */
export function nameUserFix({ file, final }: Facts): readonly Fix[] {
  const account = accountOf(final)
  const { end } = final
  // Its master process needs root to listen, or another configuration.
  if (final.base.accounts?.has('nginx') === true) return []
  const lines = account === undefined ? madeLines(final) : [`USER ${account}`]
  if (lines === undefined) return []
  const named = account ?? lines.at(-1)?.replace('USER ', '') ?? ''
  const fix = (edits: Fix['edits']): readonly Fix[] => [
    { title: `run as ${named}`, edits, claims: lines.length === 1 ? ['same-files'] : [], safety: 'proof' },
  ]
  const last = end.userStep
  if (last?.stage === final && account !== undefined && last.index >= lastChange(final) && !last.trigger) {
    const { instruction, before } = last
    // It took back another USER.
    if (before.isRoot === false && before.userStep?.stage === final) return fix(deleteInstruction(file, instruction))
    return instruction.kind === 'USER' ? fix(replaceWord(instruction.word, account)) : []
  }
  const next = final.steps.find((step) => step.index > lastChange(final) && starts(step))
  if (next !== undefined) return next.trigger ? [] : fix(insertBefore(file, next.instruction, lines))
  const instruction = final.steps.at(-1)?.instruction ?? final.from
  return fix(insertAfter(file, instruction, lines))
}

function starts({ kind }: StepModel): boolean {
  return kind === 'CMD' || kind === 'ENTRYPOINT'
}

/** The last step for which it matters as whom it runs. */
function lastChange({ steps }: StageModel): number {
  return steps.findLastIndex(({ kind }) => /^(?:RUN|COPY|ADD|WORKDIR|SHELL|ONBUILD)$/.test(kind))
}

/**
 * An account that USER names and nobody makes: made before it, or the number that images without a shell use, where nobody
 * can make one.
 */
export function accountFix({ file }: Facts, step: StepModel, name: string): readonly Fix[] {
  const { instruction, stage, before, trigger } = step
  const { base } = stage
  if (trigger || instruction.kind !== 'USER') return []
  if (base.hasShell === false || base.isEmpty) {
    const number = base.distribution === 'distroless' ? '65532' : '10001'
    const edits = replaceWord(instruction.word, number)
    return [{ title: `write USER ${number}`, edits, claims: ['same-files'], safety: 'proof' }]
  }
  const maker = makers[base.distribution ?? '']
  if (maker === undefined || before.isRoot !== true || !/^[a-z_][\w-]*$/.test(name)) return []
  const edits = insertBefore(file, instruction, [`RUN ${maker} ${name}`])
  return [{ title: `make the account ${name}`, edits, claims: [], safety: 'proof' }]
}

/** The command that makes an account, by distribution. */
const makers: Readonly<Record<string, string>> = {
  debian: 'useradd --create-home',
  ubuntu: 'useradd --create-home',
  alpine: 'adduser -D',
  busybox: 'adduser -D',
}

/** Lines that make an account in images whose tools are known; a number where nothing can be run. */
function madeLines({ base, end, history }: StageModel): readonly string[] | undefined {
  // An account with a name that nobody can read may be meant for it.
  if (actionsIn(history, 'create-user').length > 0 || end.isRoot !== true) return undefined
  if (base.isEmpty || base.hasShell === false) return ['USER 10001']
  if (end.accounts?.has('app') === true || end.accounts === undefined) return undefined
  const maker = makers[base.distribution ?? '']
  return maker === undefined ? undefined : [`RUN ${maker} app`, 'USER app']
}
