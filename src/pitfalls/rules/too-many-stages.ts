import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'

/** More than a reader keeps in mind. */
const most = 10

/** A file of very many stages, or of stages that do the same. */
export const tooManyStages: Pitfall = {
  id: 'too-many-stages',
  summary: 'A file has as many stages as it has kinds of work: two that do the same are one.',
  severity: 'info',
  level: 'static',
  profiles: [],
  optIn: true,
  peers: {},
  find: (facts) => [...beyond(facts), ...alike(facts)],
}

function beyond({ stages }: Facts): readonly PitfallHit[] {
  const first = stages[most]
  if (first === undefined) return []
  return [
    {
      at: first.at,
      message: `the file has ${stages.length} stages: "${first.label}" is the ${most + 1}th`,
      hint: 'continue a common stage with FROM, make stages that differ in a value one with ARG, or part the file by image',
      evidence: { stages: stages.length },
    },
  ]
}

function alike({ stages, namedTargets }: Facts): readonly PitfallHit[] {
  const first = new Map<string, StageModel>()
  return stages.flatMap((stage) => {
    if (stage.steps.length === 0) return []
    const text = workOf(stage)
    const other = first.get(text)
    if (other === undefined) first.set(text, stage)
    // Both may be wanted by their names.
    if (other === undefined || (stage.name !== undefined && namedTargets.has(stage.name.toLowerCase()))) return []
    return [
      {
        at: stage.at,
        message: `"${stage.label}" does the same as "${other.label}" (line ${lineOf(other)}): the same FROM, and the same ${stage.steps.length === 1 ? 'step' : `${stage.steps.length} steps`}`,
        hint: `take ${other.label} wherever ${stage.label} is named, and delete one of them`,
        related: [{ note: 'the same work', at: other.at }],
        evidence: { stage: stage.label, other: other.label },
      },
    ]
  })
}

/** FROM without the name, and the steps, as they are written but for blanks. */
function workOf({ at, steps }: StageModel): string {
  const from = at.source.text.slice(at.span.start, at.span.end).replace(/\s+as\s+\S+\s*$/i, '')
  return [from, ...steps.map((step) => step.at.source.text.slice(step.at.span.start, step.at.span.end))]
    .map((text) => text.trim().replaceAll(/\s+/g, ' '))
    .join('\n')
}

function lineOf({ at }: StageModel): number {
  return at.source.text.slice(0, at.span.start).split('\n').length
}
