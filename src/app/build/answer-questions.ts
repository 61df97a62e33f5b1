import { SlipwayError } from '../../core/index.ts'
import type { Dockerfile } from '../../dockerfile/index.ts'
import {
  type EpochSource,
  type GraphOptions,
  type ImageAnswer,
  type Question,
  resolveGraph,
  type StageGraph,
} from '../../graph/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import type { Session } from '../session.ts'
import { findBaseImage } from '../images/base-images.ts'
import { importLayout } from '../images/import-layout.ts'
import { throwFirstError } from './diagnostics.ts'
import { internalStep } from './internal-step.ts'
import type { ContextPlace } from './named-contexts.ts'

/** How images are looked for. */
export interface LookUpOptions {
  readonly places: readonly ContextPlace[]
  readonly pull: boolean
  readonly signal: AbortSignal
}

export interface AnswerOptions extends LookUpOptions {
  /** Answers that the graphs of several platforms share, by key; what is missing is asked for and put there. */
  readonly asked: Map<string, Promise<ImageAnswer>>
  /** Whether the build is for more than one platform, so that progress has to tell them apart. */
  readonly severalPlatforms: boolean
  /** The time of what SOURCE_DATE_EPOCH names. */
  readonly epochOf: (source: EpochSource) => Promise<number | undefined>
}

/** The graph of a file with every question about images answered; asks for several images at the same time. */
export async function resolveWithAnswers(
  session: Session,
  file: Dockerfile,
  graphOptions: GraphOptions,
  options: AnswerOptions,
): Promise<StageGraph> {
  let answers: ReadonlyMap<string, ImageAnswer> = new Map()
  let asked = graphOptions
  for (;;) {
    const graph = resolveGraph(file, asked, answers)
    throwFirstError(graph.diagnostics)
    if (graph.epochSource !== undefined && asked.namedEpoch === undefined) {
      const seconds = await options.epochOf(graph.epochSource)
      asked = { ...asked, namedEpoch: seconds === undefined ? {} : { seconds } }
      continue
    }
    if (graph.questions.length === 0) return graph
    const found = await Promise.all(
      graph.questions.map(async (question) => [question.key, await answerOnce(session, question, options)] as const),
    )
    answers = new Map([...answers, ...found])
  }
}

function answerOnce(session: Session, question: Question, options: AnswerOptions): Promise<ImageAnswer> {
  const known = options.asked.get(question.key)
  if (known !== undefined) return known
  const answer = answerQuestion(session, question, options)
  options.asked.set(question.key, answer)
  return answer
}

/** What an image is, as a step of its own. Rejects with the lines that need the image. */
export async function answerQuestion(
  session: Session,
  question: Question,
  options: LookUpOptions & { readonly severalPlatforms?: boolean },
): Promise<ImageAnswer> {
  const prefix = options.severalPlatforms === true ? `${formatPlatform(question.platform)} internal` : 'internal'
  return internalStep(session, `[${prefix}] load metadata for ${question.written}`, async () => {
    try {
      return await lookUp(session, question, options)
    } catch (error) {
      throw located(error, question)
    }
  })
}

function lookUp(session: Session, question: Question, { places, pull, signal }: LookUpOptions): Promise<ImageAnswer> {
  const place = places.find((candidate) => candidate.name === question.context)
  if (place?.directory !== undefined && place.context.kind === 'layout')
    return importLayout(session, place, { platform: question.platform, signal })
  if (question.reference === undefined)
    throw new SlipwayError('internal', `nothing is known about the image ${question.written}`)
  return findBaseImage(session, { reference: question.reference, platform: question.platform, pull, signal })
}

/** The error at the line that needs the image, with the stage that may have been meant. */
function located(error: unknown, { at, similarStages, written }: Question): unknown {
  if (!(error instanceof SlipwayError)) return error
  const [stage] = similarStages
  if (stage === undefined) return error.locatedAt(at)
  const meant =
    stage === written
      ? `a stage ${stage} comes later in the file; FROM finds only those above it.`
      : `there is a stage ${stage}; did you mean that instead of ${written}?`
  const hint = error.hint === undefined ? meant : `${meant} ${error.hint}`
  return new SlipwayError(error.code, error.message, {
    at: error.at.length > 0 ? error.at : at,
    hint,
    notes: error.notes,
    cause: error,
    retryable: error.retryable,
  })
}
