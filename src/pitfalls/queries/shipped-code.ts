import type { Facts, StageModel, StepModel } from '../facts.ts'
import { finalCopies, type FinalCopy } from './final-copies.ts'
import type { MadeCode } from './made-code.ts'
import { shippedPackages } from './shipped-packages.ts'
import { shippedPrograms } from './shipped-programs.ts'
import { shippedSystemProgram } from './shipped-system-programs.ts'
import { tracedPaths } from './traced-paths.ts'

/** Machine code that COPY --from brings into the final image. */
export interface ShippedCode extends MadeCode {
  /** The COPY. */
  readonly step: StepModel
  readonly copy: FinalCopy
  /** Where it is made; absent for a COPY from an image. */
  readonly stage?: StageModel
}

const known = new WeakMap<Facts, readonly ShippedCode[]>()

/** The machine code that the final image gets from other stages and images. */
export function shippedCode(facts: Facts): readonly ShippedCode[] {
  const before = known.get(facts)
  if (before !== undefined) return before
  const found = finalCopies(facts).flatMap((copy) => codeOf(facts, copy))
  known.set(facts, found)
  return found
}

function codeOf(facts: Facts, copy: FinalCopy): readonly ShippedCode[] {
  const { step } = copy
  if (copy.stage === undefined) {
    const made = copy.image === undefined ? undefined : shippedSystemProgram(copy.image, [], copy.path)
    return made === undefined ? [] : [{ ...made, step, copy }]
  }
  const traced = tracedPaths(copy.stage, copy.path)
  const made = traced.flatMap(({ stage, path }) =>
    [...shippedPrograms(facts, stage, path), ...shippedPackages(facts, stage, path)].map((code) => ({ code, stage })),
  )
  const seen = new Set<string>()
  const unique = made.filter(({ code }) => {
    const key = `${code.what} ${code.names.join(' ')} ${code.madeBy?.line}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
  if (unique.length > 0) return unique.map(({ code, stage }) => ({ ...code, step, copy, stage }))
  return traced.slice(0, 1).flatMap(({ stage, path }) => {
    const system = shippedSystemProgram(stage.base, stage.history, path)
    return system === undefined ? [] : [{ ...system, step, copy, stage }]
  })
}
