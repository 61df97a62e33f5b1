import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

/** A cache mount that is kept, with what `mount.json` says of it. */
export interface KeptCacheMount {
  /** Name of its directory below `cache-mounts`. */
  readonly name: string
  /** What the Dockerfile calls it. */
  readonly id: string
  readonly target?: string
  /** The step that used it last, as the progress shows it. */
  readonly step?: string
  readonly platform?: string
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly used: number
}

/** The cache mounts below a directory, whatever uses them, in the order of their names. */
export function listCacheMounts(directory: string): readonly KeptCacheMount[] {
  return cacheMountNames(directory).map((name) => {
    const home = path.join(directory, name)
    const facts = readFacts(path.join(home, 'mount.json'))
    const made = statSync(home, { throwIfNoEntry: false })?.birthtimeMs ?? 0
    return {
      name,
      id: text(facts['id']) ?? '',
      created: number(facts['created']) ?? made,
      used: number(facts['used']) ?? made,
      ...optional('target', text(facts['target'])),
      ...optional('step', text(facts['step'])),
      ...optional('platform', text(facts['platform'])),
    }
  })
}

function readFacts(file: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** Names of the directories of cache mounts below one; none where no build has had any. */
export function cacheMountNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort()
  } catch {
    // It is made with the first one.
    return []
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value }
}
