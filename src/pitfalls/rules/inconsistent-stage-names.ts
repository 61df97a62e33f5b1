import type { Facts, StageModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'

/** Some stages have names and others have none, or names are written in different ways. */
export const inconsistentStageNames: Pitfall = {
  id: 'inconsistent-stage-names',
  summary: 'All stages have names, written in one way: people find them, and --target can name them.',
  severity: 'info',
  level: 'static',
  profiles: ['decision'],
  optIn: true,
  peers: {},
  find: (facts) => (facts.stages.length < 2 ? [] : [...withoutName(facts), ...otherwiseWritten(facts)]),
}

/** The last stage needs no name: nothing refers to it. */
function withoutName({ stages }: Facts): readonly PitfallHit[] {
  const others = stages.slice(0, -1)
  if (!others.some(({ name }) => name !== undefined)) return []
  return others
    .filter(({ name }) => name === undefined)
    .map(({ at, base }) => ({
      at,
      message: `this stage (FROM ${base.written}) has no name, though others have one`,
      hint: 'name it with AS',
    }))
}

function otherwiseWritten({ stages }: Facts): readonly PitfallHit[] {
  const styles = stages.map((stage) => ({ stage, style: styleOf(stage) }))
  const counts = new Map<string, number>()
  for (const { style } of styles) if (style !== undefined) counts.set(style, (counts.get(style) ?? 0) + 1)
  const [usual] = [...counts].sort((a, b) => b[1] - a[1])
  if (usual === undefined || counts.size < 2) return []
  return styles
    .filter(({ style }) => style !== undefined && style !== usual[0])
    .map(({ stage }) => ({
      at: stage.at,
      message: `"${stage.from.kind === 'FROM' ? (stage.from.as?.text ?? '') : ''}" is not written as the other names are: ${usual[0]}`,
      hint: 'write all names in small letters with - between the words',
    }))
}

/** One word tells nothing about how several are put together. */
function styleOf({ from }: StageModel): string | undefined {
  const name = from.kind === 'FROM' ? from.as?.text : undefined
  if (name === undefined) return undefined
  if (name.includes('-')) return 'words with -'
  if (name.includes('_')) return 'words with _'
  return name.includes('.') ? 'words with .' : undefined
}
