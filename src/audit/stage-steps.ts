import type { Location } from '../core/index.ts'
import {
  type EscapeCharacter,
  expandHeredoc,
  expandWords,
  type Flag,
  flagsNamed,
  flagValue,
  type Instruction,
  type MountOptions,
  parseMount,
  parsePortSpec,
  type Word,
  wordText,
} from '../dockerfile/index.ts'
import type { Stage, StageGraph, Step } from '../graph/index.ts'
import type { ArgumentFacts, StepFacts, UnknownUse } from './facts.ts'
import { unknownNames } from './known-names.ts'
import { expandNoting, wordExpander } from './noted-text.ts'
import { assign, type Scope } from './scope.ts'

/** ARGs that steer the build and are no variables. */
const controlArgs: ReadonlySet<string> = new Set(['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE'])

interface Reader {
  readonly graph: StageGraph
  readonly scope: Scope
  readonly escape: EscapeCharacter
  readonly unknown: UnknownUse[]
}

type Draft = Partial<Pick<StepFacts, 'firstWorkdir' | 'names' | 'args' | 'mounts' | 'contextPaths' | 'ports'>>

/** The facts of every step of a stage; `scope` is moved on to what a stage that starts from this one sees. */
export function readSteps(graph: StageGraph, stage: Stage, scope: Scope): readonly StepFacts[] {
  return stage.steps.map((step) => readStep(graph, step, { scope, from: stage.at }))
}

function readStep(graph: StageGraph, step: Step, { scope, from }: { scope: Scope; from: Location }): StepFacts {
  const { instruction, trigger } = step
  // Triggers of images are parsed on their own and know no escape directive.
  const escape = trigger && step.at.source !== from.source ? '\\' : graph.escape
  const reader: Reader = { graph, scope, escape, unknown: [] }
  const defaultShell = !scope.shellSet
  const draft = readInstruction(reader, instruction)
  const origin = trigger && step.at.source === from.source ? [{ note: 'the trigger', at: step.at }] : []
  return {
    instruction,
    at: trigger ? from : step.at,
    trigger,
    related: origin,
    unknown: reader.unknown,
    defaultShell,
    names: [],
    args: [],
    mounts: [],
    contextPaths: [],
    ports: [],
    ...draft,
  }
}

function readInstruction(reader: Reader, instruction: Instruction): Draft {
  switch (instruction.kind) {
    case 'ARG':
      return readArg(reader, instruction)
    case 'ENV':
      return readEnv(reader, instruction)
    case 'LABEL':
      for (const { key, value } of instruction.pairs) for (const word of [key, value]) expandIn(reader, word)
      return {}
    case 'COPY':
    case 'ADD':
      return readTransfer(reader, instruction)
    case 'RUN':
      return { mounts: flagsNamed(instruction, 'mount').flatMap((flag) => readMount(reader, flag)) }
    case 'WORKDIR':
      return readWorkdir(reader, instruction.word)
    case 'EXPOSE':
      return { ports: instruction.words.flatMap((word) => readPorts(reader, word)) }
    case 'VOLUME':
      for (const word of instruction.words) expandIn(reader, word)
      return {}
    case 'USER':
    case 'STOPSIGNAL':
      expandIn(reader, instruction.word)
      return {}
    case 'SHELL':
      reader.scope.shellSet = true
      return {}
    default:
      return {}
  }
}

/** The value of a word as the instruction sees it; unknown variables are noted. */
function expandIn(reader: Reader, word: Word | undefined): string {
  return word === undefined ? '' : expandText(reader, wordText(word), word)
}

function expandText(reader: Reader, text: string, word?: Word, expand = wordExpander(reader.escape)): string {
  const { scope, unknown } = reader
  const noted = expandNoting(text, scope.variables, expand)
  // A variable that nobody here sets may come from an image that nobody could be asked about.
  const missing = scope.known ? noted.missing : []
  const names = missing.filter((name) => !scope.declared.has(name) && !controlArgs.has(name))
  const used = word === undefined ? {} : { word }
  unknown.push(...unknownNames(names, scope.variables.keys()).map((name) => ({ ...name, ...used })))
  return noted.value
}

function readArg(reader: Reader, { pairs }: Extract<Instruction, { pairs: unknown }>): Draft {
  const { graph, scope } = reader
  const args = pairs.map(({ key, value }): ArgumentFacts => {
    const name = key.text
    const given = graph.buildArgs[name]
    const own = value === undefined || given !== undefined ? undefined : expandIn(reader, value)
    const result = given ?? own ?? graph.globals.get(name)
    if (result !== undefined && !controlArgs.has(name)) assign(scope.variables, name, result)
    scope.declared.add(name)
    const inherited = given === undefined && value === undefined && result !== undefined
    return { name, inherited, ...(result === undefined ? {} : { value: result }) }
  })
  return { args, names: pairs.map(({ key }) => ({ name: key.text, word: key })) }
}

function readEnv(reader: Reader, { pairs }: Extract<Instruction, { pairs: unknown }>): Draft {
  const { scope } = reader
  const set = pairs.map(({ key, value }) => ({
    name: expandIn(reader, key),
    value: expandIn(reader, value),
    word: key,
  }))
  for (const { name, value } of set) {
    assign(scope.variables, name, value)
    assign(scope.image, name, value)
  }
  return { names: set.map(({ name, word }) => ({ name, word })) }
}

function readTransfer(reader: Reader, instruction: Extract<Instruction, { sources: unknown }>): Draft {
  const flags = instruction.kind === 'ADD' ? ['chown', 'chmod', 'checksum'] : ['chown', 'chmod']
  for (const name of flags) {
    const flag = flagsNamed(instruction, name).at(-1)
    if (flag !== undefined) expandText(reader, flag.content ?? '', flag.value)
  }
  const isHeredoc = (word: Word): boolean =>
    instruction.heredocs.some(({ operator }) => operator.start === word.span.start)
  const paths = instruction.sources
    .filter((word) => !isHeredoc(word))
    .map((word) => ({ path: expandIn(reader, word), word }))
  expandIn(reader, instruction.destination)
  for (const heredoc of instruction.heredocs)
    if (heredoc.expand) expandText(reader, heredoc.content, undefined, expandHeredoc)
  const elsewhere = instruction.kind === 'COPY' && (flagValue(instruction, 'from') ?? '') !== ''
  return { contextPaths: elsewhere ? [] : paths.filter(({ path }) => !isRemote(path)) }
}

function isRemote(path: string): boolean {
  return /^(?:https?|git|ssh):\/\/|^git@/.test(path)
}

function readMount(reader: Reader, flag: Flag): readonly MountOptions[] {
  const result = parseMount(flag.content ?? '', (value) => ({ value: expandText(reader, value, flag.value) }))
  return 'mount' in result ? [result.mount] : []
}

function readWorkdir(reader: Reader, word: Word): Draft {
  const { scope } = reader
  const path = expandIn(reader, word)
  const first = !scope.workdirSet
  scope.workdirSet = true
  return first ? { firstWorkdir: { path, absolute: isAbsolute(path, scope.os) } } : {}
}

function isAbsolute(path: string, os: string): boolean {
  return os === 'windows' ? /^(?:[a-z]:)?[\\/]/i.test(path) : path.startsWith('/')
}

function readPorts({ scope, escape }: Reader, word: Word): NonNullable<Draft['ports']> {
  const expanded = expandWords(word.text, (name) => scope.variables.get(name), escape)
  return 'error' in expanded ? [] : expanded.values.map((text) => ({ text, word, spec: parsePortSpec(text) }))
}
