import { once } from '../../core/index.ts'
import { compareDebianVersions, versionSatisfies } from '../../versions/index.ts'
import { parseStanza } from './deb822.ts'
import { type Clause, parseRelations, type Relation } from './relation.ts'

/** A package as an archive's index describes it. */
export interface DebPackage {
  readonly name: string
  readonly version: string
  readonly architecture: string
  readonly essential: boolean
  readonly priority: string
  /** Depends and Pre-Depends. */
  readonly depends: readonly Clause[]
  readonly provides: readonly Clause[]
  readonly conflicts: readonly Clause[]
  /** Where the file is: the URL of the archive and the path below it. */
  readonly archive: string
  readonly filename: string
  /** Bytes of the .deb. */
  readonly size: number
  /** 64 hex characters, from the signed index. */
  readonly sha256: string
}

/** All packages of some archives for one architecture. */
export interface PackageIndex {
  /** The newest version of a package, or undefined when there is none. */
  newest(name: string): DebPackage | undefined
  /** What satisfies the relation: the package itself first, then packages that provide it, by priority and name. */
  candidates(relation: Relation): readonly DebPackage[]
  /** The newest version of every package. */
  all(): readonly DebPackage[]
}

/** The packages of the text of a `Packages` file. Stanzas without name, version, file or SHA-256 are left out. */
export function parsePackages(text: string, archive: string): readonly DebPackage[] {
  return text.split('\n\n').flatMap((stanza) => parsePackage(stanza, archive))
}

/** An index over packages of several archives; the newest version of each name wins. */
export function indexPackages(packages: readonly DebPackage[]): PackageIndex {
  const byName = new Map<string, DebPackage[]>()
  const providers = new Map<string, DebPackage[]>()
  for (const item of packages) {
    append(byName, item.name, item)
    for (const clause of item.provides) for (const { name } of clause) append(providers, name, item)
  }
  for (const versions of byName.values()) versions.sort((a, b) => compareDebianVersions(b.version, a.version))
  const newest = (name: string): DebPackage | undefined => byName.get(name)?.[0]
  return {
    newest,
    candidates: (relation) => [
      ...(byName.get(relation.name) ?? []).filter((item) => boundHolds(relation, item.version)).slice(0, 1),
      ...(providers.get(relation.name) ?? [])
        .filter((item) => newest(item.name) === item && providesRelation(item, relation))
        .sort(byPreference),
    ],
    all: () => [...byName.values()].flatMap((versions) => versions.slice(0, 1)),
  }
}

/** Whether a package is what the relation names or provides it in a fitting version. */
export function satisfies(item: DebPackage, relation: Relation): boolean {
  if (item.name === relation.name && boundHolds(relation, item.version)) return true
  return providesRelation(item, relation)
}

/**
 * Debian has 63,000 packages and a base needs a hundred: only what the index is made of is read at once, which takes a
 * third of the time; the rest when somebody asks.
 */
function parsePackage(text: string, archive: string): readonly DebPackage[] {
  const name = simpleField(text, 'Package')
  const version = simpleField(text, 'Version')
  if (name === undefined || version === undefined || !text.includes('\nFilename:') || !text.includes('\nSHA256:'))
    return []
  const fields = once(() => parseStanza(text))
  const relations = (...names: readonly string[]): (() => readonly Clause[]) =>
    once(() => names.flatMap((field) => parseRelations(fields().get(field))))
  const depends = relations('pre-depends', 'depends')
  const conflicts = relations('conflicts', 'breaks')
  return [
    {
      name,
      version,
      archive,
      essential: simpleField(text, 'Essential') === 'yes',
      priority: simpleField(text, 'Priority') ?? 'optional',
      provides: text.includes('\nProvides:') ? parseRelations(fields().get('provides')) : [],
      get architecture() {
        return fields().get('architecture') ?? 'all'
      },
      get depends() {
        return depends()
      },
      get conflicts() {
        return conflicts()
      },
      get filename() {
        return fields().get('filename') ?? ''
      },
      get size() {
        return Number(fields().get('size') ?? 0)
      },
      get sha256() {
        return fields().get('sha256') ?? ''
      },
    },
  ]
}

/** A field of one line, which these always are. */
function simpleField(text: string, name: string): string | undefined {
  const at = text.startsWith(`${name}:`) ? 0 : text.indexOf(`\n${name}:`) + 1
  if (at === 0 && !text.startsWith(`${name}:`)) return undefined
  const end = text.indexOf('\n', at)
  return text.slice(at + name.length + 1, end < 0 ? undefined : end).trim()
}

/** A versioned relation is met only by a versioned `Provides`, an unversioned one by any. */
function providesRelation(item: DebPackage, relation: Relation): boolean {
  return item.provides.some((clause) =>
    clause.some((provided) => {
      if (provided.name !== relation.name) return false
      if (relation.bound === undefined) return true
      return provided.bound !== undefined && boundHolds(relation, provided.bound.version)
    }),
  )
}

function boundHolds(relation: Relation, version: string): boolean {
  return relation.bound === undefined || versionSatisfies(version, relation.bound.relation, relation.bound.version)
}

const priorities = ['required', 'important', 'standard', 'optional', 'extra']

function byPreference(a: DebPackage, b: DebPackage): number {
  return (
    priorities.indexOf(a.priority) - priorities.indexOf(b.priority) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  )
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
