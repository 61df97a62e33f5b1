import type { Readable } from 'node:stream'
import type { SecureContext } from 'node:tls'

export interface TlsOptions {
  readonly secureContext?: SecureContext
  readonly rejectUnauthorized?: boolean
}

export interface ClientRequest {
  readonly url: URL
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: AsyncIterable<Uint8Array> | Uint8Array | string
  readonly signal?: AbortSignal | undefined
}

export interface ClientAnswer {
  readonly status: number
  /** The first value of a header, by its lower-case name. */
  header(name: string): string | undefined
  readonly body: Readable
}

/** Pooled connections, directly or through one proxy. Rejects with the raw error of the connection. */
export interface HttpClient {
  send(request: ClientRequest): Promise<ClientAnswer>
  destroy(): Promise<void>
}

export interface Patience {
  /** Milliseconds until a connection has to be there. */
  readonly connect: number
  /** Milliseconds that may go by without a byte. */
  readonly idle: number
}

/** A registry that is slower than that is down. */
export const patience: Patience = { connect: 30_000, idle: 60_000 }
