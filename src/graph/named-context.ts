import { familiarName, formatPlatform, normalizePlatform, type Platform, parseReference } from '../oci/index.ts'
import type { GraphOptions, NamedContext } from './stage-graph.ts'

/** A named context that was found for a stage or an image. `name` is as the user gave it. */
export interface FoundContext {
  readonly name: string
  readonly context: NamedContext
}

const reserved = new Set(['scratch', 'context'])

/**
 * The `--build-context` that replaces a stage or an image name: `NAME::PLATFORM` before `NAME`, compared in the short
 * form of image names (`docker.io/library/alpine:latest` is `alpine`). `scratch` and `context` cannot be replaced.
 */
export function findNamedContext(name: string, platform: Platform, options: GraphOptions): FoundContext | undefined {
  const { namedContexts } = options
  if (namedContexts === undefined || reserved.has(name.toLowerCase())) return undefined
  const wanted = contextKey(name)
  const exact = `${wanted}::${formatPlatform(normalizePlatform(platform))}`
  const entries = Object.entries(namedContexts)
  const found = entries.find(([key]) => keyOf(key) === exact) ?? entries.find(([key]) => keyOf(key) === wanted)
  return found === undefined ? undefined : { name: found[0], context: found[1] }
}

/** The name a context is looked up by, its platform suffix kept. */
function keyOf(name: string): string {
  const at = name.indexOf('::')
  return at < 0 ? contextKey(name) : contextKey(name.slice(0, at)) + name.slice(at).toLowerCase()
}

function contextKey(name: string): string {
  const reference = parseReference(name.toLowerCase() === name ? name : name.toLowerCase())
  return 'error' in reference ? name.toLowerCase() : familiarName(reference).replace(/:latest$/, '')
}
