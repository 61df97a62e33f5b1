import type { Reference } from '../../oci/index.ts'
import { isLoopback } from './endpoint.ts'

export type HostCapability = 'pull' | 'resolve' | 'push'

/** Whom to believe at the other end of a connection, and how to show who we are. */
export interface HostTrust {
  /** PEM texts of authorities that count besides those of this machine. */
  readonly authorities: readonly string[]
  /** PEM texts. */
  readonly identities: readonly { readonly certificate: string; readonly key: string }[]
  /** Encrypted, but with whoever answers. */
  readonly skipVerify: boolean
}

/** One server that answers for a registry: the registry itself or a mirror. */
export interface RegistryHost {
  /** The root of its API, without a trailing slash: `https://registry-1.docker.io/v2`. */
  readonly api: string
  readonly capabilities: readonly HostCapability[]
  /** Compared by identity: hosts with one object share connections. */
  readonly trust?: HostTrust
  /** Sent with every request to this host and to no other. */
  readonly headers: Readonly<Record<string, string>>
  /** The registry in whose place it answers; absent for the registry itself. */
  readonly mirrorOf?: string
  /** Where the API is when it turns out that nobody speaks TLS at `api`. */
  readonly plainApi?: string
}

const everything: readonly HostCapability[] = ['pull', 'resolve', 'push']

/** The host of a registry that nobody has said anything about: HTTPS, or plain HTTP on this machine. */
export function defaultHost(registry: string): RegistryHost {
  const scheme = isLoopback(registry) ? 'http' : 'https'
  return { api: `${scheme}://${serverOf(registry)}/v2`, capabilities: everything, headers: {} }
}

/** The host and port at which a registry answers: that of Docker Hub is not its name. */
export function serverOf(registry: string): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry
}

/** The address of something below the API. Mirrors are told for whom they stand, as containerd does (`ns`). */
export function apiUrl(host: RegistryHost, path: string): URL {
  const url = new URL(host.api + path)
  if (host.mirrorOf !== undefined) url.searchParams.set('ns', host.mirrorOf)
  return url
}

/** Under which name credentials for a host are kept: a mirror has its own. */
export function loginName(host: RegistryHost, { registry }: Pick<Reference, 'registry'>): string {
  return host.mirrorOf === undefined ? registry : new URL(host.api).host
}

/** The rights to ask a token for. A mirror may use other names, which only its challenge knows. */
export function scopeAt(host: RegistryHost, scope: readonly string[]): readonly string[] {
  return host.mirrorOf === undefined ? scope : []
}
