import { posix } from 'node:path'
import type { Edit, Fix } from '../../core/index.ts'
import { deleteInstruction, insertAfter, insertWordAfter } from '../../editing/index.ts'
import type { Project } from '../../project/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { ContextUse } from '../queries/context-reach.ts'
import type { DependencyInstall } from '../queries/dependency-installs.ts'
import { isWithin } from '../queries/origins.ts'
import { editableRun } from './run-edits.ts'
import { dumpCommand, fetchCommand } from './fetch-commands.ts'
import { manifestNames } from './manifest-names.ts'

/**
 * The manifests are copied first, with the flags of the COPY; the COPY itself moves behind the installation. A build that
 * fetches on its way gets a step of its own that fetches. Empty when a file that the installation needs may be left behind.
 */
export function manifestsFirstFix(facts: Facts, install: DependencyInstall, use: ContextUse): readonly Fix[] {
  const { step } = use
  const { instruction, transfer } = step
  const run = editableRun(install.step)
  if (step.trigger || run === undefined || step.stage !== install.step.stage) return []
  if ((instruction.kind !== 'COPY' && instruction.kind !== 'ADD') || instruction.json || transfer === undefined)
    return []
  const paths = manifestPaths(facts, install, use)
  if (paths === undefined || transfer.sources.length !== 1 || instruction.heredocs.length > 0) return []
  const copies = copyLines(facts, step, { paths, install })
  if (copies === undefined) return []
  const parts = { step, copies, place: placeIn(posix.dirname(paths[0] ?? '')) }
  const edits = install.isBuild ? fetchedFirst(facts, install, parts) : movedBehind(facts, install, parts)
  if (edits === undefined) return []
  return [
    {
      title: `copy ${paths.map((path) => posix.basename(path)).join(' and ')} first, install, and copy the rest then`,
      edits,
      // A step that fetches for the build, or finishes for the installation, leaves as many to run: they have less to do.
      claims: isParted(install) ? ['same-files'] : ['same-files', 'fewer-cache-misses'],
      safety: 'proof',
    },
  ]
}

/** Its work is done in two steps then. */
function isParted({ isBuild, manager }: DependencyInstall): boolean {
  return isBuild || manager === 'composer'
}

/** The manifests in the listing of the context that the installation reads; undefined unless that is certain. */
function manifestPaths(
  { project }: Facts,
  install: DependencyInstall,
  { step, path, hasWildcard, exclude }: ContextUse,
): readonly string[] | undefined {
  const destination = step.transfer?.destination
  if (project === undefined || project.truncated || hasWildcard || exclude.length > 0 || destination === undefined)
    return undefined
  const { directory } = install
  if (directory === undefined || !isWithin(directory, destination.replace(/(.)\/$/, '$1'))) return undefined
  const below = posix.join(path, posix.relative(destination, directory))
  const names = manifestNames(project, install, placeIn(below))
  return names?.filter((name) => isSent(project, name))
}

function placeIn(directory: string): string {
  return directory === '.' ? '' : directory
}

function isSent(project: Project, path: string): boolean {
  return project.file(path)?.kind === 'file' && !project.ignored(path)
}

/** The text of the COPY of the manifests, in the words of the one that brings all. */
function copyLines(
  { file }: Facts,
  { instruction, transfer }: StepModel,
  { paths, install }: { readonly paths: readonly string[]; readonly install: DependencyInstall },
): readonly string[] | undefined {
  if (instruction.kind !== 'COPY' && instruction.kind !== 'ADD') return undefined
  if (paths.length === 0 || paths.some((path) => /[\s*?[\]$"'\\]/.test(path))) return undefined
  const flags = instruction.flags.map(({ span }) => `${file.source.text.slice(span.start, span.end)} `).join('')
  const below = posix.relative(transfer?.destination ?? '/', install.directory ?? '/')
  const { text } = instruction.destination
  if (/\$|["']/.test(text) && below !== '') return undefined
  const whole = below === '' ? text : posix.join(text, below)
  const target = whole === '.' ? './' : whole.endsWith('/') ? whole : `${whole}/`
  return [`COPY ${flags}${paths.join(' ')} ${target}`]
}

interface Parts {
  readonly step: StepModel
  readonly copies: readonly string[]
  /** Where in the context the manifests are. */
  readonly place: string
}

/** COPY of the manifests and a RUN that fetches, before the COPY of all. */
function fetchedFirst(
  facts: Facts,
  install: DependencyInstall,
  { step, copies, place: from }: Parts,
): readonly Edit[] | undefined {
  const { file } = facts
  const { directory, manager, action } = install
  const command = fetchCommand(facts, install, from)
  const { before } = step
  if (command === undefined || before.cwd !== directory || action.command.wrappers.length > 0) return undefined
  // A source directory that is there already would be in the way.
  if (manager === 'cargo' && earlierSteps(step).some(({ transfer }) => transfer !== undefined)) return undefined
  const flags = install.step.instruction.flags.map(({ span }) => `${file.source.text.slice(span.start, span.end)} `)
  const [place] = deleteInstruction(file, step.instruction)
  if (place === undefined) return undefined
  return [
    {
      span: { start: place.span.start, end: place.span.start },
      text: inFile(file, [...copies, `RUN ${flags.join('')}${command}`]),
    },
  ]
}

function earlierSteps(step: StepModel): readonly StepModel[] {
  return step.stage.history.slice(0, step.stage.history.indexOf(step))
}

/** The COPY of all goes behind the installation; commands of the same RUN that follow get a RUN of their own behind it. */
function movedBehind(facts: Facts, install: DependencyInstall, { step, copies }: Parts): readonly Edit[] | undefined {
  const { file } = facts
  const { steps } = step.stage
  const between = steps.slice(step.index + 1, install.step.index)
  if (!between.every(isUnaware)) return undefined
  const [place] = deleteInstruction(file, step.instruction)
  if (place === undefined) return undefined
  const { text } = file.source
  const copy = text.slice(place.span.start, step.instruction.span.end)
  const manifests: Edit = {
    span: { start: place.span.start, end: step.instruction.span.end },
    text: inFile(file, copies).trimEnd(),
  }
  const rest = restOf(facts, install)
  const finish = finishOf(install)
  if (rest === 'none' || finish === undefined) return undefined
  const { edits, commands } = finish
  if (rest === undefined) {
    const runs = commands.map((one) => inFile(file, [`RUN ${one}`]).trimEnd())
    return [manifests, ...edits, ...insertAfter(file, install.step.instruction, [...copy.split(/\r?\n/), ...runs])]
  }
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const flags = install.step.instruction.flags.map(({ span }) => `${text.slice(span.start, span.end)} `).join('')
  const last = commands.map((one) => `${one} && `).join('')
  const behind = `${eol}${copy}${eol}${install.step.instruction.keyword.text} ${flags}${last}`
  return [manifests, ...edits, { span: rest, text: behind }]
}

interface Finish {
  readonly edits: readonly Edit[]
  /** What follows when the source is there. */
  readonly commands: readonly string[]
}

/** Composer writes the autoloader once the classes are there. Undefined where it cannot be told to. */
function finishOf({ manager, action: { command }, step, directory }: DependencyInstall): Finish | undefined {
  if (manager !== 'composer' || command.args.includes('--no-autoloader')) return { edits: [], commands: [] }
  const [subcommand] = command.words
  const isPlain = command.programWord?.value === 'composer' && command.wrappers.length === 0
  if (subcommand === undefined || !isPlain || step.before.cwd !== directory) return undefined
  return { edits: insertWordAfter(subcommand, '--no-autoloader'), commands: [dumpCommand(command.args)] }
}

/** The joint between the installation and the first command behind it that may need the source; undefined when none does. */
function restOf(
  { file }: Facts,
  { step, action }: DependencyInstall,
): { start: number; end: number } | 'none' | undefined {
  const commands = step.command?.script.commands ?? []
  const at = commands.indexOf(action.command)
  const actions = step.command?.actions ?? []
  if (at < 0 || step.instruction.heredocs.length > 0 || step.command?.script.broken !== false) return 'none'
  if (commands.slice(0, at).some((one) => !isSystem(actions, one))) return 'none'
  const next = commands.findIndex((one, index) => index > at && !isSystem(actions, one))
  if (next < 0) return undefined
  const [last, first] = [commands[next - 1], commands[next]]
  if (last === undefined || first === undefined) return 'none'
  if (
    [...commands].some(
      ({ conditions, pipe, assignments, program }) =>
        conditions.length > 0 ||
        pipe !== undefined ||
        assignments.length > 0 ||
        /^(?:cd|set|export|unset|\.|source)$/.test(program),
    )
  )
    return 'none'
  const gap = file.source.text.slice(last.span.end, first.span.start)
  const joint = gap.replaceAll(file.escape, '').trim()
  return joint === '&&' ? { start: last.span.end, end: first.span.start } : 'none'
}

type Actions = NonNullable<StepModel['command']>['actions']

/** What has nothing to do with the files of the project. */
function isSystem(actions: Actions, command: Actions[number]['command']): boolean {
  const own = actions.filter((action) => action.command === command)
  return (
    own.every(
      (action) =>
        (action.kind === 'install' && action.scope === 'system') ||
        action.kind === 'refresh-index' ||
        action.kind === 'clean-cache' ||
        (action.kind === 'delete' && action.paths.every((path) => /^\/(?:var\/(?:lib|cache)|tmp|root\/\.)/.test(path))),
    ) &&
    (own.length > 0 || /^(?:echo|true|:)$/.test(command.program))
  )
}

/** Steps between the two that do not look at what was copied, and whose place behind it does not matter. */
function isUnaware({ kind, command, trigger }: StepModel): boolean {
  if (trigger) return false
  if (/^(?:ENV|ARG|LABEL|EXPOSE|STOPSIGNAL)$/.test(kind)) return true
  const actions = command?.actions ?? []
  return (
    kind === 'RUN' &&
    command?.script.broken === false &&
    command.script.commands.length > 0 &&
    command.script.commands.every((one) => isSystem(actions, one))
  )
}

/** Lines as the file writes them. */
function inFile({ source: { text }, instructions }: Facts['file'], lines: readonly string[]): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const isLower = instructions.every(({ keyword }) => keyword.text === keyword.text.toLowerCase())
  return lines.map((line) => (isLower ? line.replace(/^[A-Z]+/, (word) => word.toLowerCase()) : line) + eol).join('')
}
