import type { BuildTrace, TracedStep } from './build-trace.ts'
import { changeText, reasonText } from './miss-text.ts'

export interface WhyOptions {
  /** A line number, a stage, or a part of an instruction; everything that ran when absent. */
  readonly step?: string
  /** How long ago the build was, as `2 minutes ago`. */
  readonly age: string
}

/** What the last build ran and why, by stage. Empty when `step` names nothing. */
export function whyLines(trace: BuildTrace, { step, age }: WhyOptions): readonly string[] {
  const chosen = step === undefined ? trace.steps.filter(({ outcome }) => outcome !== 'cached') : findSteps(trace, step)
  if (step !== undefined && chosen.length === 0) return []
  const cached = trace.steps.filter(({ outcome }) => outcome === 'cached').length
  const ran = trace.steps.length - cached
  const blocks = stagesOf(chosen).flatMap((stage) => [
    '',
    stage,
    ...chosen.filter((one) => stageOf(one) === stage).flatMap((one) => stepLines(one, step !== undefined)),
  ])
  const counted = ran === 0 ? 'every step was cached' : `${ran} ${ran === 1 ? 'step' : 'steps'} ran, ${cached} cached`
  return [`${trace.title}, ${age}: ${counted}`, ...blocks]
}

/** The steps of a build that a line number, a stage or a part of an instruction names. */
export function findSteps({ steps }: BuildTrace, wanted: string): readonly TracedStep[] {
  const line = /^(?:line |.*:)?(\d+)$/.exec(wanted)?.[1]
  if (line !== undefined) return steps.filter((step) => step.line === Number(line))
  const stage = steps.filter((step) => step.stage === wanted)
  return stage.length > 0 ? stage : steps.filter(({ text }) => text.toLowerCase().includes(wanted.toLowerCase()))
}

function stagesOf(steps: readonly TracedStep[]): readonly string[] {
  return [...new Set(steps.map(stageOf))]
}

function stageOf({ stage, platform }: TracedStep): string {
  return `${stage} (${platform})`
}

function stepLines({ text, line, outcome, miss }: TracedStep, whole: boolean): readonly string[] {
  const place = line === undefined ? '' : `line ${line}`
  const title = `  ${place.padEnd(9)} ${text}`
  const indent = ' '.repeat(12)
  if (outcome === 'cached') return [title, `${indent}cached`]
  if (miss === undefined) return [title, `${indent}there is no earlier build of this file here`]
  const reasons = miss.reasons.flatMap((reason) => {
    const changes = reason.kind === 'files' ? (whole ? reason.changes : reason.changes.slice(0, 3)) : []
    const left = reason.kind === 'files' ? reason.changes.length + reason.more - changes.length : 0
    const others = changes.slice(1).map((change) => `  ${changeText(change)}`)
    return [reasonText(reason), ...others, ...(left > 0 && others.length > 0 ? [`  and ${left} more`] : [])]
  })
  const advice = miss.advice === undefined ? [] : [`to avoid it: ${miss.advice}`]
  return [title, ...[...reasons, ...advice].map((one) => indent + one)]
}
