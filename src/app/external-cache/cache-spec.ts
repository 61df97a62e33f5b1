import {
  type CompressionOptions,
  compressionOptions,
  parseCsv,
  type Refuse,
  truthOption,
} from '../../adapters/exporters/index.ts'
import type { CacheAttributes } from '../../adapters/remote-cache/index.ts'
import { didYouMean, SlipwayError } from '../../core/index.ts'
import { parseDuration } from '../../dockerfile/index.ts'
import { mountKeys, type MountOptions, readMountOptions } from '../travelling-mounts/mount-options.ts'

export type CacheKind = 'local' | 'registry' | 'inline' | 's3' | 'gha'

/** One value of `--cache-from`. */
export interface CacheSource {
  readonly kind: CacheKind
  readonly attributes: CacheAttributes
  /** For messages: as written, without what is secret. */
  readonly label: string
  /** Milliseconds until its records must be there. */
  readonly timeout: number
  /** Which cache mounts come along. */
  readonly mounts?: MountOptions
}

/** One value of `--cache-to`. */
export interface CacheTarget {
  readonly kind: CacheKind
  readonly attributes: CacheAttributes
  readonly label: string
  /** `min`: the layers of the image; `max`: those of all stages. */
  readonly mode: 'min' | 'max'
  /** Milliseconds until all of it must be written. */
  readonly timeout: number
  /** A cache that cannot be written fails the build unless this is set, as with BuildKit. */
  readonly ignoreError: boolean
  readonly ociMediaTypes: boolean
  readonly compression: CompressionOptions
  /** Which cache mounts go along. */
  readonly mounts?: MountOptions
}

interface Keys {
  readonly both?: readonly string[]
  readonly from?: readonly string[]
  readonly to?: readonly string[]
}

/** Attributes of BuildKit's caches; those of every target come on top. */
const keysOf: Readonly<Record<CacheKind, Keys>> = {
  local: { from: ['src', 'tag', 'digest'], to: ['dest', 'tag'] },
  registry: { both: ['ref', 'registry.insecure'] },
  inline: {},
  s3: {
    both: [
      'region',
      'bucket',
      'name',
      'prefix',
      'blobs_prefix',
      'manifests_prefix',
      'endpoint_url',
      'use_path_style',
      'access_key_id',
      'secret_access_key',
      'session_token',
      'retry_mode',
      'retry_max_attempts',
      'disable_accept_encoding',
    ],
    to: ['touch_refresh', 'upload_parallelism'],
  },
  gha: { both: ['url', 'url_v2', 'token', 'scope', 'version'], to: ['ghtoken', 'repository'] },
}
const targetKeys = [
  'mode',
  'ignore-error',
  'image-manifest',
  'oci-mediatypes',
  'compression',
  'compression-level',
  'force-compression',
]
const required: Readonly<Partial<Record<string, string>>> = {
  '--cache-to local': 'dest',
  '--cache-from local': 'src',
  '--cache-to registry': 'ref',
  '--cache-from registry': 'ref',
}
const secretKeys = ['access_key_id', 'secret_access_key', 'session_token', 'token', 'ghtoken']

/** Records are a few hundred kB; who has not sent them by then costs more than it saves. */
const importTimeout = 30_000
/** As BuildKit's for its slowest cache. */
const exportTimeout = 600_000

/** Reads a value of `--cache-from`. Throws `bad-option-value`. */
export function parseCacheSource(text: string): CacheSource {
  const { kind, attributes, label, refuse } = readValue('--cache-from', text)
  if (kind === 'inline')
    throw refuse('an inline cache lies in an image', 'name that image: --cache-from type=registry,ref=IMAGE')
  if (attributes.has('tag') && attributes.has('digest')) throw refuse('tag and digest exclude each other')
  return {
    kind,
    attributes,
    label,
    timeout: timeoutOf(attributes, refuse) ?? importTimeout,
    ...mountsOf(attributes, refuse),
  }
}

/** Reads a value of `--cache-to`. Throws `bad-option-value`. */
export function parseCacheTarget(text: string): CacheTarget {
  const { kind, attributes, label, refuse } = readValue('--cache-to', text)
  const mode = attributes.get('mode') ?? 'min'
  if (mode !== 'min' && mode !== 'max')
    throw refuse(`mode is min or max, not ${mode}`, didYouMean(mode, ['min', 'max']))
  if (kind === 'inline' && mode === 'max')
    throw refuse('an inline cache holds the layers of its image only', 'use type=registry,mode=max for all stages')
  if (truthOption(attributes, 'image-manifest', refuse) === false)
    throw refuse('a cache is written as an image manifest', 'leave image-manifest out: not all registries take others')
  return {
    kind,
    attributes,
    label,
    mode,
    timeout: timeoutOf(attributes, refuse) ?? exportTimeout,
    ignoreError: truthOption(attributes, 'ignore-error', refuse) ?? true,
    ociMediaTypes: truthOption(attributes, 'oci-mediatypes', refuse) ?? true,
    compression: compressionOptions(attributes, refuse),
    ...mountsOf(attributes, refuse),
  }
}

function mountsOf(attributes: CacheAttributes, refuse: Refuse): { readonly mounts?: MountOptions } {
  const mounts = readMountOptions(attributes, refuse)
  if (mounts !== undefined && attributes.get('type') === 'inline')
    throw refuse('an image cannot hold cache mounts', 'use type=registry,mounts=true')
  return mounts === undefined ? {} : { mounts }
}

type CacheFlag = '--cache-from' | '--cache-to'

interface ReadValue extends Pick<CacheSource, 'kind' | 'attributes' | 'label'> {
  readonly refuse: Refuse
}

function readValue(flag: CacheFlag, text: string): ReadValue {
  const attributes = readAttributes(flag, text)
  const label = [...attributes].map(([key, value]) => `${key}=${secretKeys.includes(key) ? '***' : value}`).join(',')
  const refuse: Refuse = (reason, hint) => bad(flag, label, { reason, hint })
  const kind = attributes.get('type') ?? ''
  if (!isKind(kind)) {
    const hint = didYouMean(kind, Object.keys(keysOf)) ?? `there are ${Object.keys(keysOf).join(', ')}`
    throw refuse(kind === '' ? 'type is missing' : `there is no cache type ${kind}`, hint)
  }
  const known = knownKeys(flag, kind)
  for (const key of attributes.keys()) {
    if (!known.includes(key)) throw refuse(`type=${kind} has no option ${key}`, didYouMean(key, known))
  }
  const missing = required[`${flag} ${kind}`]
  if (missing !== undefined && (attributes.get(missing) ?? '') === '') throw refuse(`${missing} is missing`)
  return { kind, attributes, label, refuse }
}

function isKind(kind: string): kind is CacheKind {
  return Object.hasOwn(keysOf, kind)
}

function knownKeys(flag: CacheFlag, kind: CacheKind): readonly string[] {
  const { both = [], from = [], to = [] } = keysOf[kind]
  const ownKeys = flag === '--cache-from' ? ['mounts', ...from] : [...mountKeys, ...to, ...targetKeys]
  return ['type', 'timeout', ...both, ...ownKeys]
}

/** A value without `=` is the name of an image, as docker has it. */
function readAttributes(flag: CacheFlag, text: string): CacheAttributes {
  const fields = parseCsv(text)
  if (fields === undefined) throw bad(flag, '', { reason: 'a quotation mark is not closed' })
  const [only = ''] = fields
  if (fields.length === 1 && only !== '' && !only.includes('=')) {
    return new Map([
      ['type', 'registry'],
      ['ref', only],
    ])
  }
  const attributes = new Map<string, string>()
  for (const field of fields) {
    const equals = field.indexOf('=')
    // The field itself may be what was meant to be secret.
    if (equals < 1) throw bad(flag, '', { reason: 'there is a field that is not KEY=VALUE' })
    attributes.set(field.slice(0, equals).trim().toLowerCase(), field.slice(equals + 1))
  }
  return attributes
}

function timeoutOf(attributes: CacheAttributes, refuse: Refuse): number | undefined {
  const text = attributes.get('timeout')
  if (text === undefined) return undefined
  const nanoseconds = parseDuration(text)
  if (nanoseconds !== undefined && nanoseconds > 0n) return Number(nanoseconds / 1_000_000n)
  throw refuse(`timeout is a time such as 90s or 5m, not ${text}`)
}

function bad(
  flag: CacheFlag,
  label: string,
  { reason, hint }: { reason: string; hint?: string | undefined },
): SlipwayError {
  const what = label === '' ? flag : `${flag} ${JSON.stringify(label)}`
  return new SlipwayError('bad-option-value', `bad ${what}: ${reason}`, hint === undefined ? {} : { hint })
}
