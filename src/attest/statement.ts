import { canonicalJson, type Digest, hexOf, type Json } from '../core/index.ts'
import { familiarRepository, formatPlatform, parseReference, type Platform, withDefaultTag } from '../oci/index.ts'

/**
 * The claims that are made and understood here: https://slsa.dev/spec/v1.1/provenance, https://spdx.github.io/spdx-spec/v2.3,
 * and which instruction made each file (docs/concepts/blame.md).
 */
export const predicateTypes = {
  provenance: 'https://slsa.dev/provenance/v1',
  sbom: 'https://spdx.dev/Document',
  blame: 'urn:slipway:blame:v1',
} as const

/** The type of a blob that is a statement, and of the manifests that hold statements. */
export const statementMediaType = 'application/vnd.in-toto+json'

/** What is claimed about an artifact; `type` says how to read `value`. */
export interface Predicate {
  readonly type: string
  readonly value: Json
}

/** An artifact that a claim is about. Digests without their algorithm, by its name. */
export interface Subject {
  readonly name: string
  readonly digest: Readonly<Record<string, string>>
}

export interface Statement {
  readonly subject: readonly Subject[]
  readonly predicateType: string
  readonly predicate: { readonly [key: string]: Json | undefined }
}

const statementType = 'https://in-toto.io/Statement/v1'
/** Of BuildKit before 2025; it says the same in the same members. */
const knownTypes: readonly unknown[] = [statementType, 'https://in-toto.io/Statement/v0.1']

/** A claim about these subjects, as in-toto writes it. Equal claims have equal bytes. */
export function encodeStatement({ type, value }: Predicate, subject: readonly Subject[]): Uint8Array {
  const members = { _type: statementType, predicateType: type, subject: subject as unknown as Json, predicate: value }
  return Buffer.from(canonicalJson(members))
}

/** The subject that is a manifest, under every name of the image; `_` where it has none. Names are package URLs, as in BuildKit. */
export function manifestSubjects(
  manifest: Digest,
  { names, platform }: { readonly names: readonly string[]; readonly platform: Platform },
): readonly Subject[] {
  const known = names.length === 0 ? ['_'] : names.map((name) => imageUrl(name, platform))
  return known.map((name) => ({ name, digest: { sha256: hexOf(manifest) } }))
}

/** The package URL of an image: `pkg:docker/ghcr.io/a/b@tag?platform=linux%2Famd64`. Texts that are no name come back. */
export function imageUrl(name: string, platform?: Platform): string {
  const reference = parseReference(name)
  if ('error' in reference) return name
  const { tag, digest } = withDefaultTag(reference)
  const qualifiers = [
    ...(digest === undefined ? [] : [`digest=${encodeURIComponent(digest).replaceAll('%3A', ':')}`]),
    ...(platform === undefined ? [] : [`platform=${encodeURIComponent(formatPlatform(platform))}`]),
  ]
  const version = tag === undefined ? '' : `@${tag}`
  const query = qualifiers.length === 0 ? '' : `?${qualifiers.join('&')}`
  return `pkg:docker/${familiarRepository(reference).replaceAll(':', '%3A')}${version}${query}`
}

/** Reads a statement. A text that is none gives the reason. */
export function decodeStatement(bytes: Uint8Array): Statement | { readonly error: string } {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return { error: 'it is not JSON' }
  }
  const statement = asObject(value)
  if (statement === undefined) return { error: 'it is not a JSON object' }
  const { _type, subject, predicateType, predicate } = statement
  if (!knownTypes.includes(_type)) return { error: `its _type is ${JSON.stringify(_type)}, not ${statementType}` }
  if (typeof predicateType !== 'string') return { error: 'it has no predicateType' }
  const claim = asObject(predicate)
  if (claim === undefined) return { error: 'its predicate is not an object' }
  if (!Array.isArray(subject) || subject.length === 0) return { error: 'it has no subject' }
  const subjects = subject.map(decodeSubject)
  const known = subjects.filter((one) => one !== undefined)
  if (known.length < subjects.length) return { error: 'it has a subject without a digest' }
  return { subject: known, predicateType, predicate: claim as Statement['predicate'] }
}

function decodeSubject(value: unknown): Subject | undefined {
  const { name = '_', digest } = asObject(value) ?? {}
  const digests = Object.entries(asObject(digest) ?? {})
  if (digests.length === 0 || typeof name !== 'string') return undefined
  if (!digests.every(([, hex]) => typeof hex === 'string')) return undefined
  return { name, digest: Object.fromEntries(digests) as Subject['digest'] }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}
