import { didYouMean, SlipwayError } from '../../core/index.ts'
import { type AnnotationOption, limitedTo } from './annotation-option.ts'
import { type CompressionOptions, compressionOptions, truthOption } from './compression-options.ts'
import { parseCsv } from './csv.ts'

/** Options of everything that ends in an image. */
export interface ImageOptions extends CompressionOptions {
  /** As written. */
  readonly names: readonly string[]
  /** Undefined: whatever the kind of output has by default. */
  readonly ociMediaTypes?: boolean
  readonly annotations: readonly AnnotationOption[]
  /** Undefined: wherever SOURCE_DATE_EPOCH is set. */
  readonly rewriteTimestamp?: boolean
}

export interface FileOutput {
  readonly kind: 'oci' | 'docker'
  /** `-` is standard output; absent: standard output for `oci`, a running docker for `docker`. */
  readonly dest?: string
  /** One archive; otherwise a directory. */
  readonly tar: boolean
  /** Docker only: the context whose daemon takes the image. */
  readonly context?: string
  readonly image: ImageOptions
}

export interface StoreOutput {
  readonly kind: 'image'
  readonly push: boolean
  readonly pushByDigest: boolean
  /** Plain HTTP, or HTTPS without checking the certificate. */
  readonly insecure: boolean
  readonly image: ImageOptions
}

/** What `-o` asks for. */
export type OutputSpec =
  | FileOutput
  | StoreOutput
  | {
      readonly kind: 'local'
      readonly dest: string
      readonly mode: 'copy' | 'delete'
      readonly platformSplit?: boolean
    }
  | { readonly kind: 'tar'; readonly dest: string; readonly platformSplit?: boolean }
  | { readonly kind: 'cacheonly' }

const imageKeys = [
  'name',
  'compression',
  'compression-level',
  'force-compression',
  'oci-mediatypes',
  'rewrite-timestamp',
]
const keysOf: Readonly<Record<string, readonly string[]>> = {
  oci: ['dest', 'tar', ...imageKeys],
  docker: ['dest', 'tar', 'context', ...imageKeys],
  image: ['push', 'push-by-digest', 'registry.insecure', 'store', 'unpack', ...imageKeys],
  registry: ['push-by-digest', 'registry.insecure', 'store', 'unpack', ...imageKeys],
  local: ['dest', 'mode', 'platform-split'],
  tar: ['dest', 'platform-split'],
  cacheonly: [],
}

/**
 * Parses the value of `-o`: comma-separated `key=value` with CSV quotes, or a directory, or `-` for a tar of the files on
 * standard output. Throws `bad-option-value` with the nearest known word.
 */
export function parseOutputSpec(text: string): OutputSpec {
  const fields = parseCsv(text)
  if (fields === undefined) throw bad(text, 'a quotation mark is not closed')
  const [first = ''] = fields
  if (fields.length === 1 && !first.includes('=')) return shorthand(first)
  const options = new Map<string, string>()
  for (const field of fields) {
    const equals = field.indexOf('=')
    if (equals < 1) throw bad(text, `${JSON.stringify(field)} is not KEY=VALUE`)
    const key = field.slice(0, equals).trim()
    options.set(key.startsWith('annotation') ? key : key.toLowerCase(), field.slice(equals + 1))
  }
  return specOf(text, options)
}

function shorthand(dest: string): OutputSpec {
  if (dest === '') throw bad(dest, 'it is empty')
  return dest === '-' ? { kind: 'tar', dest } : { kind: 'local', dest, mode: 'copy' }
}

function specOf(text: string, options: ReadonlyMap<string, string>): OutputSpec {
  const type = options.get('type')
  if (type === undefined) throw bad(text, 'type=oci, docker, image, registry, local, tar or cacheonly is missing')
  const known = keysOf[type]
  if (known === undefined) throw bad(text, `there is no output type ${type}`, didYouMean(type, Object.keys(keysOf)))
  for (const key of options.keys()) {
    const isAnnotation = known.includes('name') && key.startsWith('annotation')
    if (key !== 'type' && !known.includes(key) && !isAnnotation) {
      throw bad(text, `type=${type} has no option ${key}`, didYouMean(key, known))
    }
  }
  const get = (key: string): string | undefined => options.get(key)
  switch (type) {
    case 'oci':
    case 'docker':
      return fileOutput(type, text, options)
    case 'image':
    case 'registry':
      return storeOutput(type, text, options)
    case 'local':
      return localOutput(text, options)
    case 'tar':
      return { kind: 'tar', dest: get('dest') ?? '-', ...split(text, options) }
    default:
      return { kind: 'cacheonly' }
  }
}

function fileOutput(kind: 'oci' | 'docker', text: string, options: ReadonlyMap<string, string>): FileOutput {
  const dest = options.get('dest')
  const context = options.get('context')
  const tar = flag(text, options, 'tar') ?? true
  if (!tar && (dest === undefined || dest === '-')) throw bad(text, 'tar=false needs dest=DIRECTORY')
  return {
    kind,
    tar,
    ...(dest === undefined ? {} : { dest }),
    ...(context === undefined ? {} : { context }),
    image: imageOptions(text, options),
  }
}

function storeOutput(type: string, text: string, options: ReadonlyMap<string, string>): StoreOutput {
  return {
    kind: 'image',
    push: type === 'registry' || (flag(text, options, 'push') ?? false),
    pushByDigest: flag(text, options, 'push-by-digest') ?? false,
    insecure: flag(text, options, 'registry.insecure') ?? false,
    image: imageOptions(text, options),
  }
}

function localOutput(text: string, options: ReadonlyMap<string, string>): OutputSpec {
  const dest = options.get('dest')
  const mode = options.get('mode') ?? 'copy'
  if (dest === undefined || dest === '') throw bad(text, 'type=local needs dest=DIRECTORY')
  if (mode !== 'copy' && mode !== 'delete')
    throw bad(text, `mode is copy or delete, not ${mode}`, didYouMean(mode, ['copy', 'delete']))
  return { kind: 'local', dest, mode, ...split(text, options) }
}

function split(text: string, options: ReadonlyMap<string, string>): { readonly platformSplit?: boolean } {
  const platformSplit = flag(text, options, 'platform-split')
  return platformSplit === undefined ? {} : { platformSplit }
}

function imageOptions(text: string, options: ReadonlyMap<string, string>): ImageOptions {
  const ociMediaTypes = flag(text, options, 'oci-mediatypes')
  const rewriteTimestamp = flag(text, options, 'rewrite-timestamp')
  return {
    names: (options.get('name') ?? '').split(',').filter((name) => name !== ''),
    ...compressionOptions(options, (reason, hint) => bad(text, reason, hint)),
    annotations: [...options]
      .filter(([key]) => key.startsWith('annotation'))
      .map(([key, value]) => annotation(text, key, value)),
    ...(rewriteTimestamp === undefined ? {} : { rewriteTimestamp }),
    ...(ociMediaTypes === undefined ? {} : { ociMediaTypes }),
  }
}

function annotation(text: string, key: string, value: string): AnnotationOption {
  const match = /^annotation(?:-(manifest|index|manifest-descriptor|index-descriptor))?(?:\[([^\]]+)\])?\.(\S+)$/.exec(
    key,
  )
  if (match === null)
    throw bad(text, `${key} is not annotation[-manifest|-index|-manifest-descriptor|-index-descriptor][[PLATFORM]].KEY`)
  const [, place = 'manifest', platform, name = ''] = match
  return { place: place as AnnotationOption['place'], ...limitedTo(platform), key: name, value }
}

function flag(text: string, options: ReadonlyMap<string, string>, key: string): boolean | undefined {
  return truthOption(options, key, (reason) => bad(text, reason))
}

function bad(text: string, reason: string, hint?: string): SlipwayError {
  return new SlipwayError(
    'bad-option-value',
    `bad output ${JSON.stringify(text)}: ${reason}`,
    hint === undefined ? {} : { hint },
  )
}
