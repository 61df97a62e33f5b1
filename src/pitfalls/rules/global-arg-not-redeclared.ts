import { insertBefore } from '../../editing/index.ts'
import type { Fix, Span } from '../../core/index.ts'
import type { Facts, StepModel } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { variablesOf } from '../queries/variable-uses.ts'

/** ARG before the first FROM, used in a stage that has no ARG of that name: empty there, whatever --build-arg says. */
export const globalArgNotRedeclared: Pitfall = {
  id: 'global-arg-not-redeclared',
  summary:
    'A stage says ARG NAME before it uses an argument that was declared above the first FROM; otherwise it is empty there.',
  severity: 'error',
  level: 'static',
  profiles: ['production'],
  peers: { buildkit: ['UndefinedVar'] },
  find: (facts) => {
    return facts.stages.flatMap((stage) => {
      const told = new Set<string>()
      return stage.steps.flatMap((step) => hitsIn(step, facts, told))
    })
  },
}

function hitsIn(step: StepModel, facts: Facts, told: Set<string>): readonly PitfallHit[] {
  if (step.trigger) return []
  return variablesOf(step).flatMap(({ name, span }) => {
    const isGlobal = facts.graph.globalArgs.has(name) || (platformArgs.test(name) && !hasDefault(step, name))
    if (told.has(name) || !isGlobal || isSet(step, name)) return []
    told.add(name)
    const line = declarationOf(facts, name)
    return [
      {
        at: step.at,
        message: facts.graph.globalArgs.has(name)
          ? `$${name} is empty here: ARG ${name} stands before the first FROM and holds for FROM lines only`
          : `$${name} is empty here: the builder sets it for FROM lines, and for stages that say ARG ${name}`,
        hint: `put ARG ${name} into the stage "${step.stage.label}", before this line`,
        related: [
          { note: `${name} is used here`, at: { source: step.at.source, span } },
          ...(line === undefined ? [] : [{ note: 'declared here', at: { source: facts.file.source, span: line } }]),
        ],
        evidence: { name },
        fixes: [redeclare(step, facts, name)],
      },
    ]
  })
}

/** What the builder says about platforms. */
const platformArgs = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/

/** `${TARGETARCH:-amd64}`: somebody has thought of it. */
function hasDefault({ at, instruction }: StepModel, name: string): boolean {
  const { start, end } = instruction.span
  return new RegExp(`\\$\\{${name}:?[-=+?]`).test(at.source.text.slice(start, end))
}

/** ARG or ENV of the stage or of those it continues; or the image sets it. */
function isSet(step: StepModel, name: string): boolean {
  if (step.before.env.has(name) || step.before.declaredArgs.has(name)) return true
  const { history } = step.stage
  const before = history.slice(0, history.indexOf(step))
  if (before.some(({ kind, pairs }) => kind === 'ARG' && pairs.some((pair) => pair.name === name))) return true
  const image = /([^/:@]+)(?:[:@][^/]*)?$/.exec(step.stage.base.written)?.[1] ?? ''
  // Official images say in ENV which version they hold: NODE_VERSION, GOLANG_VERSION.
  return new RegExp(`^${image.replaceAll(/\W/g, '.')}_(?:VERSION|HOME|PATH)$`, 'i').test(name)
}

function declarationOf({ file }: Facts, name: string): Span | undefined {
  for (const instruction of file.instructions) {
    if (instruction.kind === 'FROM') return undefined
    if (instruction.kind === 'ARG' && instruction.pairs.some(({ key }) => key.text === name)) return instruction.span
  }
  return undefined
}

function redeclare(step: StepModel, facts: Facts, name: string): Fix {
  return {
    title: `declare ARG ${name} in the stage`,
    edits: insertBefore(facts.file, step.instruction, [`ARG ${name}`]),
    claims: [],
    safety: 'proof',
  }
}
