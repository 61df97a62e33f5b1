import { diffArrays } from 'diff'

/** What of a step tells which step of another build it is. */
export interface StepIdentity {
  readonly stage: string
  readonly platform: string
  readonly text: string
}

/**
 * For each step of now the step of the build before that stands for it, or undefined. Within a stage equal instructions
 * are matched in order (longest common subsequence); between two of those, instructions of the same keyword are taken for
 * edited ones. A stage that did not exist takes the steps of the stage that has most of its instructions.
 */
export function alignSteps<Now extends StepIdentity, Before extends StepIdentity>(
  now: readonly Now[],
  before: readonly Before[],
): ReadonlyMap<Now, Before> {
  const matches = new Map<Now, Before>()
  const former = byStage(before)
  for (const [stage, steps] of byStage(now)) {
    const candidates = former.get(stage) ?? mostSimilar(steps, [...former.values()])
    alignStage(steps, candidates, matches)
  }
  return matches
}

function byStage<Step extends StepIdentity>(steps: readonly Step[]): ReadonlyMap<string, readonly Step[]> {
  const stages = new Map<string, Step[]>()
  for (const step of steps) {
    const key = `${step.platform} ${step.stage}`
    const known = stages.get(key)
    if (known === undefined) stages.set(key, [step])
    else known.push(step)
  }
  return stages
}

function mostSimilar<Before extends StepIdentity>(
  steps: readonly StepIdentity[],
  stages: readonly (readonly Before[])[],
): readonly Before[] {
  const texts = new Set(steps.map(({ text }) => text))
  const scored = stages.map((stage) => ({ stage, score: stage.filter(({ text }) => texts.has(text)).length }))
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a), { stage: [] as readonly Before[], score: 0 })
  return best.stage
}

function alignStage<Now extends StepIdentity, Before extends StepIdentity>(
  now: readonly Now[],
  before: readonly Before[],
  matches: Map<Now, Before>,
): void {
  let [i, j] = [0, 0]
  for (const [a, b] of [...commonPairs(now, before), [now.length, before.length] as const]) {
    pairEdited(now.slice(i, a), before.slice(j, b), matches)
    const [same, former] = [now[a], before[b]]
    if (same !== undefined && former !== undefined) matches.set(same, former)
    i = a + 1
    j = b + 1
  }
}

function pairEdited<Now extends StepIdentity, Before extends StepIdentity>(
  now: readonly Now[],
  before: readonly Before[],
  matches: Map<Now, Before>,
): void {
  let from = 0
  for (const step of now) {
    const at = before.findIndex((one, index) => index >= from && keywordOf(one) === keywordOf(step))
    if (at === -1) continue
    matches.set(step, before[at] as Before)
    from = at + 1
  }
}

function keywordOf({ text }: StepIdentity): string {
  return text.split(' ', 1)[0] ?? ''
}

/** Index pairs of a longest common subsequence of the instructions. */
function commonPairs(
  now: readonly StepIdentity[],
  before: readonly StepIdentity[],
): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = []
  let [i, j] = [0, 0]
  for (const { added, removed, count } of diffArrays(before.map(textOf), now.map(textOf))) {
    if (!added && !removed) for (let at = 0; at < count; at += 1) pairs.push([i + at, j + at])
    if (!removed) i += count
    if (!added) j += count
  }
  return pairs
}

function textOf({ text }: StepIdentity): string {
  return text
}
