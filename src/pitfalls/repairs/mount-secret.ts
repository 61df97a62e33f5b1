import type { Edit, Fix } from '../../core/index.ts'
import type { Instruction } from '../../dockerfile/index.ts'
import { deleteInstruction, insertFlag, removeCommand, removeWord } from '../../editing/index.ts'
import type { ShellCommand } from '../../shell/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import { namesIn } from '../queries/credential-pairs.ts'
import type { RunStep } from '../queries/secret-sources.ts'
import { runSteps } from '../queries/steps.ts'

/**
 * An argument becomes a secret of the same name, in the variable of the same name, for the RUN steps that use it. Undefined
 * when other instructions use it, or when nobody can tell which step does.
 */
export function argumentFix({ file }: Facts, step: StepModel, name: string): Fix | undefined {
  const { instruction, stage } = step
  if (step.trigger || instruction.kind !== 'ARG') return undefined
  const later = stage.steps.slice(step.index + 1)
  const isUsedElsewhere = later.some(
    (one) => one.kind !== 'RUN' && namesIn(textOf(one.instruction, one)).includes(name),
  )
  const isDeclaredAgain = stage.steps.some(
    (one) => one !== step && one.kind === 'ARG' && one.pairs.some((pair) => pair.name === name),
  )
  const users = usersOf(later, name)
  if (isUsedElsewhere || isDeclaredAgain || users.length === 0 || users.some(({ trigger }) => trigger)) return undefined
  const pair = instruction.pairs.find(({ key }) => key.text === name)
  if (pair === undefined) return undefined
  const id = name.toLowerCase()
  const flag = `--mount=type=secret,id=${id},env=${name},required=true`
  const gone = instruction.pairs.length === 1 ? deleteInstruction(file, instruction) : removeWord(file, pair)
  return {
    title: `give \`${name}\` as a secret`,
    edits: [...gone, ...users.flatMap((user) => insertFlag(file, user.instruction, flag))],
    claims: ['same-files', 'secret-absent'],
    safety: 'proof',
  }
}

/** `cp /run/secrets/npmrc /root/.npmrc && …`: the mount itself goes where the copy went. */
export function mountInPlaceFix({ file }: Facts, step: RunStep, command: ShellCommand): Fix | undefined {
  const [source, target, ...more] = command.words
  if (step.trigger || command.program !== 'cp' || more.length > 0 || command.conditions.length > 0) return undefined
  const mount = step.mounts.find((one) => one.mount.type === 'secret' && one.target === source?.value)
  if (mount === undefined || mount.mount.target !== undefined || mount.mount.env !== undefined) return undefined
  const { instruction } = step
  const place = target?.value
  if (instruction.kind !== 'RUN' || place === undefined || /\/\.?$|[\s,"']/.test(place)) return undefined
  const path = place.startsWith('/') ? place : `${command.cwd === '/' ? '' : (command.cwd ?? '')}/${place}`
  const others = step.command.script.commands.filter((one) => one !== command)
  if (command.cwd === undefined || others.some(({ words }) => words.some(({ text }) => text.includes(mount.target))))
    return undefined
  const removed = removeCommand(file, instruction, command)
  if (removed === undefined) return undefined
  const options = `,target=${path}${mount.mount.required ? '' : ',required=true'}`
  const edit: Edit = { span: { start: mount.at.span.end, end: mount.at.span.end }, text: options }
  return {
    title: `mount the secret at \`${path}\``,
    edits: [edit, ...removed],
    claims: ['secret-absent'],
    safety: 'proof',
  }
}

/** The RUN steps that name a variable; where none does, those that install something: tools read their variables themselves. */
function usersOf(steps: readonly StepModel[], name: string): readonly RunStep[] {
  const runs = runSteps(steps)
  const naming = runs.filter((one) => one.command.script.uses.some((use) => use.name === name))
  if (naming.length > 0) return naming.some((one) => writesIt(one, name)) ? [] : naming
  const managers = readers.find(({ names }) => names.test(name))?.managers ?? ofLanguages
  return runs.filter(({ command }) =>
    command.actions.some(
      (action) => action.kind === 'install' && action.scope !== 'system' && managers.test(action.manager),
    ),
  )
}

/** It goes into a file of the layer: a mount would hide nothing. */
function writesIt({ command }: RunStep, name: string): boolean {
  const isWriter = /\b(?:config\s+set|git\s+config|npm\s+set|add-source|poetry\s+config)\b/
  return command.script.commands.some(({ program, words, redirects }) => {
    const text = [program, ...words.map((word) => word.text)].join(' ')
    const isNamed = namesIn(text).includes(name) || redirects.some(({ target }) => namesIn(target.text).includes(name))
    const isKept = redirects.some(({ operator, target }) => operator.includes('>') && !target.text.startsWith('/dev/'))
    return isNamed && (isKept || isWriter.test(text) || program === 'tee')
  })
}

const ofLanguages =
  /^(?:npm|yarn|pnpm|bun|pip|uv|poetry|pipenv|pdm|go|cargo|maven|gradle|composer|bundler|gem|dotnet|mix)$/

/** Whose installations read a credential of that name. */
const readers: readonly { readonly names: RegExp; readonly managers: RegExp }[] = [
  { names: /NPM|NODE|YARN|PNPM/i, managers: /^(?:npm|yarn|pnpm|bun)$/ },
  { names: /PIP|PYPI|POETRY|TWINE|^UV_/i, managers: /^(?:pip|uv|poetry|pipenv|pdm)$/ },
  { names: /COMPOSER|PACKAGIST/i, managers: /^composer$/ },
  { names: /BUNDLE|GEM/i, managers: /^(?:bundler|gem)$/ },
  { names: /CARGO|CRATES/i, managers: /^cargo$/ },
  { names: /NUGET/i, managers: /^dotnet$/ },
  { names: /MAVEN|GRADLE/i, managers: /^(?:maven|gradle)$/ },
]

function textOf({ span }: Instruction, { at }: StepModel): string {
  return at.source.text.slice(span.start, span.end)
}

/** Files of settings that only tools of a build read. */
const buildSettings =
  /(?:^|\/)(?:\.npmrc|\.yarnrc(?:\.yml)?|\.netrc|pip\.conf|\.pypirc|[\w-]*settings\.xml|auth\.json|\.git-credentials)$/

/** A file of settings that COPY names becomes a secret mount at the same place, for the steps that install or name it. */
export function copiedSettingsFix({ file }: Facts, step: StepModel, path: string): Fix | undefined {
  const { instruction, transfer, stage } = step
  const source = transfer?.sources.find((one) => one.path === path)
  if (step.trigger || transfer === undefined || source === undefined || !buildSettings.test(path)) return undefined
  const name = path.split('/').at(-1) ?? path
  const place = transfer.intoDirectory ? `${transfer.destination.replace(/\/\.?$/, '')}/${name}` : transfer.destination
  const runs = runSteps(stage.steps.slice(step.index + 1))
  const users = runs.filter(
    ({ command }) =>
      command.actions.some(({ kind }) => kind === 'install') ||
      command.script.commands.some(({ words }) => words.some(({ text }) => text.includes(name))),
  )
  // A mount cannot be removed, and a step that is not read may do anything.
  const isTouched = runs.some(
    ({ command: { actions, script } }) =>
      script.broken ||
      actions.some((action) => action.kind === 'delete' && action.paths.some((one) => one.endsWith(name))),
  )
  if (isTouched || users.length === 0 || users.some(({ trigger }) => trigger)) return undefined
  const id = name.replace(/^\.+/, '').replace(/[^\w-]+/g, '-')
  const flag = `--mount=type=secret,id=${id},target=${place},required=true`
  const gone = transfer.sources.length === 1 ? deleteInstruction(file, instruction) : removeWord(file, source.word)
  return {
    title: `mount \`${path}\` as a secret`,
    edits: [...gone, ...users.flatMap((user) => insertFlag(file, user.instruction, flag))],
    claims: ['secret-absent'],
    safety: 'proof',
  }
}
