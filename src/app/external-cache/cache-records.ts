import { type Digest, type Json, parseDigest } from '../../core/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import type { TracedStep } from '../../why/index.ts'

/** What a build tells other machines of its steps. See docs/concepts/external-cache.md for the form. */
export interface CacheRecords {
  /** When the build was, in milliseconds since the epoch. */
  readonly started: number
  /** How every step came to its key, to explain what differs elsewhere. */
  readonly steps: readonly TracedStep[]
  readonly records: readonly SharedRecord[]
  /** What selections in trees amounted to, so that a `COPY --from` is found without these trees. */
  readonly selections: ReadonlyMap<Digest, Digest>
}

/** What a step left behind, as the solver's `CacheRecord` says it. */
export interface SharedRecord {
  readonly key: Digest
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly diffId: Digest
  readonly content: Digest
  /** Bytes of the uncompressed tar. */
  readonly size: number
  /** No modification time in the layer is later, in seconds since the epoch: times after SOURCE_DATE_EPOCH were set back. */
  readonly latest?: number
  /** Without it the step is known, and so are those that follow, as long as nobody needs its files. */
  readonly blob?: Descriptor
}

/** The media type of a config blob that holds records. */
export const recordsType = 'application/vnd.slipway.cache.v1+json'
/** The media type of a layer blob that holds listings; see `listings.ts`. */
export const listingsType = 'application/vnd.slipway.cache.listings.v1+gzip'
/** The member of an image's configuration that holds records of its own layers. */
export const inlineMember = 'slipway.cache.v1'

/** A record as it is written: `blob` is the place of its blob among the layers of the manifest. */
export type WrittenRecord = Omit<SharedRecord, 'blob'> & { readonly blob?: number }

/** As JSON. */
export function encodeRecords({
  started,
  steps,
  records,
  selections,
}: Omit<CacheRecords, 'records'> & { readonly records: readonly WrittenRecord[] }): Json {
  return {
    version: 1,
    started,
    steps: steps.map((step) => ({ ...step }) as unknown as Json),
    records: records.map((record) => ({ ...record })),
    selections: Object.fromEntries([...selections].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

/** More than any build has; who sends more wants to fill memory. */
const mostEntries = 20_000

/**
 * Reads what `encodeRecords` wrote; `layers` are the descriptors of the manifest. Anybody may have written it: whatever is
 * not exactly as it should be makes all of it undefined, and control characters are taken out of texts.
 */
export function decodeRecords(value: unknown, layers: readonly Descriptor[]): CacheRecords | undefined {
  const { version, started, steps, records, selections } = asObject(value) ?? {}
  if (version !== 1 || !isCount(started) || !isList(steps) || !isList(records)) return undefined
  const pairs = Object.entries(asObject(selections) ?? {})
  if (pairs.length > mostEntries) return undefined
  const decoded = {
    steps: steps.map(decodeStep),
    records: records.map((record) => decodeRecord(record, layers)),
    selections: pairs.map(([key, chosen]) => [parseDigest(key), digestIn(chosen)] as const),
  }
  if (decoded.steps.includes(undefined) || decoded.records.includes(undefined)) return undefined
  if (decoded.selections.some((pair) => pair.includes(undefined))) return undefined
  return {
    started,
    steps: decoded.steps as readonly TracedStep[],
    records: decoded.records as readonly SharedRecord[],
    selections: new Map(decoded.selections as readonly (readonly [Digest, Digest])[]),
  }
}

function decodeRecord(value: unknown, layers: readonly Descriptor[]): SharedRecord | undefined {
  const { created, size, latest, blob, ...names } = asObject(value) ?? {}
  const [key, diffId, content] = [names['key'], names['diffId'], names['content']].map(digestIn)
  if (key === undefined || diffId === undefined || content === undefined) return undefined
  // Equal ones would name a layer that was pulled, whose content nobody looks at again.
  if (diffId === content || !isCount(created) || !isCount(size)) return undefined
  const facts = { key, created, diffId, content, size, ...(isCount(latest) ? { latest } : {}) }
  if (blob === undefined) return facts
  const layer = typeof blob === 'number' ? layers[blob] : undefined
  return layer === undefined ? undefined : { ...facts, blob: plainDescriptor(layer) }
}

/** Addresses and annotations of others are of no use here. */
function plainDescriptor({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size }
}

function decodeStep(value: unknown): TracedStep | undefined {
  const { stage, platform, text, line, key, parts, content, base, outcome } = asObject(value) ?? {}
  const texts = [stage, platform, text].map(textIn)
  const digest = digestIn(key)
  const pairs = decodeParts(parts)
  if (digest === undefined || pairs === undefined || texts.includes(undefined)) return undefined
  const [left, from] = [digestIn(content), textIn(base)]
  return {
    stage: texts[0] as string,
    platform: texts[1] as string,
    text: texts[2] as string,
    ...(typeof line === 'number' ? { line } : {}),
    key: digest,
    parts: pairs,
    ...(left === undefined ? {} : { content: left }),
    ...(from === undefined ? {} : { base: from }),
    outcome: outcome === 'failed' ? 'failed' : 'built',
  }
}

function decodeParts(value: unknown): Readonly<Record<string, string>> | undefined {
  const pairs = Object.entries(asObject(value) ?? {})
  if (pairs.length > mostEntries) return undefined
  const decoded: [string, string][] = []
  for (const [name, part] of pairs) {
    const text = textIn(part)
    // Mounts are compared field by field.
    if (text === undefined || (name.startsWith('mount ') && !isJsonObject(text))) return undefined
    decoded.push([withoutControls(name), text])
  }
  return Object.fromEntries(decoded)
}

function isJsonObject(text: string): boolean {
  try {
    return asObject(JSON.parse(text)) !== undefined
  } catch {
    return false
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length <= mostEntries
}

/** Milliseconds as far as dates go, or bytes. */
function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 8.64e15
}

function digestIn(value: unknown): Digest | undefined {
  return typeof value === 'string' ? parseDigest(value) : undefined
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? withoutControls(value) : undefined
}

/** What is shown in a terminal must not command it. Commands have line feeds and tabs. */
function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '')
}
