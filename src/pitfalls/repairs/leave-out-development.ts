import type { Fix } from '../../core/index.ts'
import { insertWordAfter, removeWord } from '../../editing/index.ts'
import type { Facts, StageModel, StepModel } from '../facts.ts'
import type { DevelopmentTree } from '../queries/development-trees.ts'
import { subcommandOf } from '../queries/run-commands.ts'
import { appendFix, editableRun } from './run-edits.ts'
import { actionsIn } from '../queries/steps.ts'

const flags: Readonly<Record<string, string>> = {
  npm: '--omit=dev',
  pnpm: '--prod',
  bun: '--production',
  composer: '--no-dev',
  poetry: '--only main',
  uv: '--no-dev',
  pdm: '--prod',
}

const prunings: Readonly<Record<string, string>> = {
  npm: 'npm prune --omit=dev',
  pnpm: 'CI=true pnpm prune --prod',
}

/**
 * A flag where nothing is built with the packages; a command behind the build that takes them away where one RUN does both.
 */
export function leaveOutDevelopmentFix(facts: Facts, { install, step }: DevelopmentTree): readonly Fix[] {
  const owner = facts.stages
    .flatMap(({ steps }) => steps)
    .find(({ command }) => command?.actions.includes(install) === true)
  const run = owner === undefined ? undefined : editableRun(owner)
  if (owner === undefined || run === undefined || run.command.form === 'exec') return []
  const { stage } = owner
  // Others work with what this stage has installed.
  const isShared = facts.stages.some((other) => other.parent === stage || (other !== stage && mounts(other, stage)))
  if (isShared) return []
  if (!usesThem(stage, owner)) return flagged(facts, install)
  return step.transfer === undefined ? pruned(facts, owner, install) : []
}

function mounts({ steps }: StageModel, stage: StageModel): boolean {
  return steps.some((step) => step.mounts.some(({ source }) => source?.kind === 'stage' && source.stage === stage))
}

/** Something is built or tested, or runs that nobody knows. */
function usesThem({ steps }: StageModel, owner: StepModel): boolean {
  const later = steps.slice(owner.index)
  return actionsIn(later, 'build', 'test', 'other').some(
    ({
      action: {
        kind,
        command: { program },
      },
    }) => kind !== 'other' || !/^(?:echo|true|cd|set|export|mkdir|ls|corepack)$/.test(program),
  )
}

function flagged({ file }: Facts, install: DevelopmentTree['install']): readonly Fix[] {
  const { manager, command } = install
  const word = subcommandOf(command)?.word
  const more = { claims: ['smaller'], safety: 'proof' } as const
  if (manager === 'pipenv') {
    const dev = command.words.find(({ text }) => text === '--dev' || text === '-d')
    return dev === undefined ? [] : [{ title: 'leave out --dev', edits: removeWord(file, dev), ...more }]
  }
  const flag = manager === 'yarn' && isClassicYarn(install) ? '--production' : flags[manager]
  if (
    flag === undefined ||
    word === undefined ||
    command.words.some(({ text }) => /^--(?:include|dev|with)\b/.test(text))
  )
    return []
  return [{ title: `write ${flag}`, edits: insertWordAfter(word, flag), ...more }]
}

/** Only yarn 1 knows `--frozen-lockfile` and `--production`. */
function isClassicYarn({ command }: DevelopmentTree['install']): boolean {
  return command.args.includes('--frozen-lockfile')
}

/** Behind the build, in the RUN that installs: a later layer would free nothing. */
function pruned({ file }: Facts, owner: StepModel, install: DevelopmentTree['install']): readonly Fix[] {
  const command = prunings[install.manager]
  const last = owner.stage.steps.findLast(({ kind }) => kind === 'RUN')
  if (command === undefined || last !== owner || owner.command?.script.broken !== false) return []
  // Where it works must be the directory of the installation: no `cd` on the way.
  const moves = owner.command.script.commands.some(({ program }) => program === 'cd')
  if (moves || owner.before.cwd !== (install.directory ?? owner.before.cwd)) return []
  const title = `end the build with ${command}`
  return appendFix(file, owner, { title, command, claims: ['smaller'] }).map((fix) => ({ ...fix, safety: 'proof' }))
}
