import { compareVersions, versionSatisfies } from './dpkg-version.ts'
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
  for (const versions of byName.values()) versions.sort((a, b) => compareVersions(b.version, a.version))
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

function parsePackage(text: string, archive: string): readonly DebPackage[] {
  const fields = parseStanza(text)
  const name = fields.get('package')
  const version = fields.get('version')
  const filename = fields.get('filename')
  const sha256 = fields.get('sha256')
  if (name === undefined || version === undefined || filename === undefined || sha256 === undefined) return []
  return [
    {
      name,
      version,
      architecture: fields.get('architecture') ?? 'all',
      essential: fields.get('essential') === 'yes',
      priority: fields.get('priority') ?? 'optional',
      depends: [...parseRelations(fields.get('pre-depends')), ...parseRelations(fields.get('depends'))],
      provides: parseRelations(fields.get('provides')),
      conflicts: [...parseRelations(fields.get('conflicts')), ...parseRelations(fields.get('breaks'))],
      archive,
      filename,
      size: Number(fields.get('size') ?? 0),
      sha256,
    },
  ]
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
