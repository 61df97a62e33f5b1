import { parsePortSpec } from '../../dockerfile/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import { fillWord } from '../model/texts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'

/** EXPOSE names no port. */
export const invalidPort: Pitfall = {
  id: 'invalid-port',
  summary: 'EXPOSE names ports from 0 to 65535: anything else ends the build.',
  severity: 'error',
  level: 'static',
  profiles: ['decision'],
  peers: { hadolint: ['DL3011'], trivy: ['DS-0008'] },
  find: ({ stages, file }: Facts) => stages.flatMap(({ steps }) => steps).flatMap((step) => ofStep(step, file.escape)),
}

function ofStep(step: StepModel, escape: '\\' | '`'): readonly PitfallHit[] {
  const { instruction } = step
  if (instruction.kind !== 'EXPOSE') return []
  return instruction.words.flatMap((word) => {
    const { value, isWhole } = fillWord(word, step.before.variables, escape)
    const spec = isWhole && value !== '' ? parsePortSpec(value) : undefined
    if (spec === undefined || !('error' in spec)) return []
    const at = step.trigger ? step.at : { source: step.at.source, span: word.span }
    return [{ at, message: `EXPOSE ${value}: ${spec.error}`, hint: spec.hint, evidence: { port: value } }]
  })
}
