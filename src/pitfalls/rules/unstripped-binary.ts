import type { Facts } from '../facts.ts'
import type { Pitfall, PitfallHit } from '../pitfall.ts'
import { isStripped, type ShippedProgram, shippedPrograms } from '../queries/binaries.ts'
import { stripFix } from '../repairs/strip-program.ts'
import { finalIsSideStage } from '../queries/stage-roles.ts'
import { spotOf } from '../queries/spots.ts'

/** A program of Go, Rust or C that is shipped with its symbols. */
export const unstrippedBinary: Pitfall = {
  id: 'unstripped-binary',
  summary: 'Programs are shipped without symbol table and debug information, which make up a third of a Go program.',
  severity: 'info',
  level: 'context',
  profiles: ['size'],
  peers: {},
  find: (facts) => {
    if (finalIsSideStage(facts)) return []
    const told = new Set<unknown>()
    return shippedPrograms(facts).flatMap((program): readonly PitfallHit[] => {
      const { build, path } = program
      if (told.has(build.action) || !isKnown(facts, program) || isStripped(facts, program)) return []
      told.add(build.action)
      return [
        {
          at: spotOf(build.step, build.action),
          message: `the program that ${build.action.tool} builds here is shipped with its symbols${path === '/' ? '' : ` (${path})`}`,
          hint: hints[build.action.tool] ?? 'give the linker -s, or run strip on the program',
          evidence: { tool: build.action.tool, path },
          costs: { ...program.lands, only: 'symbols' },
          fixes: stripFix(facts, program),
        },
      ]
    })
  },
}

const hints: Readonly<Record<string, string>> = {
  go: 'write go build -ldflags="-s -w"',
  cargo: 'put strip = true below [profile.release] of Cargo.toml, or run strip on the program',
}

/** What Cargo.toml says about stripping must be known. */
function isKnown({ project }: Facts, { build }: ShippedProgram): boolean {
  return build.action.tool !== 'cargo' || project !== undefined
}
