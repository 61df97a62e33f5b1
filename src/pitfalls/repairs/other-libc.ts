import type { Fix } from '../../core/index.ts'
import { replaceWord } from '../../editing/index.ts'
import type { Facts, StageModel } from '../facts.ts'
import { inDirectory } from '../queries/manifest-at.ts'
import type { ShippedCode } from '../queries/shipped-code.ts'
import { actionsIn } from '../queries/steps.ts'
import { editableRun } from './run-edits.ts'

/** Builds without C what needs none; else makes packages in the image that is shipped. Only a build shows whether that goes. */
export function otherLibcFix(facts: Facts, code: ShippedCode): readonly Fix[] {
  return code.what === 'go' ? withoutCgo(facts, code) : sameBase(facts, code)
}

/** `CGO_ENABLED=0` before each `go build` of the step; none where the program itself uses C, or somebody asks for it. */
export function withoutCgo({ project }: Facts, { what, madeBy, contextDirectory }: ShippedCode): readonly Fix[] {
  const run = madeBy === undefined ? undefined : editableRun(madeBy)
  const module = inDirectory(project?.go, contextDirectory)
  if (what !== 'go' || madeBy === undefined || run?.command.form !== 'shell' || module?.usesCgo !== false) return []
  const builds = actionsIn([madeBy], 'build').filter(({ action }) => action.tool === 'go')
  const commands = [...new Set(builds.map(({ action }) => action.command))]
  const isPlain = commands.every(
    ({ program, wrappers, variables, assignments }) =>
      program === 'go' &&
      wrappers.length === 0 &&
      !variables.has('CGO_ENABLED') &&
      !assignments.some(({ name }) => name === 'CGO_ENABLED'),
  )
  if (commands.length === 0 || !isPlain) return []
  return [
    {
      title: 'build with CGO_ENABLED=0',
      edits: commands.map(({ span: { start } }) => ({ span: { start, end: start }, text: 'CGO_ENABLED=0 ' })),
      claims: ['same-config'],
      safety: 'proof',
    },
  ]
}

/** The stage begins with the image that is shipped, where both are tags of one repository. */
function sameBase(facts: Facts, { stage }: ShippedCode): readonly Fix[] {
  const { base } = facts.final
  if (stage === undefined || stage.parent !== undefined || stage.from.kind !== 'FROM') return []
  const { image } = stage.from
  const [one, other] = [stage.base.reference, base.reference]
  if (one === undefined || other === undefined || image.text.includes('$') || base.written.includes('$')) return []
  if (one.registry !== other.registry || one.repository !== other.repository) return []
  if (facts.stages.some(({ parent }) => parent === stage) || needsItsSystem(stage)) return []
  return [
    {
      title: `start "${stage.label}" from ${base.written}`,
      edits: replaceWord(image, base.written),
      claims: ['same-config'],
      safety: 'proof',
    },
  ]
}

/** It installs packages of its distribution, or asks for a shell that the other may not have. */
function needsItsSystem({ steps, end }: StageModel): boolean {
  const installs = actionsIn(steps, 'install').some(({ action }) => action.scope === 'system')
  const shells = steps.some(({ at: { source }, instruction: { span } }) =>
    /\bbash\b/.test(source.text.slice(span.start, span.end)),
  )
  return installs || shells || end.shell !== undefined
}
