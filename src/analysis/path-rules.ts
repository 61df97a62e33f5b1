import { baseOf, comparePaths, joinPath, parentOf } from '../archive/index.ts'

/** Everything below `to` came from the same place below `from`, by the same way; paths without leading slash, '' is the root. */
export interface PathRule<Way> {
  readonly to: string
  readonly from: string
  readonly way: Way
}

/** Where one file came from. */
export interface PathPair<Way> {
  readonly path: string
  readonly from: string
  readonly way: Way
}

/**
 * The fewest rules by prefixes that say the same as the pairs: one for each topmost directory whose files all came from one
 * directory by one way. 18,000 files of a `COPY . .` become one rule. Ways are compared by identity.
 */
export function rulesOf<Way>(pairs: Iterable<PathPair<Way>>): readonly PathRule<Way>[] {
  const root: Branch<Way> = { children: new Map() }
  for (const pair of pairs) place(root, pair)
  const rules: PathRule<Way>[] = []
  const whole = collect(root, '', rules)
  if (whole !== undefined) rules.push(ruleFor('', whole))
  return rules.sort((left, right) => comparePaths(left.to, right.to))
}

/** Where a path came from by the rule that names the most of it; undefined where none does. */
export function followRules<Way>(
  rules: ReadonlyMap<string, PathRule<Way>>,
  path: string,
): { readonly from: string; readonly way: Way } | undefined {
  for (let prefix: string | undefined = path; prefix !== undefined; prefix = parentOf(prefix)) {
    const rule = rules.get(prefix)
    if (rule === undefined) continue
    const rest = prefix === '' ? path : path.slice(prefix.length + 1)
    return { from: rest === '' ? rule.from : joinPath(rule.from, rest), way: rule.way }
  }
  return undefined
}

/** Rules as `followRules` wants them. */
export function rulesByPrefix<Way>(rules: readonly PathRule<Way>[]): ReadonlyMap<string, PathRule<Way>> {
  return new Map(rules.map((rule) => [rule.to, rule]))
}

interface Branch<Way> {
  pair?: PathPair<Way>
  readonly children: Map<string, Branch<Way>>
}

function place<Way>(root: Branch<Way>, pair: PathPair<Way>): void {
  let at = root
  for (const name of pair.path === '' ? [] : pair.path.split('/')) {
    let next = at.children.get(name)
    if (next === undefined) at.children.set(name, (next = { children: new Map() }))
    at = next
  }
  at.pair = pair
}

interface Uniform<Way> {
  readonly from: string
  readonly way: Way
}

/** The place and way that all below share; rules for the children where they differ. */
function collect<Way>(branch: Branch<Way>, path: string, rules: PathRule<Way>[]): Uniform<Way> | undefined {
  const { pair, children } = branch
  if (children.size === 0) return pair
  const below = [...children].map(([name, child]) => ({
    name,
    uniform: collect(child, joinPath(path, name), rules),
  }))
  const shared = pair === undefined ? sharedBy(below) : undefined
  if (shared !== undefined) return shared
  for (const { name, uniform } of below) if (uniform !== undefined) rules.push(ruleFor(joinPath(path, name), uniform))
  if (pair !== undefined) rules.push(ruleFor(path, pair))
  return undefined
}

function sharedBy<Way>(
  below: readonly { readonly name: string; readonly uniform: Uniform<Way> | undefined }[],
): Uniform<Way> | undefined {
  const [first] = below
  const from = stem(first?.uniform?.from, first?.name ?? '')
  const way = first?.uniform?.way
  if (from === undefined || way === undefined) return undefined
  const isShared = below.every(({ name, uniform }) => uniform?.way === way && stem(uniform.from, name) === from)
  return isShared ? { from, way } : undefined
}

function ruleFor<Way>(to: string, { from, way }: Uniform<Way>): PathRule<Way> {
  return { to, from, way }
}

/** The directory that a path lies in, when it is called so there. */
function stem(from: string | undefined, name: string): string | undefined {
  return from !== undefined && from !== '' && baseOf(from) === name ? parentOf(from) : undefined
}
