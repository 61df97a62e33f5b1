import { type Diagnostic, didYouMean, type Location, SlipwayError } from '../core/index.ts'
import type { BakeTarget } from './bake-target.ts'
import { fault } from './cursor.ts'
import type { TargetDraft } from './draft.ts'
import type { Drafts } from './drafts.ts'
import { mergeAttributes, normalizeAttributes } from './merge-attributes.ts'
import { overriddenAttributes, type Overrides, parseOverrides } from './set-overrides.ts'
import { targetOf } from './target-of.ts'
import { type Bake, asDiagnostic } from './read-bake.ts'
import { matchesName } from './name-pattern.ts'

/** What is built, and what is told about it. */
export interface Choice {
  /** In the order in which they were asked for, and after them those that they use. */
  readonly targets: readonly BakeTarget[]
  /** Groups that were asked for, by their names; `default` has all that was. */
  readonly groups: ReadonlyMap<string, readonly string[]>
  readonly diagnostics: readonly Diagnostic[]
}

export interface ChoiceOptions {
  /** Groups, targets, and patterns of them; `default` when absent. */
  readonly names?: readonly string[]
  /** `target.attribute=value`, as `--set` takes them. */
  readonly set?: readonly string[]
}

/** The targets that names stand for, each with what it inherits. A target with an error is told in `diagnostics` and left out. */
export function chooseTargets({ drafts, files }: Bake, { names = ['default'], set = [] }: ChoiceOptions): Choice {
  const groups = new Map<string, readonly string[]>()
  const targets = new Map<string, BakeTarget>()
  const diagnostics: Diagnostic[] = []
  const attempt = (run: () => void): void => {
    try {
      run()
    } catch (error) {
      diagnostics.push(asDiagnostic(error, files))
    }
  }
  attempt(() => {
    const overrides = parseOverrides(set, [...drafts.targets.keys()])
    const resolve = (name: string, linked: boolean): BakeTarget =>
      targetOf(withInherited(name, { drafts, overrides, known: new Map() }), linked)
    const asked = [...new Set(names.flatMap((name) => matching(name.replaceAll('.', '_'), drafts)))]
    for (const name of asked)
      for (const target of membersOf(name, drafts, groups))
        attempt(() => {
          if (!targets.has(target)) targets.set(target, resolve(target, false))
        })
    const besides = asked.filter((name) => name !== 'default' || !groups.has('default'))
    groups.set('default', [...new Set([...(groups.get('default') ?? []), ...besides])])
    // Those that are found on the way have been looked at then.
    const chosen = [...targets.values()]
    for (const target of chosen)
      attempt(() => {
        addLinked(target, { targets, resolve: (name) => resolve(name, true), path: [] })
      })
  })
  return { targets: [...targets.values()], groups, diagnostics }
}

/** All targets that a bake file has, whether a group asks for them or not, and which of them others inherit. */
export function everyTarget({ drafts }: Bake): {
  readonly names: readonly string[]
  readonly inherited: ReadonlySet<string>
  readonly grouped: ReadonlySet<string>
} {
  const inherited = [...drafts.targets.values()].flatMap(({ attributes }) => textsIn(attributes, 'inherits'))
  const grouped = [...drafts.groups.values()].flatMap(({ targets }) => targets)
  return { names: [...drafts.targets.keys()], inherited: new Set(inherited), grouped: new Set(grouped) }
}

function matching(pattern: string, { targets, groups }: Drafts): readonly string[] {
  if (!/[*?[\]]/.test(pattern)) return [pattern]
  const found = [...groups.keys(), ...targets.keys()].filter((name) => matchesName(name, pattern))
  if (found.length === 0) throw new SlipwayError('config-invalid', `no target is called like ${pattern}`)
  return found
}

/** The targets of a group and of the groups in it; a target is its own. A group comes before a target of its name. */
function membersOf(name: string, drafts: Drafts, groups: Map<string, readonly string[]>): readonly string[] {
  const open = new Set<string>()
  const done = new Map<string, readonly string[]>()
  const visit = (one: string): readonly string[] => {
    const group = drafts.groups.get(one)
    // Within itself a group is the target of its name.
    if (group === undefined || open.has(one)) return [one]
    const before = done.get(one)
    if (before !== undefined) return before
    open.add(one)
    groups.set(one, group.targets)
    const members = [...new Set(group.targets.flatMap(visit))]
    open.delete(one)
    done.set(one, members)
    return members
  }
  return [...new Set(visit(name))]
}

interface Inheriting {
  readonly drafts: Drafts
  readonly overrides: Overrides
  readonly known: Map<string, TargetDraft | undefined>
}

/** A target that inherits itself does so once, as buildx has it. */
function withInherited(name: string, inheriting: Inheriting, from?: Location): TargetDraft {
  const { drafts, overrides, known } = inheriting
  const before = known.get(name)
  if (before !== undefined) return before
  const own = drafts.targets.get(name)
  if (own === undefined) throw missingTarget(name, drafts, from)
  known.set(name, undefined)
  let attributes: TargetDraft['attributes'] = new Map()
  for (const base of textsIn(own.attributes, 'inherits')) {
    if (known.has(base) && known.get(base) === undefined) continue
    attributes = mergeAttributes(
      attributes,
      withInherited(base, inheriting, own.attributes.get('inherits')?.at).attributes,
    )
  }
  const merged = mergeAttributes(attributes, own.attributes)
  const done = { ...own, attributes: normalizeAttributes(overriddenAttributes(merged, own, overrides.get(name) ?? [])) }
  known.set(name, done)
  return done
}

function missingTarget(name: string, { targets, groups }: Drafts, from: Location | undefined): SlipwayError {
  const hint = didYouMean(name, [...targets.keys(), ...groups.keys()])
  const message = name === 'default' ? 'there is no group and no target default' : `there is no target ${name}`
  if (from !== undefined) return fault(message, from, hint)
  return new SlipwayError('config-invalid', message, hint === undefined ? {} : { hint })
}

function textsIn(attributes: TargetDraft['attributes'], name: string): readonly string[] {
  const value = attributes.get(name)?.value
  return Array.isArray(value) ? (value as readonly string[]) : []
}

interface Linking {
  readonly targets: Map<string, BakeTarget>
  readonly resolve: (name: string) => BakeTarget
  readonly path: readonly string[]
}

/** Targets that others have as a named context are built, too. */
function addLinked(target: BakeTarget, { targets, resolve, path }: Linking): void {
  const place = target.places.get('contexts') ?? target.at
  for (const context of Object.values(target.contexts)) {
    if (!context.startsWith('target:')) continue
    const name = context.slice('target:'.length)
    if (name === target.name || path.includes(name)) throw fault(`${target.name} needs itself, by ${context}`, place)
    const linked = targets.get(name) ?? locatedTarget(() => resolve(name), place)
    targets.set(name, linked)
    addLinked(linked, { targets, resolve, path: [...path, target.name] })
  }
}

function locatedTarget(resolve: () => BakeTarget, place: Location): BakeTarget {
  try {
    return resolve()
  } catch (error) {
    throw error instanceof SlipwayError ? error.locatedAt([place]) : error
  }
}
