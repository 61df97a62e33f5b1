import { asObject } from '../image-files.ts'

/** Where `exports` or `imports` lead: a path in the package, or for `imports` also another specifier. */
export type MappedTarget =
  | { readonly kind: 'target'; readonly target: string }
  | { readonly kind: 'not-exported' }
  /** The field is written in a way that Node refuses. */
  | { readonly kind: 'invalid' }

const notExported: MappedTarget = { kind: 'not-exported' }

/** What `subpath` (`.`, `./x`) is in the `exports` of a package (PACKAGE_EXPORTS_RESOLVE of Node's documentation). */
export function resolveExports(field: unknown, subpath: string, conditions: ReadonlySet<string>): MappedTarget {
  const map = asObject(field)
  const keys = map === undefined ? [] : Object.keys(map)
  const dotted = keys.filter((key) => key.startsWith('.')).length
  if (dotted > 0 && dotted < keys.length) return { kind: 'invalid' }
  if (map === undefined || dotted === 0) return subpath === '.' ? ofTarget(field, undefined, conditions) : notExported
  return ofMap(map, subpath, conditions)
}

/** What `#name` is in the `imports` of a package (PACKAGE_IMPORTS_RESOLVE). */
export function resolveImports(field: unknown, name: string, conditions: ReadonlySet<string>): MappedTarget {
  const map = asObject(field)
  return map === undefined ? notExported : ofMap(map, name, conditions)
}

function ofMap(map: Readonly<Record<string, unknown>>, key: string, conditions: ReadonlySet<string>): MappedTarget {
  if (Object.hasOwn(map, key) && !key.includes('*')) return ofTarget(map[key], undefined, conditions)
  const patterns = Object.keys(map).filter((pattern) => pattern.split('*').length === 2)
  for (const pattern of patterns.sort(longestBase)) {
    const [before = '', after = ''] = pattern.split('*')
    if (!key.startsWith(before) || !key.endsWith(after) || key.length < before.length + after.length) continue
    if (key === before && after === '') continue
    return ofTarget(map[pattern], key.slice(before.length, key.length - after.length), conditions)
  }
  return notExported
}

/** PATTERN_KEY_COMPARE: the longer text before the star first, then the longer pattern. */
function longestBase(a: string, b: string): number {
  return b.indexOf('*') - a.indexOf('*') || b.length - a.length
}

/** PACKAGE_TARGET_RESOLVE: the first condition that applies and leads somewhere. */
function ofTarget(target: unknown, match: string | undefined, conditions: ReadonlySet<string>): MappedTarget {
  return found(target, match, conditions) ?? notExported
}

function found(target: unknown, match: string | undefined, conditions: ReadonlySet<string>): MappedTarget | undefined {
  if (typeof target === 'string') {
    return { kind: 'target', target: match === undefined ? target : target.replaceAll('*', match) }
  }
  if (target === null) return notExported
  if (Array.isArray(target)) {
    for (const one of target as readonly unknown[]) {
      const result = found(one, match, conditions)
      if (result?.kind === 'target') return result
    }
    return notExported
  }
  for (const [condition, value] of Object.entries(asObject(target) ?? {})) {
    if (condition !== 'default' && !conditions.has(condition)) continue
    const result = found(value, match, conditions)
    // A nested object without a condition that applies: the next condition counts.
    if (result !== undefined) return result
  }
  return undefined
}
