import { entries, parseJsonTable, type Table, table, text, texts } from '../decode.ts'
import type { NodeManifest } from '../project.ts'

/** A package as a lock file describes it, reduced to what tells about machine code. */
export interface LockedPackage {
  readonly name: string
  readonly version?: string
  /** Names, optional and peer ones included. */
  readonly dependencies: readonly string[]
  readonly installScript: boolean
  readonly os: readonly string[]
  readonly libc: readonly string[]
  /** Only npm's and older pnpm's files tell. */
  readonly dev?: boolean
}

/** The packages of a lock file; none when it cannot be read. */
export function readLock(
  { manager, path }: NonNullable<NodeManifest['lock']>,
  content: string | undefined,
): readonly LockedPackage[] {
  if (content === undefined || path.endsWith('.lockb')) return []
  if (manager === 'npm') return npmPackages(parseJsonTable(content))
  if (manager === 'bun') return bunPackages(parseJsonTable(content))
  return manager === 'pnpm' ? indentedPackages(content, pnpmLines) : indentedPackages(content, yarnLines)
}

function npmPackages(root: Table | undefined): readonly LockedPackage[] {
  const flat = entries(root?.packages).flatMap(([path, value]) => {
    const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1]
    const found = table(value)
    return name === undefined || found === undefined ? [] : [npmPackage(name, found)]
  })
  return flat.length > 0 ? flat : nestedPackages(root)
}

/** Version 1: packages are nested in each other. */
function nestedPackages(root: Table | undefined, depth = 0): readonly LockedPackage[] {
  if (depth > 30) return []
  return entries(root?.dependencies).flatMap(([name, value]) => {
    const found = table(value)
    if (found === undefined) return []
    const own = { ...found, dependencies: found.requires }
    return [npmPackage(name, own), ...nestedPackages(found, depth + 1)]
  })
}

function npmPackage(name: string, found: Table): LockedPackage {
  const version = text(found.version)
  return {
    name,
    ...(version === undefined ? {} : { version }),
    dependencies: dependencyNames(found),
    installScript: found.hasInstallScript === true,
    os: texts(found.os),
    libc: texts(found.libc),
    dev: found.dev === true,
  }
}

function dependencyNames(found: Table): readonly string[] {
  const tables = [found.dependencies, found.optionalDependencies]
  return tables.flatMap((held) => Object.keys(table(held) ?? {}))
}

/** `"name": ["name@1.0.0", "", { "dependencies": {…}, "os": "linux" }, "sha512-…"]` */
function bunPackages(root: Table | undefined): readonly LockedPackage[] {
  return entries(root?.packages).flatMap(([, value]) => {
    const [id, ...rest] = Array.isArray(value) ? (value as readonly unknown[]) : []
    const split = splitId(text(id) ?? '')
    const found = rest.map(table).find((held) => held !== undefined) ?? {}
    if (split === undefined) return []
    return [
      {
        ...split,
        dependencies: dependencyNames(found),
        installScript: false,
        os: texts(found.os).filter((os) => os !== 'none'),
        libc: texts(found.libc),
      },
    ]
  })
}

/** `@scope/name@1.2.3(peer@1)` or `name@npm:1.2.3` to name and version. */
function splitId(id: string): { readonly name: string; readonly version?: string } | undefined {
  const found = /^\/?(@[^/@]+\/[^/@]+|[^/@]+)(?:[@/](?:npm:)?([^(_]+).*)?$/.exec(id)
  if (found?.[1] === undefined) return undefined
  return { name: found[1], ...(found[2] === undefined ? {} : { version: found[2] }) }
}

/** A package under construction. */
type Draft = { -readonly [Key in keyof LockedPackage]: LockedPackage[Key] } & {
  dependencies: string[]
  os: string[]
  libc: string[]
}

/** How the lines of a lock file are to be read. Both kinds are written by programs, which always indent alike. */
interface LineRules {
  readonly header: (line: string) => string | undefined
  readonly field: (line: string) => readonly [string, string] | undefined
  readonly dependency: (line: string) => string | undefined
}

const pnpmLines: LineRules = {
  header: (line) => /^ {2}'?(\/?[^\s':][^':]*(?::[^':]+)*)'?:(?: \{\})?$/.exec(line)?.[1],
  field: (line) => pair(/^ {4}(\w+):(.*)$/.exec(line)),
  dependency: (line) => /^ {6}'?([^\s':]+)'?:/.exec(line)?.[1],
}

/** Both yarn 1 (`version "1.0.0"`) and later ones (`version: 1.0.0`). */
const yarnLines: LineRules = {
  header: (line) => /^"?([^\s",#][^",]*?)"?(?:,.*)?:$/.exec(line)?.[1],
  field: (line) => pair(/^ {2}(\w+):? ?(.*)$/.exec(line)),
  dependency: (line) => /^ {4}"?((?:@[^/"\s]+\/)?[^\s":]+)"?:? /.exec(line)?.[1],
}

function pair(found: RegExpExecArray | null): readonly [string, string] | undefined {
  return found === null ? undefined : [found[1] ?? '', (found[2] ?? '').trim()]
}

function indentedPackages(content: string, rules: LineRules): readonly LockedPackage[] {
  const drafts: Draft[] = []
  let current: Draft | undefined
  let inDependencies = false
  for (const line of content.split('\n').map((raw) => raw.trimEnd())) {
    const header = rules.header(line)
    if (header !== undefined) {
      const split = splitId(header)
      current = split === undefined ? undefined : { ...split, dependencies: [], installScript: false, os: [], libc: [] }
      if (current !== undefined) drafts.push(current)
      inDependencies = false
    } else if (current !== undefined) {
      const field = rules.field(line)
      if (field !== undefined) inDependencies = takeField(current, field)
      else if (inDependencies)
        current.dependencies.push(...[rules.dependency(line)].filter((name) => name !== undefined))
    }
  }
  return drafts
}

/** Whether the lines that follow name dependencies. */
function takeField(draft: Draft, [key, value]: readonly [string, string]): boolean {
  const list = value.replace(/[[\]"']/g, '').split(/[,\s]+/)
  if (key === 'version') draft.version = value.replace(/^"|"$/g, '')
  if (key === 'requiresBuild') draft.installScript = value === 'true'
  if (key === 'dev') draft.dev = value === 'true'
  if (key === 'os') draft.os.push(...list)
  if (key === 'libc') draft.libc.push(...list)
  if (key === 'conditions') {
    draft.os.push(...[...value.matchAll(/os=(\w+)/g)].map(([, os = '']) => os))
    draft.libc.push(...[...value.matchAll(/libc=(\w+)/g)].map(([, libc = '']) => libc))
  }
  return key === 'dependencies' || key === 'optionalDependencies'
}
