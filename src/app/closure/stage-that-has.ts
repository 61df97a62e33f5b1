import { findInStages, type StageFiles } from '../../analysis/index.ts'
import type { Gap } from '../../closure/index.ts'

/** What a stage may be searched for, by the kind of the gap: names that would lead anywhere are not. */
const searched: Readonly<Partial<Record<Gap['kind'], (needs: string) => readonly string[]>>> = {
  library: (needs) => [needs],
  interpreter: (needs) => [needs],
  program: (needs) => (needs.startsWith('/') ? [needs] : [`bin/${needs}`]),
  module: (needs) => [`node_modules/${needs}`, `site-packages/${needs}`, `dist-packages/${needs}`],
}

/** The gap with a hint that names the stage of the build which has what is missing, where one has. */
export function withStage(gap: Gap, stages: readonly StageFiles[]): Gap {
  const names = searched[gap.kind]?.(gap.needs) ?? []
  for (const name of names) {
    const found = findInStages(name, stages)
    if (found === undefined) continue
    const where = `stage ${found.stage} has /${found.path}`
    return { ...gap, hint: gap.hint === undefined ? `${where}: copy it` : `${gap.hint}; ${where}` }
  }
  return gap
}
