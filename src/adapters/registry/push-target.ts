import { parseDigest, SlipwayError } from '../../core/index.ts'
import { type Descriptor, formatReference, type Reference } from '../../oci/index.ts'
import type { RegistryHost } from './registry-host.ts'
import type { RegistryRequest } from './session.ts'
import type { HttpAnswer } from './transport.ts'

export interface PushTarget {
  readonly reference: Reference
  readonly host: RegistryHost
  readonly signal?: AbortSignal | undefined
}

export interface PushBlob {
  readonly descriptor: Descriptor
  /** The content from its start; may be called more than once. */
  open(): AsyncIterable<Uint8Array>
  /** Repositories of the same registry that may have it. */
  readonly mountFrom?: readonly string[]
}

/** A request that belongs to a push; `to` is a path below the API or an address that the registry gave. */
export function pushRequest(target: PushTarget, to: string | URL): Omit<RegistryRequest, 'method'> {
  const { host, signal } = target
  const { registry, repository } = target.reference
  const scope = [`repository:${repository}:pull,push`]
  const what = `push to ${formatReference(target.reference)}`
  return { host, to, headers: {}, registry, repository, scope, what, signal }
}

/** Where an upload goes on. */
export function nextLocation(target: PushTarget, answer: HttpAnswer): URL {
  const location = answer.header('location')
  if (location !== undefined && URL.canParse(location, answer.url.href)) {
    const url = new URL(location, answer.url)
    if (url.protocol === 'https:' || url.protocol === 'http:') return url
  }
  throw new SlipwayError('registry-bad-answer', `${target.reference.registry} does not say where to send blobs`)
}

/** Throws when the registry says that it stored other bytes than those of the blob. */
export function checkStored(target: PushTarget, { digest }: Descriptor, answer: HttpAnswer): void {
  const stored = parseDigest(answer.header('docker-content-digest') ?? '')
  if (stored === undefined || stored === digest) return
  throw new SlipwayError('registry-bad-answer', `${target.reference.registry} stored the blob ${digest} as ${stored}`)
}
