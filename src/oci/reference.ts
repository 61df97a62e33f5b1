import { parseDigest } from '../core/index.ts'
import type { Reference } from './types.ts'

export interface ReferenceError {
  readonly error: string
}

const component = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const registryPattern = new RegExp(`^(?:${component}(?:\\.${component})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`)
const repositoryPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const tagPattern = /^\w[\w.-]{0,127}$/
const repositoryLimit = 255
const hub = 'docker.io'

/**
 * Parses an image name as docker does (github.com/distribution/reference): a first component with a dot, a colon or
 * upper-case letters, or `localhost`, is a registry; everything else is on docker.io, below `library/` when it has
 * one component. Nothing is added for a missing tag.
 */
export function parseReference(text: string): Reference | ReferenceError {
  if (text === '') return failure(text, 'it is empty')
  if (/^[a-f0-9]{64}$/.test(text)) return failure(text, 'a 64-digit hexadecimal string is an image id, not a name')
  const { registry, rest } = splitRegistry(text)
  const at = rest.indexOf('@')
  const beforeDigest = at < 0 ? rest : rest.slice(0, at)
  const colon = beforeDigest.indexOf(':')
  const repository = colon < 0 ? beforeDigest : beforeDigest.slice(0, colon)
  const tag = colon < 0 ? undefined : beforeDigest.slice(colon + 1)
  const digestText = at < 0 ? undefined : rest.slice(at + 1)
  const problem = nameProblem(registry, repository, tag)
  if (problem !== undefined) return failure(text, problem)
  const digest = digestText === undefined ? undefined : parseDigest(digestText)
  if (digestText !== undefined && digest === undefined) return failure(text, digestProblem(digestText))
  return {
    written: text,
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }
}

/** The full form: `docker.io/library/debian:bookworm@sha256:…`, with the parts that the reference has. */
export function formatReference(reference: Reference): string {
  return `${reference.registry}/${reference.repository}${suffix(reference)}`
}

/** The name alone as `docker images` prints it in the column REPOSITORY: `debian`, `grafana/grafana`, `ghcr.io/a/b`. */
export function familiarRepository(reference: Reference): string {
  if (reference.registry !== hub) return `${reference.registry}/${reference.repository}`
  const short = reference.repository.slice('library/'.length)
  return reference.repository.startsWith('library/') && !short.includes('/') ? short : reference.repository
}

/** As docker prints a name to people: `debian:bookworm`, `ghcr.io/a/b@sha256:…`. */
export function familiarName(reference: Reference): string {
  return familiarRepository(reference) + suffix(reference)
}

/** The reference with the tag `latest` if it has neither tag nor digest. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference
}

/**
 * Equal for all spellings of the same image: full form, `latest` when nothing is said, and without the tag when there is
 * a digest, because the digest alone decides.
 */
export function normalizedKey(reference: Reference): string {
  const { registry, repository, digest } = reference
  if (digest !== undefined) return `${registry}/${repository}@${digest}`
  return formatReference(withDefaultTag(reference))
}

function suffix(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`
  return reference.digest === undefined ? tag : `${tag}@${reference.digest}`
}

function splitRegistry(text: string): { readonly registry: string; readonly rest: string } {
  const slash = text.indexOf('/')
  const first = slash < 0 ? '' : text.slice(0, slash)
  const isRegistry = first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first
  const registry = !isRegistry || first === 'index.docker.io' ? hub : first
  const rest = isRegistry ? text.slice(slash + 1) : text
  return { registry, rest: registry === hub && !rest.includes('/') ? `library/${rest}` : rest }
}

function nameProblem(registry: string, repository: string, tag: string | undefined): string | undefined {
  if (repository.toLowerCase() !== repository) return `the repository name (${repository}) must be lower-case`
  if (!registryPattern.test(registry)) return `${registry} is not a host name with an optional port`
  if (!repositoryPattern.test(repository)) return 'the format is [HOST[:PORT]/]NAME[:TAG][@DIGEST]'
  if (repository.length > repositoryLimit) return `the repository name is longer than ${repositoryLimit} characters`
  if (tag === undefined || tagPattern.test(tag)) return undefined
  return tag.length > 128
    ? 'the tag is longer than 128 characters'
    : `${JSON.stringify(tag)} is not a tag (letters, digits, _ . -)`
}

function digestProblem(text: string): string {
  if (/^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-f]{32,}$/.test(text) && !text.startsWith('sha256:')) {
    return `digests of the kind ${text.slice(0, text.indexOf(':'))} are not supported, only sha256`
  }
  return 'a digest is sha256: and 64 lower-case hexadecimal digits'
}

function failure(text: string, reason: string): ReferenceError {
  return { error: `invalid image name ${JSON.stringify(text)}: ${reason}` }
}
