import type { Location, Span } from '../core/index.ts'
import {
  type Dockerfile,
  type Flag,
  flagsNamed,
  type Instruction,
  type LogicalText,
  sliceText,
} from '../dockerfile/index.ts'
import type { Stage, StageGraph, Step, TreeSource } from '../graph/index.ts'
import { parseReference, type Reference } from '../oci/index.ts'
import { type Piece, tracedScope, type TraceRules, tracePieces, unsetVariables } from './traced-text.ts'

/** A place of a Dockerfile that names an image, or could. */
export interface ImageUse {
  readonly via: 'from' | 'copy' | 'mount' | 'syntax'
  /** The name in the source. */
  readonly at: Location
  readonly written: string
  /** With variables put in. */
  readonly text: string
  readonly pieces: readonly Piece[]
  /** The image; absent where there is none. */
  readonly reference?: Reference
  /** Why it stands for no image of a registry. */
  readonly skipped?: string
}

/**
 * What FROM, COPY --from, RUN --mount=from and `# syntax=` of a file name, in the order of the file; also what is no image,
 * with the reason. The graph says what a name stands for: resolve it with `allStages`.
 */
export function imageUses(file: Dockerfile, graph: StageGraph): readonly ImageUse[] {
  const { buildArgs, globals: values } = graph
  const scope = tracedScope(file, { buildArgs, values })
  const reading: Reading = { file, graph, source: file.source.text, scope, escape: file.escape }
  const stages = graph.stages.flatMap((stage) => [
    stageUse(reading, stage),
    ...stage.steps.flatMap((step) => stepUses(reading, step)),
  ])
  return [...syntaxUses(file), ...stages]
}

interface Reading extends TraceRules {
  readonly file: Dockerfile
  readonly graph: StageGraph
}

type Found = { readonly reference: Reference } | { readonly skipped: string }

function syntaxUses({ source, directives }: Dockerfile): readonly ImageUse[] {
  const directive = directives.find(({ name }) => name === 'syntax')
  // Behind the name stand arguments for the frontend.
  const written = directive?.value.split(/\s/, 1)[0]
  if (directive === undefined || written === undefined) return []
  const { start } = directive.valueSpan
  const span = { start, end: start + written.length }
  return [{ via: 'syntax', ...plainText(source, written, span), ...asReference(written) }]
}

function stageUse(reading: Reading, stage: Stage): ImageUse {
  const { file, graph } = reading
  const { image } = stage.from as Extract<Instruction, { kind: 'FROM' }>
  const at = { source: file.source, span: image.span }
  const pieces = tracePieces(image, reading)
  const named = { via: 'from', at, written: image.text, text: stage.baseText, pieces } as const
  if (stage.overridden) return { ...named, skipped: `--build-context ${stage.label} takes the place of the stage` }
  if (stage.base.kind === 'scratch' && stage.baseText !== 'scratch') {
    const [unset] = unsetVariables(image.text, reading)
    const reason = graph.diagnostics.find((one) => one.at.span.start === image.span.start)?.message
    return { ...named, skipped: unset === undefined ? (reason ?? 'no image') : `ARG ${unset} has no value` }
  }
  return { ...named, ...foundBehind(graph, stage.base, stage.baseText) }
}

function stepUses(reading: Reading, step: Step): readonly ImageUse[] {
  const { instruction } = step
  if (instruction.kind === 'COPY') {
    const flag = flagsNamed(instruction, 'from').at(-1)
    return flag === undefined || step.uses.length === 0 ? [] : [flagUse(reading, 'copy', copyName(flag), step.uses[0])]
  }
  if (instruction.kind !== 'RUN') return []
  return flagsNamed(instruction, 'mount').flatMap((flag, at) => {
    const name = mountName(flag)
    return name === undefined ? [] : [flagUse(reading, 'mount', name, step.uses[at])]
  })
}

/** A name in the value of a flag. */
interface FlagName {
  readonly text: string
  readonly word: LogicalText
}

function flagUse(
  { file, graph, source }: Reading,
  via: 'copy' | 'mount',
  { text, word }: FlagName,
  tree: TreeSource | undefined,
): ImageUse {
  const plain = plainText(file.source, text, word.span)
  const edited: Piece =
    source.slice(word.span.start, word.span.end) === text
      ? { text, span: word.span }
      : { text, fixed: 'the name is quoted or runs over several lines' }
  const use = { via, ...plain, written: word.text, pieces: [edited] }
  if (tree !== undefined) return { ...use, ...foundBehind(graph, tree, text) }
  const reason = graph.diagnostics.find((one) => one.message.includes(text))?.message
  return { ...use, skipped: reason ?? 'no stage and no image' }
}

function copyName({ value, content = '', name }: Flag): FlagName {
  return { text: content, word: value ?? name }
}

/** The `from` of a mount; of several the last one counts. */
function mountName({ value, content = '' }: Flag): FlagName | undefined {
  if (value === undefined) return undefined
  const written = [...value.text.matchAll(/(?<=^["']?|,["']?)from=([^,"']*)/gi)].at(-1)
  const text = [...content.matchAll(/(?<=^"?|,"?)from=([^,"]*)/gi)].at(-1)?.[1]
  if (text === undefined || text === '') return undefined
  const start = written === undefined ? 0 : written.index + 'from='.length
  const end = written === undefined ? value.text.length : start + (written[1] ?? '').length
  return { text, word: sliceText(value, start, end) }
}

function foundBehind(graph: StageGraph, tree: TreeSource, text: string): Found {
  switch (tree.kind) {
    case 'scratch':
      return { skipped: 'scratch is empty' }
    case 'stage':
      return { skipped: `stage ${graph.stages[tree.stage]?.label ?? text}` }
    case 'context':
      return { skipped: `build context ${tree.name}` }
    case 'image': {
      const question = graph.images.get(tree.key)
      if (question?.context !== undefined) return { skipped: `build context ${question.context}` }
      return asReference(text)
    }
  }
}

function asReference(text: string): Found {
  const reference = parseReference(text)
  return 'error' in reference ? { skipped: reference.error } : { reference }
}

function plainText(
  source: Location['source'],
  text: string,
  span: Span,
): Pick<ImageUse, 'at' | 'written' | 'text' | 'pieces'> {
  return { at: { source, span }, written: text, text, pieces: [{ text, span }] }
}
