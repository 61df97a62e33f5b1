import type { ShellCommand } from '../../shell/index.ts'
import type { Facts, StageModel, StepModel, TransferModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { runSteps } from '../queries/steps.ts'

/** A RUN calls a program that the image does not have and nothing has installed. */
export const commandNotInBase: Pitfall = {
  id: 'command-not-in-base',
  summary: 'Programs that a RUN calls are in the base image, or are installed before.',
  severity: 'error',
  level: 'static',
  profiles: ['production'],
  peers: {},
  find: (facts) => facts.stages.filter(({ reachable }) => reachable).flatMap((stage) => firstMissing(stage, facts)),
}

/** What follows the first missing program fails with it. */
function firstMissing(stage: StageModel, facts: Facts): readonly PitfallHit[] {
  for (const step of runSteps(stage.steps)) {
    for (const command of step.command.script.commands) {
      if (!isMissing(stage, step, command)) continue
      const { program } = command
      return [
        {
          at: step.at,
          message: `${program} is not in ${stage.base.written}, and nothing before line ${step.line} installs it`,
          hint: hintFor(program, stage),
          related: [{ note: `${program} is called here`, at: { source: facts.file.source, span: command.span } }],
          evidence: { program, base: stage.base.written },
        },
      ]
    }
  }
  return []
}

function isMissing(stage: StageModel, step: StepModel, command: ShellCommand): boolean {
  const { program, programWord, conditions, failureIgnored } = command
  if (!/^[a-z][\w+.-]*$/.test(program) || programWord?.text.includes('/') === true) return false
  if (conditions.length > 0 || failureIgnored || step.trigger) return false
  if (!asked.has(program) || stage.base.hasProgram(program) !== false) return false
  return !mayHaveBeenBrought(stage, step, command)
}

/** Programs of which people expect that they are there. */
const asked = new Set(
  (
    'npm npx node yarn pnpm bun python python3 pip pip3 go cargo rustc mvn gradle java javac composer php ruby gem bundle ' +
    'dotnet apt-get apt apk dnf yum microdnf zypper curl wget git make gcc g++ cmake unzip jq bash useradd adduser'
  ).split(' '),
)

/** Anything before it that may bring programs: packages, downloads, files of other images, scripts. */
function mayHaveBeenBrought(stage: StageModel, step: StepModel, command: ShellCommand): boolean {
  const before = stage.history.slice(0, stage.history.indexOf(step))
  if (
    before.some(({ transfer, kind }) => kind === 'ADD' || (transfer !== undefined && transfer.from.kind !== 'context'))
  )
    return true
  if (before.some(({ transfer }) => transfer !== undefined && bringsPrograms(transfer))) return true
  if (
    [...before, step].some(({ mounts }) =>
      mounts.some(({ mount }) => mount.type === 'bind' && mount.from !== undefined),
    )
  )
    return true
  const inStep = step.command?.actions.filter((action) => action.command.span.start < command.span.start) ?? []
  const actions = [...runSteps(before).flatMap((run) => run.command.actions), ...inStep]
  if (runSteps(before).some((run) => run.command.script.broken)) return true
  return actions.some((action) => {
    if (['install', 'download', 'unpack', 'clone', 'copy', 'move', 'link', 'build', 'write'].includes(action.kind))
      return true
    return action.kind === 'other' && !harmless.has(action.command.program)
  })
}

/** Files for a directory of programs, or a tree for the root. */
function bringsPrograms({ destination, sources }: TransferModel): boolean {
  if (/\/s?bin(?:\/|$)/.test(destination)) return true
  return destination === '/' && sources.some(({ path }) => !/\.\w+$/.test(path))
}

const harmless = new Set(
  'echo printf true cd set export test [ ls cat pwd sed : mkdir chmod chown npm npx yarn pip python go cargo'.split(
    ' ',
  ),
)

function hintFor(program: string, { base }: StageModel): string {
  if (/^(?:apt|apt-get|apk|dnf|yum|microdnf|zypper)$/.test(program))
    return base.packageManager === undefined || base.packageManager === 'none'
      ? 'this image has no package manager: install in another stage, and copy from it'
      : `the package manager of this image is ${base.packageManager}`
  if (/^(?:npm|npx|node|yarn|pnpm)$/.test(program)) return 'start from an image of node, such as node:24-slim'
  if (base.hasShell === false) return 'this image has no shell either: do it in another stage, and copy the result'
  return `install ${program} before, or start from an image that has it`
}
