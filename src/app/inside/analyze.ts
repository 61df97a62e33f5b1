import {
  analyzeImage,
  type BudgetVerdict,
  type DiveRules,
  type DiveVerdict,
  type ImageAnalysis,
  type ImageInside,
  judgeDive,
  type StageOutput,
  stageOutputs,
} from '../../analysis/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import { judgeImage, limitsTransfer } from '../budgets/judge-image.ts'
import type { Policy } from '../budgets/read-policy.ts'
import type { Session } from '../session.ts'
import { type ClosureReport, closureOfInside } from './closure-of-inside.ts'
import { stagesOfInside } from './stages-of-inside.ts'
import { openInside, type OpenInside } from './open-inside.ts'

/** What `slipway analyze` tells. */
export interface AnalysisReport extends ImageAnalysis {
  readonly image: string
  /** Digest of the configuration. */
  readonly id: string
  readonly platform: string
  /** Whether files of copied layers could be followed to the step that made them. */
  readonly traced: boolean
  /** Present when it was asked for. */
  readonly closure?: ClosureReport
  /** Present when they were asked for: what the stages wrote that the image was copied from. */
  readonly stages?: readonly StageOutput[]
  /** A sentence for each stage that cannot be looked at. */
  readonly unknownStages?: readonly string[]
  /** Present when rules were given. */
  readonly verdicts?: readonly DiveVerdict[]
  /** Present when there are budgets. */
  readonly budgets?: readonly BudgetVerdict[]
}

export interface AnalyzeRequest extends OpenInside {
  readonly image: string
  /** Follow the image from what it starts, too. */
  readonly closure?: boolean
  /** Look at the stages, too, that the image was copied from. */
  readonly stages?: boolean
  /** What a `.dive-ci` asks for. */
  readonly rules?: DiveRules
  readonly policy?: Policy
}

/** Measures an image wherever it is, and judges it where rules are given. Rejects as `openInside` does. */
export async function analyze(session: Session, request: AnalyzeRequest): Promise<AnalysisReport> {
  const { rules, image, closure, stages, policy, signal } = request
  const compressed = policy !== undefined && limitsTransfer(policy.budgets)
  const inside = await openInside(session, request.image, { ...request, compressed })
  const analysis = analyzeImage(inside)
  const budgets = policy === undefined ? undefined : await judgeImage(session, inside, { policy, signal })
  return {
    image,
    id: inside.id,
    platform: formatPlatform(inside.platform),
    traced: inside.blame !== undefined,
    ...analysis,
    ...(closure === true ? { closure: await closureOfInside(session, inside, signal) } : {}),
    ...(stages === true ? outputsOf(session, inside) : {}),
    ...(rules === undefined ? {} : { verdicts: judgeDive(analysis.dive, rules) }),
    ...(budgets === undefined ? {} : { budgets }),
  }
}

function outputsOf(session: Session, inside: ImageInside): Required<Pick<AnalysisReport, 'stages' | 'unknownStages'>> {
  const { stages, unknownStages } = stagesOfInside(session, inside)
  return { stages: stageOutputs(inside, stages), unknownStages }
}
