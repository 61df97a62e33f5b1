import { type Digest, SlipwayError } from '../../core/index.ts'
import type { Descriptor, Platform, Reference } from '../../oci/index.ts'
import { fromFirst } from './across-hosts.ts'
import { fetchBlob } from './fetch-blob.ts'
import { createGate, type Gate } from './gate.ts'
import { listTags } from './list-tags.ts'
import { defaultLimits, type UploadLimits } from './push-blob.ts'
import { pushBlobs, type PushImage, type PushWays, pushManifest } from './push-image.ts'
import type { PushTarget } from './push-target.ts'
import type { HostCapability, RegistryHost } from './registry-host.ts'
import { listReferrers, pushReferrer } from './referrers.ts'
import { findHostsBy, type HostFacts, unverified } from './registry-hosts.ts'
import { type ResolvedImage, resolveDigest, resolveDocument, resolveImage } from './resolve-image.ts'
import { createSession, type SessionOptions } from './session.ts'

export interface RegistryOptions extends SessionOptions, HostFacts {
  /** Blobs that travel at the same time, per registry; 6 when absent. */
  readonly concurrency?: number
  readonly uploads?: UploadLimits
}

/** Registries of the OCI distribution spec v1.1, and docker's. Every method rejects with `cancelled` on abort. */
export interface Registry {
  /** The image a name stands for on a platform, without the content of its layers. See `resolveImage`. */
  resolve(reference: Reference, platform: Platform, signal?: AbortSignal): Promise<ResolvedImage>
  /** What a name stands for now, with one HEAD request. */
  head(reference: Reference, signal?: AbortSignal): Promise<Descriptor>
  /** A manifest or an index as it is, checked: what the name stands for, or what `descriptor` names in its repository. */
  document(
    reference: Reference,
    descriptor?: Descriptor,
    signal?: AbortSignal,
  ): Promise<{ readonly descriptor: Descriptor; readonly bytes: Uint8Array }>
  /** The tags of a repository; with `firstPage` as many as the registry gives at once. */
  tags(reference: Reference, options?: TagsOptions): Promise<readonly string[]>
  /** The content of a blob, checked; see `fetchBlob` for what a reader may rely on. */
  fetchBlob(reference: Reference, descriptor: Descriptor, signal?: AbortSignal): AsyncIterable<Uint8Array>
  push(reference: Reference, image: PushImage, options?: PushOptions): Promise<Descriptor>
  /** Brings blobs into the repository ahead of a manifest, whose push neither looks for nor sends those `underway`. */
  pushBlobs(reference: Reference, blobs: PushImage['blobs'], options?: PushOptions): Promise<void>
  /** For indexes whose manifests were pushed by digest. */
  pushManifest(reference: Reference, manifest: PushImage['manifest'], options?: PushOptions): Promise<Descriptor>
  /** Manifests that name another one as their subject: signatures, SBOMs, attestations. See `listReferrers`. */
  listReferrers(
    reference: Reference,
    subject: Digest,
    options?: { readonly artifactType?: string; readonly signal?: AbortSignal },
  ): Promise<readonly Descriptor[]>
  /** Pushes a manifest with a subject, and its blobs, by digest into the repository of the reference. */
  pushReferrer(reference: Reference, image: PushImage, options?: PushOptions): Promise<Descriptor>
  close(): Promise<void>
}

export interface PushOptions extends Pick<PushTarget, 'signal'>, Pick<PushWays, 'onBlob' | 'underway'> {
  /** Push without verifying the registry, over plain HTTP when it does not speak TLS. */
  readonly insecure?: boolean
}

export interface TagsOptions {
  readonly firstPage?: boolean
  readonly signal?: AbortSignal
}

/** Opens no connection yet, and loads the HTTP client with the first one. */
export function openRegistry(options: RegistryOptions): Registry {
  const session = createSession(options)
  const gates = new Map<string, Gate>()
  const gateFor = (registry: string): Gate => {
    const gate = gates.get(registry) ?? createGate(options.concurrency ?? 6)
    gates.set(registry, gate)
    return gate
  }
  const { hosts, readers, target } = chooseHosts(options)
  const pushWays = ({ registry }: Reference, more: PushOptions = {}): PushWays => ({
    gate: gateFor(registry),
    limits: options.uploads ?? defaultLimits,
    onBlob: more.onBlob,
    underway: more.underway,
  })
  return {
    resolve: async (reference, platform, signal) =>
      fromFirst(session, await readers(reference), (at) =>
        resolveImage(session, { reference, platform, ...at, signal }),
      ),
    head: async (reference, signal) =>
      fromFirst(session, await readers(reference), (at) => resolveDigest(session, { reference, ...at, signal })),
    document: async (reference, descriptor, signal) =>
      fromFirst(session, await readers(reference), (at) =>
        resolveDocument(session, { reference, ...at, signal }, descriptor),
      ),
    tags: async (reference, { firstPage, signal } = {}) =>
      fromFirst(session, await readers(reference), (at) =>
        listTags(session, { reference, ...at, signal }, firstPage === true ? 1 : undefined),
      ),
    async *fetchBlob(reference, descriptor, signal) {
      // Uploads have a gate of their own: one that waits for the download of its content must not stand in its way.
      const gate = gateFor(`from ${reference.registry}`)
      await gate.enter()
      try {
        yield* fetchBlob(session, { reference, descriptor, hosts: await hosts(reference, 'pull'), signal })
      } finally {
        gate.leave()
      }
    },
    push: async (reference, image, more) => {
      const to = await target(reference, more)
      await pushBlobs(session, to, image.blobs, pushWays(reference, more))
      return pushManifest(session, to, image.manifest)
    },
    pushBlobs: async (reference, blobs, more) =>
      pushBlobs(session, await target(reference, more), blobs, pushWays(reference, more)),
    listReferrers: async (reference, subject, { artifactType, signal } = {}) =>
      fromFirst(session, await hosts(reference, 'pull'), (at) =>
        listReferrers(session, { reference, ...at, signal }, { subject, artifactType }),
      ),
    async pushReferrer(reference, image, more) {
      const to = await target(reference, more)
      await pushBlobs(session, to, image.blobs, pushWays(reference, more))
      return pushReferrer(session, to, image.manifest)
    },
    pushManifest: async (reference, manifest, more) => pushManifest(session, await target(reference, more), manifest),
    close: () => session.close(),
  }
}

interface HostChoice {
  hosts(reference: Reference, capability: HostCapability): Promise<readonly RegistryHost[]>
  /** Those that may be asked what a reference stands for. */
  readers(reference: Reference): Promise<readonly RegistryHost[]>
  target(reference: Reference, options?: PushOptions): Promise<PushTarget>
}

function chooseHosts(options: RegistryOptions): HostChoice {
  const find = findHostsBy(options)
  const hosts = async ({ registry }: Reference, capability: HostCapability): Promise<readonly RegistryHost[]> => {
    const able = (await find(registry)).filter((host) => host.capabilities.includes(capability))
    if (able.length > 0) return able
    throw new SlipwayError('config-invalid', `no host is configured that may ${capability} for ${registry}`)
  }
  // A tag is what its registry says it is, so only hosts that are trusted with that are asked.
  const readers = (reference: Reference): Promise<readonly RegistryHost[]> =>
    hosts(reference, reference.digest === undefined ? 'resolve' : 'pull')
  const insecureHosts = new Map<RegistryHost, RegistryHost>()
  const target = async (reference: Reference, { insecure, signal }: PushOptions = {}): Promise<PushTarget> => {
    const [host] = (await hosts(reference, 'push')) as [RegistryHost]
    if (insecure !== true) return { reference, host, signal }
    const open = insecureHosts.get(host) ?? unverified(host)
    insecureHosts.set(host, open)
    return { reference, host: open, signal }
  }
  return { hosts, readers, target }
}
