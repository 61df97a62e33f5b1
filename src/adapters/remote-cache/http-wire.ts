import { SlipwayError } from '../../core/index.ts'

export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Opened anew for every attempt. */
  readonly body?: () => AsyncIterable<Uint8Array> | Uint8Array | string
  readonly signal: AbortSignal
}

export interface WireAnswer {
  readonly status: number
  /** The first value of a header, by its lower-case name. */
  header(name: string): string | undefined
  /** One chance to read the content. */
  readonly body: AsyncIterable<Uint8Array>
  /** Lets go of a content nobody wants. */
  discard(): void
}

/** HTTP as this machine speaks it: proxies, certificates and pooled connections are the business of who gives it. */
export interface Wire {
  /** One exchange: no redirects, no retries. Rejects with the raw error of the connection. */
  send(request: WireRequest): Promise<WireAnswer>
  /** Whether another try may help after such an error. */
  isPassing(error: unknown): boolean
  /** Such an error in words, without the path and the query of the address. */
  reason(url: URL, error: unknown): string
  close(): Promise<void>
}

export interface Persistence {
  /** Requests at most, the first included. */
  readonly attempts: number
  /** Milliseconds before the second; doubled before every further one. */
  readonly pause: number
  /** Told of an answer that was not wanted; gives the request that is sent next. */
  readonly prepare?: (request: WireRequest) => Promise<WireRequest>
}

/** Nobody waits longer for a server that asks for patience. */
const longestPause = 30_000

/**
 * Sends a request until there is an answer that is final: anything but 408, 429 and 5xx. `Retry-After` is heeded. Rejects
 * with `cache-unavailable` when the connection fails for good.
 */
export async function sendPersistently(
  wire: Wire,
  request: WireRequest,
  { attempts, pause, prepare }: Persistence,
): Promise<WireAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const sent = prepare === undefined ? request : await prepare(request)
    const isLast = attempt >= attempts
    let wait = pause * 2 ** (attempt - 1)
    try {
      const answer = await wire.send(sent)
      if (isLast || !isPassingStatus(answer.status)) return answer
      wait = Math.max(wait, askedPause(answer.header('retry-after')))
      answer.discard()
    } catch (error) {
      if (request.signal.aborted || error instanceof SlipwayError) throw error
      if (isLast || !wire.isPassing(error)) {
        throw new SlipwayError('cache-unavailable', wire.reason(request.url, error), { cause: error })
      }
    }
    await sleep(Math.min(wait, longestPause), request.signal)
  }
}

export interface Reading {
  /** For messages. */
  readonly url: URL
  /** Connections without a byte of progress, at most. */
  readonly attempts: number
  readonly signal: AbortSignal
}

/** What `open` answers with from its start; a connection that breaks in the middle is taken up again where it broke. */
export async function* readResuming(
  wire: Wire,
  open: (from: number) => Promise<WireAnswer>,
  { url, attempts, signal }: Reading,
): AsyncGenerator<Uint8Array> {
  let received = 0
  for (let failures = 0; ; ) {
    const answer = await open(received)
    // Whoever does not know ranges sends everything again.
    let skipped = answer.status === 206 ? 0 : received
    try {
      for await (const chunk of answer.body) {
        const wanted = chunk.subarray(Math.min(skipped, chunk.length))
        skipped -= chunk.length - wanted.length
        if (wanted.length === 0) continue
        received += wanted.length
        failures = 0
        yield wanted
      }
      return
    } catch (error) {
      failures += 1
      if (signal.aborted || error instanceof SlipwayError) throw error
      if (failures >= attempts || !wire.isPassing(error))
        throw new SlipwayError('cache-unavailable', wire.reason(url, error), { cause: error })
    }
  }
}

export function rangeFrom(start: number): Readonly<Record<string, string>> {
  return { range: `bytes=${start}-` }
}

/** The text of an answer, cut off after 64 KiB: error documents and small JSON. */
export async function readText(answer: WireAnswer, limit = 1 << 16): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= limit) break
  }
  return Buffer.concat(chunks).subarray(0, limit).toString()
}

/** Text of a server as part of a sentence: no control characters, no novels. */
export function shown(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
}

function isPassingStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501)
}

function askedPause(header: string | undefined): number {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) * 1000 : 0
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  const timers = await import('node:timers/promises')
  await timers.setTimeout(milliseconds, undefined, { signal })
}
