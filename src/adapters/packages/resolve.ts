import { didYouMean, SlipwayError } from '../../core/index.ts'
import { type DebPackage, type PackageIndex, satisfies } from './package-index.ts'
import type { Clause } from './relation.ts'

/**
 * The packages with everything they need, sorted by name. For every clause an already chosen package is preferred, then
 * the first alternative that exists, so that the result depends on the index and the set of roots alone.
 * Throws `package-archive` for an unknown package, an unmet dependency or two packages that exclude each other.
 */
export function resolvePackages(
  index: PackageIndex,
  roots: readonly string[],
  options: { readonly without?: ReadonlySet<string> } = {},
): readonly DebPackage[] {
  const chosen = new Map<string, DebPackage>()
  const queue: DebPackage[] = []
  const choose = (item: DebPackage): void => {
    if (chosen.has(item.name)) return
    chosen.set(item.name, item)
    queue.push(item)
  }
  // All roots first: an explicitly wanted package decides between alternatives of the others.
  for (const name of [...roots].sort()) choose(findPackage(index, name))
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
    for (const clause of item.depends) {
      if (clause.some(({ name }) => options.without?.has(name))) continue
      choose(pickAlternative(index, [...chosen.values()], { clause, of: item }))
    }
  }
  const result = [...chosen.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  refuseConflicts(result)
  return result
}

/** The packages themselves, without what they depend on, sorted by name. */
export function findPackages(index: PackageIndex, names: readonly string[]): readonly DebPackage[] {
  return [...new Set(names)].sort().map((name) => findPackage(index, name))
}

function findPackage(index: PackageIndex, name: string): DebPackage {
  const item = index.newest(name) ?? index.candidates({ name })[0]
  if (item !== undefined) return item
  const near = didYouMean(
    name,
    index.all().map((other) => other.name),
  )
  throw new SlipwayError(
    'package-archive',
    `the archive has no package ${name}`,
    near === undefined ? {} : { hint: near },
  )
}

function pickAlternative(
  index: PackageIndex,
  chosen: readonly DebPackage[],
  want: { readonly clause: Clause; readonly of: DebPackage },
): DebPackage {
  for (const relation of want.clause) {
    const present = chosen.find((item) => satisfies(item, relation))
    if (present !== undefined) return present
  }
  const taken = new Set(chosen.map((item) => item.name))
  for (const relation of want.clause) {
    const candidate = index.candidates(relation).find((item) => !taken.has(item.name))
    if (candidate !== undefined) return candidate
  }
  const text = want.clause.map(({ name, bound }) =>
    bound === undefined ? name : `${name} (${bound.relation} ${bound.version})`,
  )
  throw new SlipwayError(
    'package-archive',
    `${want.of.name} ${want.of.version} needs ${text.join(' or ')}, which the archive does not have`,
  )
}

function refuseConflicts(packages: readonly DebPackage[]): void {
  for (const item of packages) {
    for (const relation of item.conflicts.flat()) {
      const other = packages.find((candidate) => candidate !== item && satisfies(candidate, relation))
      if (other !== undefined) {
        throw new SlipwayError(
          'package-archive',
          `${item.name} ${item.version} cannot be installed together with ${other.name} ${other.version}`,
        )
      }
    }
  }
}
