import { profileOf } from '../../bases/index.ts'
import { flagOn, flagsNamed, flagValue, type Instruction, type Word } from '../../dockerfile/index.ts'
import type { Step, TreeSource } from '../../graph/index.ts'
import type { StageModel, StageState, TransferModel, TransferPath, TransferSource } from '../facts.ts'
import { absolutePath, contextPath } from './paths.ts'
import { type FilledText, fillText, fillWord } from './texts.ts'

/** What else reading needs. */
export interface Surroundings {
  readonly escape: '\\' | '`'
  /** By their index; only those that stand further up are finished. */
  readonly stages: readonly StageModel[]
}

type Transfer = Extract<Instruction, { sources: unknown }>

/** What COPY and ADD do. */
export function readTransfer(
  instruction: Transfer,
  { uses }: Pick<Step, 'uses'>,
  { state, escape, stages }: Surroundings & { readonly state: StageState },
): TransferModel {
  const fill = (word: Word): FilledText => fillWord(word, state.variables, escape)
  const flag = (name: string): string | undefined => {
    const value = flagValue(instruction, name)
    return value === undefined ? undefined : fillText(value, state.variables, escape).value
  }
  const fromFlag = instruction.kind === 'COPY' ? flagsNamed(instruction, 'from').at(-1) : undefined
  const written = fromFlag === undefined ? undefined : flag('from')
  const from = sourceOf(uses[0], written, stages)
  const destination = fill(instruction.destination).value
  const [chown, chmod, checksum] = [flag('chown'), flag('chmod'), flag('checksum')]
  return {
    from,
    ...(fromFlag?.value === undefined ? {} : { fromWord: fromFlag.value }),
    sources: instruction.sources.map((word) => readPath(instruction, word, { filled: fill(word), from })),
    destination: absolutePath(destination, state.cwd),
    intoDirectory: /(?:^|\/)\.?$/.test(destination) || instruction.sources.length > 1,
    ...(chown === undefined ? {} : { chown }),
    ...(chmod === undefined ? {} : { chmod }),
    ...(checksum === undefined ? {} : { checksum }),
    link: flagOn(instruction, 'link') ?? false,
    exclude: flagsNamed(instruction, 'exclude').map(({ content }) => content ?? ''),
  }
}

/** What a `--from` or `from=` leads to; the context without one. */
export function sourceOf(
  use: TreeSource | undefined,
  written: string | undefined,
  stages: readonly StageModel[],
): TransferSource {
  if (written === undefined || written === '') return { kind: 'context' }
  if (use?.kind === 'context') return { kind: 'named-context', name: use.name }
  const stage = use?.kind === 'stage' ? stages[use.stage] : undefined
  return stage === undefined ? { kind: 'image', base: profileOf(written) } : { kind: 'stage', stage }
}

function readPath(
  instruction: Transfer,
  word: Word,
  { filled, from }: { readonly filled: FilledText; readonly from: TransferSource },
): TransferPath {
  const { value } = filled
  const hasWildcard = /[*?[]/.test(value)
  if (instruction.heredocs.some(({ operator }) => operator.start === word.span.start))
    return { word, path: value, kind: 'heredoc', hasWildcard: false }
  if (instruction.kind === 'ADD' && /^(?:git@|git:\/\/|ssh:\/\/)|^https?:\/\/.*\.git(?:[#?]|$)/.test(value))
    return { word, path: value, kind: 'git', hasWildcard: false }
  if (instruction.kind === 'ADD' && /^https?:\/\//.test(value))
    return { word, path: value, kind: 'url', hasWildcard: false }
  const isContext = from.kind === 'context' || from.kind === 'named-context'
  return { word, path: isContext ? contextPath(value) : absolutePath(value, '/'), kind: 'path', hasWildcard }
}
