import { type Location, SlipwayError, type Source } from '../../core/index.ts'
import { parseDocument, type Document, isMap, isScalar } from 'yaml'

/** What a compose or bake file builds from a Dockerfile. */
export interface NamedBuild {
  /** The service or target. */
  readonly name: string
  readonly at: Location
  readonly context: string
  readonly dockerfile?: string
  readonly target?: string
}

/**
 * The builds of a compose file, or of a bake file in JSON (which is YAML, too). What names an image, a repository or a text in
 * the file itself is left out, with a note. Throws `config-invalid`.
 */
export function composeBuilds(
  source: Source,
  kind: 'compose' | 'bake',
): { readonly builds: readonly NamedBuild[]; readonly notes: readonly string[] } {
  const document = parseDocument(source.text, { merge: true })
  const [problem] = document.errors
  if (problem !== undefined)
    throw new SlipwayError('config-invalid', `${source.path}: ${problem.message.split('\n')[0]}`, {
      at: [{ source, span: { start: problem.pos[0], end: problem.pos[1] } }],
    })
  const root = asRecord(document.toJS())
  const member = kind === 'compose' ? 'services' : 'target'
  const builds: NamedBuild[] = []
  const notes: string[] = []
  for (const [name, value] of Object.entries(asRecord(root[member]))) {
    const build = kind === 'compose' ? asRecord(value)['build'] : value
    if (build === undefined || build === null) continue
    const read = readBuild(build)
    if (typeof read === 'string') notes.push(`${source.path}: ${name} is not checked: ${read}`)
    else builds.push({ name, at: placeOf(document, source, [member, name]), ...read })
  }
  return { builds, notes }
}

function readBuild(build: unknown): Omit<NamedBuild, 'name' | 'at'> | string {
  const record = typeof build === 'string' ? { context: build } : asRecord(build)
  const text = (name: string): string | undefined => {
    const value = record[name]
    return typeof value === 'string' ? withDefaults(value) : undefined
  }
  if (record['dockerfile_inline'] !== undefined || record['dockerfile-inline'] !== undefined)
    return 'its Dockerfile stands in this file'
  const context = text('context') ?? '.'
  if (/^(?:https?|git|ssh|target|docker-image|oci-layout):|^git@/.test(context)) return `its context is ${context}`
  const dockerfile = text('dockerfile')
  const target = text('target')
  return {
    context,
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(target === undefined || target === '' ? {} : { target }),
  }
}

/** Variables take their defaults: nobody knows the environment in which the file is used. */
function withDefaults(text: string): string {
  return text.replace(/\$\{\w+(?::?-([^}]*))?[^}]*\}|\$\w+/g, (_, value: string | undefined) => value ?? '')
}

function placeOf(document: Document, source: Source, keys: readonly string[]): Location {
  const parent = document.getIn(keys.slice(0, -1), true)
  const key = isMap(parent)
    ? parent.items.map((item) => item.key).find((node) => isScalar(node) && node.value === keys.at(-1))
    : undefined
  const range = isScalar(key) ? key.range : undefined
  return { source, span: { start: range?.[0] ?? 0, end: range?.[1] ?? 0 } }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}
