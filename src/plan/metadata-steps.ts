import { didYouMean } from '../core/index.ts'
import {
  type Command,
  expandWords,
  flagValue,
  type Instruction,
  parseDuration,
  parsePortSpec,
  parseSignal,
  signalNames,
  type Word,
} from '../dockerfile/index.ts'
import type { Healthcheck } from '../oci/index.ts'
import { expandAll, expandText, expandWordOf } from './expand-words.ts'
import { goHealthcheck, goList, goQuotedList } from './go-format.ts'
import { addHistory, environmentOf, reportError, type StepContext, setVariable } from './stage-state.ts'

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { kind: Kind }>
type Pairs = Extract<Instruction, { pairs: unknown }>
type WordInstruction = Extract<Instruction, { word: unknown }>

/** ENV: all values are expanded before any is set. A name that is there already keeps its place in the image. */
export function applyEnv(context: StepContext, instruction: Pairs): void {
  const pairs = expandPairs(context, instruction)
  if (pairs === undefined) return
  const { state } = context
  let env = state.image.config.Env ?? []
  for (const [name, value] of pairs) {
    setVariable(state, name, value)
    env = withVariable(env, name, value)
  }
  state.image.config.Env = env
  addHistory(context, `ENV${pairs.map(([name, value]) => ` ${name}=${value}`).join('')}`)
}

/** LABEL: the last value of a key wins. */
export function applyLabel(context: StepContext, instruction: Pairs): void {
  const pairs = expandPairs(context, instruction)
  if (pairs === undefined) return
  const { config } = context.state.image
  config.Labels = { ...config.Labels, ...Object.fromEntries(pairs) }
  addHistory(context, `LABEL${pairs.map(([name, value]) => ` ${name}=${value}`).join('')}`)
}

/** EXPOSE: a word may expand to several ports; ranges become single ports. */
export function applyExpose(context: StepContext, { words }: Of<'EXPOSE' | 'VOLUME'>): void {
  const { state, planning } = context
  const ports: string[] = []
  for (const word of words.toSorted((a, b) => compareText(a.text, b.text))) {
    const expanded = expandWords(word.text, environmentOf(state), planning.graph.escape)
    const at = { source: context.step.at.source, span: word.span }
    if ('error' in expanded)
      return reportError(context, 'bad-variable', { message: expanded.error, at, hint: expanded.hint })
    for (const value of expanded.values) {
      const spec = parsePortSpec(value)
      if ('error' in spec)
        return reportError(context, 'bad-option-value', { message: `EXPOSE: ${spec.error}`, at, hint: spec.hint })
      ports.push(...spec.ports)
    }
    if (expanded.lost) warnOfLostText(context, word, expanded.values)
  }
  const { config } = state.image
  config.ExposedPorts = { ...config.ExposedPorts, ...Object.fromEntries(ports.map((port) => [port, {}])) }
  addHistory(context, `EXPOSE ${goList(ports)}`)
}

/** VOLUME: recorded only; what later steps write there stays. */
export function applyVolume(context: StepContext, { words }: Of<'EXPOSE' | 'VOLUME'>): void {
  const volumes = expandAll(context, words)
  if (volumes === undefined) return
  if (volumes.includes('')) {
    const hint = 'a variable without a value is empty: give it one, or a default as in ${name:-/data}'
    const empty = words[volumes.indexOf('')] as Word
    const at = { source: context.step.at.source, span: empty.span }
    reportError(context, 'bad-option-value', { message: 'VOLUME specified can not be an empty string', at, hint })
    return
  }
  const { config } = context.state.image
  config.Volumes = { ...config.Volumes, ...Object.fromEntries(volumes.map((volume) => [volume, {}])) }
  addHistory(context, `VOLUME ${goList(volumes)}`)
}

/** USER: for later RUN and WORKDIR and for the image; not for COPY and ADD. */
export function applyUser(context: StepContext, { word }: WordInstruction): void {
  const user = expandWordOf(context, word)
  if (user === undefined) return
  context.state.image.config.User = user
  addHistory(context, `USER ${user}`)
}

/** STOPSIGNAL: stored as written, after a check that there is such a signal. */
export function applyStopSignal(context: StepContext, { word }: WordInstruction): void {
  const signal = expandWordOf(context, word)
  if (signal === undefined) return
  if (parseSignal(signal) === undefined) {
    const hint = didYouMean(signal, signalNames) ?? 'write a name like SIGTERM, or a number other than 0'
    reportError(context, 'bad-option-value', { message: `invalid signal: ${JSON.stringify(signal)}`, hint })
    return
  }
  context.state.image.config.StopSignal = signal
  addHistory(context, `STOPSIGNAL ${signal}`)
}

/** MAINTAINER: the author of the image, never expanded. */
export function applyMaintainer(context: StepContext, { word }: WordInstruction): void {
  context.state.image.author = word.text
  addHistory(context, `MAINTAINER ${word.text}`)
}

/** SHELL: for the shell forms that follow. */
export function applyShell(context: StepContext, { command }: Of<'SHELL'>): void {
  if (command.form !== 'exec') return
  context.state.image.config.Shell = command.values
  addHistory(context, `SHELL ${goList(command.values)}`)
}

/** CMD. */
export function applyCmd(context: StepContext, { command }: Of<'CMD' | 'ENTRYPOINT'>): void {
  const args = commandLine(context, command)
  const { config } = context.state.image
  config.Cmd = args
  config.ArgsEscaped = true
  context.state.ownCmd = true
  addHistory(context, `CMD ${goQuotedList(args)}`)
}

/** ENTRYPOINT: drops a CMD that this stage has inherited, from an image or from another stage. */
export function applyEntrypoint(context: StepContext, { command }: Of<'CMD' | 'ENTRYPOINT'>): void {
  const args = commandLine(context, command)
  const { config } = context.state.image
  config.Entrypoint = args
  if (!context.state.ownCmd) delete config.Cmd
  addHistory(context, `ENTRYPOINT ${goQuotedList(args)}`)
}

/** HEALTHCHECK: options that are not given, or zero, stay out: the runtime's defaults apply. */
export function applyHealthcheck(context: StepContext, instruction: Of<'HEALTHCHECK'>): void {
  const { none, command } = instruction
  const test = none ? ['NONE'] : healthTest(command)
  if (test === undefined) return
  const check: Healthcheck = none ? { Test: test } : { Test: test, ...healthOptions(instruction) }
  context.state.image.config.Healthcheck = check
  addHistory(context, `HEALTHCHECK ${goHealthcheck(check)}`)
}

/** The arguments of a command: those of exec form as they are, shell form as one argument of the shell. */
function commandLine(context: StepContext, command: Command): readonly string[] {
  if (command.form === 'exec') return command.values
  return shellCommand(context, command.script.text)
}

/** The current SHELL with a script as its last argument. */
export function shellCommand({ state }: StepContext, script: string): readonly string[] {
  const { Shell } = state.image.config
  if (Shell !== undefined && Shell.length > 0) return [...Shell, script]
  return state.image.os === 'windows' ? ['cmd', '/S', '/C', script] : ['/bin/sh', '-c', script]
}

/** The list with a variable set: in place where the name is known, else at the end. */
function withVariable(env: readonly string[], name: string, value: string): readonly string[] {
  const at = env.findIndex((pair) => pair.split('=', 1)[0] === name)
  return at < 0 ? [...env, `${name}=${value}`] : env.with(at, `${name}=${value}`)
}

function expandPairs(context: StepContext, { pairs }: Pairs): readonly (readonly [string, string])[] | undefined {
  const expanded = pairs.map(({ key, value }) => {
    const name = expandWordOf(context, key)
    return [name, value === undefined ? '' : expandText(context, value.text, value)] as const
  })
  const complete = expanded.filter(
    (pair): pair is readonly [string, string] => pair[0] !== undefined && pair[1] !== undefined,
  )
  return complete.length === pairs.length ? complete : undefined
}

function healthTest(command: Command | undefined): readonly string[] | undefined {
  if (command === undefined) return undefined
  return command.form === 'exec' ? ['CMD', ...command.values] : ['CMD-SHELL', command.script.text]
}

function healthOptions(instruction: Instruction): Omit<Healthcheck, 'Test'> {
  const flags = {
    Interval: 'interval',
    Timeout: 'timeout',
    StartPeriod: 'start-period',
    StartInterval: 'start-interval',
  }
  const durations = Object.entries(flags).flatMap(([name, flag]) => {
    const nanoseconds = Number(parseDuration(flagValue(instruction, flag) ?? '') ?? 0n)
    return nanoseconds === 0 ? [] : [[name, nanoseconds] as const]
  })
  const retries = Number(flagValue(instruction, 'retries') ?? 0)
  return { ...Object.fromEntries(durations), ...(retries === 0 ? {} : { Retries: retries }) }
}

function warnOfLostText({ planning, step }: StepContext, word: Word, values: readonly string[]): void {
  planning.diagnostics.push({
    code: 'ExposeLosesText',
    severity: 'warning',
    message: `EXPOSE ${word.text} is read as ${values.join(' ')}: what stands before a default gets lost, as in BuildKit`,
    at: { source: step.at.source, span: word.span },
    related: [],
    hint: 'put the default into an ARG or ENV of its own and use that',
  })
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
