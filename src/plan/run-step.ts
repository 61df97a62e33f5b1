import { flagsNamed, flagValue, type Heredoc, type Instruction, instructionText } from '../dockerfile/index.ts'
import { shellCommand } from './metadata-steps.ts'
import { cleanAbsolute } from './normalize-path.ts'
import type { ExecOp, MountSpec, NetworkMode, Vertex } from './op.ts'
import { resolveMounts } from './run-mounts.ts'
import { addHistory, environmentOf, reportError, type StepContext } from './stage-state.ts'
import { numberedName, partlyExpandedText, summarizeHeredoc } from './step-name.ts'
import { addVertex } from './vertex-set.ts'

type Run = Extract<Instruction, { kind: 'RUN' }>

/** Where a heredoc that begins with `#!` is to be found while its step runs. */
const scriptDirectory = '/dev/pipes'
const defaultHostname = 'buildkitsandbox'

/** RUN: a vertex that executes a command on the root file system and leaves a layer, even when nothing changes. */
export function applyRun(context: StepContext, instruction: Run): void {
  const { state, planning } = context
  const command = runCommand(context, instruction)
  const resolved = resolveMounts(context, instruction)
  if (resolved === undefined || hasDevice(context, instruction)) return
  if (command.argv.length === 0) {
    const hint = 'write RUN ["program", "argument"], or leave the instruction out'
    reportError(context, 'dockerfile-syntax', { message: 'RUN requires a command', hint })
    return
  }
  const bare = bareStep(context)
  const op: ExecOp = {
    ...bare,
    argv: command.argv,
    env: withAgent(bare.env, resolved.mounts),
    network: networkOf(context, instruction),
    security: flagValue(instruction, 'security') === 'insecure' ? 'insecure' : 'sandbox',
    mounts: resolved.mounts,
    ...(command.script === undefined ? {} : { script: command.script }),
  }
  const masked = maskedEnvironment(context, resolved.secretNames)
  const [first] = instruction.heredocs
  const summary = first !== undefined && command.sole ? ` (${summarizeHeredoc(rawBody(context, first))})` : ''
  const text = partlyExpandedText(instructionText(instruction) + summary, masked, planning.graph.escape)
  const vertex = addVertex(planning.vertices, {
    op,
    platform: state.platform,
    inputs: [state.root, ...resolved.inputs],
    name: numberedName(context, text),
    origin: [context.step.at, ...context.step.related.map((note) => note.at)],
    stage: context.stage.label,
    ...userSetAt(context),
    ...(context.ignoreCache ? { ignoreCache: true } : {}),
  })
  state.root = vertex
  addHistory(context, `RUN ${[...argsInScope(context), ...command.shown].join(' ')} # buildkit`, vertex)
}

/** A RUN of the stage as it is now, without flags and without a command. */
export function bareStep({ state, planning }: Pick<StepContext, 'state' | 'planning'>): ExecOp {
  return {
    kind: 'exec',
    argv: [],
    env: [...state.env].map(([name, value]) => `${name}=${value}`),
    cwd: cleanAbsolute(state.image.config.WorkingDir ?? '/'),
    user: state.image.config.User ?? '',
    hostname: planning.graph.buildArgs.BUILDKIT_SANDBOX_HOSTNAME || defaultHostname,
    network: planning.options.network ?? 'default',
    security: 'sandbox',
    mounts: [],
    ...limits(planning),
  }
}

/** The history of the stage remembers which line set its user. */
function userSetAt({ state }: StepContext): Pick<Vertex, 'userSetAt'> {
  const at = state.history.findLast(({ createdBy }) => createdBy.startsWith('USER '))?.origin
  return at === undefined ? {} : { userSetAt: at }
}

interface RunCommand {
  readonly argv: readonly string[]
  /** The words that history shows. */
  readonly shown: readonly string[]
  readonly script?: { readonly path: string; readonly content: string }
  /** The instruction is one heredoc and nothing else. */
  readonly sole: boolean
}

/**
 * The command of a RUN. One heredoc alone is the script: given to the shell, or run by itself when it begins with `#!`.
 * Heredocs beside other text are put back together, because then the shell is meant to read them. Nothing is expanded.
 */
function runCommand(context: StepContext, { command, heredocs }: Run): RunCommand {
  if (command.form === 'exec') return { argv: command.values, shown: command.values, sole: false }
  const text = command.script.text
  const [first] = heredocs
  if (first === undefined) return shellRun(context, text, false)
  if (heredocs.length > 1 || !isOnlyHeredoc(context, text, first))
    return shellRun(context, rebuilt(context, text, heredocs), false)
  const isScript = context.state.image.os !== 'windows' && first.content.startsWith('#!')
  if (!isScript) return shellRun(context, first.content, true)
  const path = `${scriptDirectory}/${first.name}`
  const argv = shellCommand(context, path)
  return { argv, shown: argv, script: { path, content: first.content }, sole: true }
}

function shellRun(context: StepContext, script: string, sole: boolean): RunCommand {
  const argv = shellCommand(context, script)
  return { argv, shown: argv, sole }
}

function isOnlyHeredoc(context: StepContext, text: string, { operator }: Heredoc): boolean {
  return text.trim() === context.step.at.source.text.slice(operator.start, operator.end)
}

function rebuilt(context: StepContext, text: string, heredocs: readonly Heredoc[]): string {
  return text + heredocs.map((heredoc) => `\n${rawBody(context, heredoc)}${heredoc.name}`).join('')
}

/** The body with its leading tabs: a shell that sees `<<-` strips them itself. */
function rawBody(context: StepContext, { body }: Heredoc): string {
  return context.step.at.source.text.slice(body.start, body.end)
}

/** A step with an agent is told where the first one is, whether it is given or not, unless a variable says otherwise. */
function withAgent(env: readonly string[], mounts: readonly MountSpec[]): readonly string[] {
  const agent = mounts.find((mount) => mount.type === 'ssh')
  if (agent === undefined || env.some((variable) => variable.startsWith('SSH_AUTH_SOCK='))) return env
  return [...env, `SSH_AUTH_SOCK=${agent.target}`]
}

function hasDevice(context: StepContext, instruction: Run): boolean {
  const [flag] = flagsNamed(instruction, 'device')
  if (flag === undefined) return false
  const at = { source: context.step.at.source, span: flag.span }
  const hint = 'leave the flag out; what needs the device can run in a container of the finished image'
  reportError(context, 'unsupported', { message: 'steps get no devices of the machine', at, hint })
  return true
}

function networkOf(context: StepContext, instruction: Run): NetworkMode {
  const own = flagValue(instruction, 'network')
  return own === 'none' || own === 'host' ? own : (context.planning.options.network ?? 'default')
}

function limits(planning: StepContext['planning']): Pick<ExecOp, 'shmSize' | 'ulimits' | 'extraHosts'> {
  const { shmSize, ulimits, extraHosts } = planning.options
  return {
    ...(shmSize === undefined || shmSize <= 0 ? {} : { shmSize }),
    ...(ulimits === undefined || ulimits.length === 0 ? {} : { ulimits }),
    ...(extraHosts === undefined || extraHosts.length === 0 ? {} : { extraHosts }),
  }
}

/** `|2 A=1 B=2`: each ARG once, in the order of declaration, with the value that the step sees. */
function argsInScope({ state }: StepContext): readonly string[] {
  const values = new Map<string, string>()
  for (const { name, value } of state.args) values.set(name, state.env.get(name) ?? value ?? '')
  if (values.size === 0) return []
  return [`|${values.size}`, ...[...values].map(([name, value]) => `${name}=${value}`)]
}

function maskedEnvironment(
  context: StepContext,
  secretNames: ReadonlySet<string>,
): (name: string) => string | undefined {
  const env = environmentOf(context.state)
  return (name) => (secretNames.has(name) ? '****' : env(name))
}
