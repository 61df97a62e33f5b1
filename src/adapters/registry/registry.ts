import type { Descriptor, Platform, Reference } from '../../oci/index.ts'
import { endpointOf } from './endpoint.ts'
import { fetchBlob } from './fetch-blob.ts'
import { createGate, type Gate } from './gate.ts'
import { type PushImage, type PushTarget, pushImage, pushManifest } from './push-image.ts'
import { type ResolvedImage, resolveDigest, resolveImage } from './resolve-image.ts'
import { createSession, type SessionOptions } from './session.ts'

export interface RegistryOptions extends SessionOptions {
  /** Blobs that travel at the same time, per registry; 6 when absent. */
  readonly concurrency?: number
  /** Registries that speak plain HTTP; those on this machine always do. */
  readonly insecure?: readonly string[]
}

/** Registries of the OCI distribution spec v1.1, and docker's. Every method rejects with `cancelled` on abort. */
export interface Registry {
  /** The image a name stands for on a platform, without the content of its layers. See `resolveImage`. */
  resolve(reference: Reference, platform: Platform, signal?: AbortSignal): Promise<ResolvedImage>
  /** What a name stands for now, with one HEAD request. */
  head(reference: Reference, signal?: AbortSignal): Promise<Descriptor>
  /** The content of a blob, checked; see `fetchBlob` for what a reader may rely on. */
  fetchBlob(reference: Reference, descriptor: Descriptor, signal?: AbortSignal): AsyncIterable<Uint8Array>
  push(reference: Reference, image: PushImage, options?: PushOptions): Promise<Descriptor>
  /** For indexes whose manifests were pushed by digest. */
  pushManifest(reference: Reference, manifest: PushImage['manifest'], options?: PushOptions): Promise<Descriptor>
  close(): Promise<void>
}

export type PushOptions = Pick<PushTarget, 'signal' | 'onBlob'>

/** Opens no connection yet, and loads the HTTP client with the first one. */
export function openRegistry(options: RegistryOptions): Registry {
  const session = createSession(options)
  const gates = new Map<string, Gate>()
  const gateFor = (registry: string): Gate => {
    const gate = gates.get(registry) ?? createGate(options.concurrency ?? 6)
    gates.set(registry, gate)
    return gate
  }
  const endpoint = (reference: Reference): string => endpointOf(reference.registry, options.insecure)
  const target = (reference: Reference, more: PushOptions = {}): PushTarget => ({
    reference,
    endpoint: endpoint(reference),
    ...more,
  })
  return {
    resolve: (reference, platform, signal) =>
      resolveImage(session, { reference, platform, endpoint: endpoint(reference), signal }),
    head: (reference, signal) => resolveDigest(session, { reference, endpoint: endpoint(reference), signal }),
    async *fetchBlob(reference, descriptor, signal) {
      const gate = gateFor(reference.registry)
      await gate.enter()
      try {
        yield* fetchBlob(session, { reference, descriptor, endpoint: endpoint(reference), signal })
      } finally {
        gate.leave()
      }
    },
    push: (reference, image, more) =>
      pushImage(session, target(reference, more), { ...image, gate: gateFor(reference.registry) }),
    pushManifest: (reference, manifest, more) => pushManifest(session, target(reference, more), manifest),
    close: () => session.close(),
  }
}
