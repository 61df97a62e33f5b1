import { createHash } from 'node:crypto'
import { SlipwayError } from '../../core/index.ts'
import { elementText } from './element-text.ts'
import { readText, sendPersistently, shown, type Wire, type WireAnswer, type WireRequest } from './http-wire.ts'

export interface GhaOptions {
  /** Which protocol the service speaks. */
  readonly version: 1 | 2
  readonly url: URL
  /** A token of the running job. */
  readonly token: string
  readonly scope: string
  /** Lists the keys that there are, so that blobs need not be asked for one by one. */
  readonly listing?: GhaListing
}

export interface GhaListing {
  readonly api: URL
  readonly repository: string
  readonly token: string
  /** Branches whose entries the job can read; all of them when nobody says. */
  readonly refs?: readonly string[]
}

export interface FoundEntry {
  readonly key: string
  /** Signed: whoever knows it may read. */
  readonly url: URL
}

/** Room for the content of an entry. */
export interface Reservation {
  /** Brings the whole content there. */
  send(content: EntryContent, signal: AbortSignal): Promise<void>
  /** Makes the entry visible. */
  commit(size: number, signal: AbortSignal): Promise<void>
}

export interface EntryContent {
  open(): AsyncIterable<Uint8Array>
  readonly size: number
}

/** Entries of GitHub's cache service by key; none is ever changed. */
export interface GhaEntries {
  /** The entry of this key, or the newest whose key starts with it; those of this branch come before others. */
  find(
    key: string,
    options: { readonly isPrefix: boolean; readonly signal: AbortSignal },
  ): Promise<FoundEntry | undefined>
  /** Undefined when there is an entry with this key, or somebody is making one. */
  reserve(key: string, signal: AbortSignal): Promise<Reservation | undefined>
}

/** Keys are found together with their version only, which is a hash of whatever a program likes. */
export const entryVersion = createHash('sha256').update('slipway cache 1').digest('hex')

const attempts = 5
const firstPause = 1000

/** A request to the service itself or to the storage behind it; final answers only. */
export function sendToGha(wire: Wire, request: WireRequest): Promise<WireAnswer> {
  const headers = { 'user-agent': 'slipway', ...request.headers }
  return sendPersistently(wire, { ...request, headers }, { attempts, pause: firstPause })
}

/** The headers of a request with a body in JSON. */
export function jsonHeaders(token: string, body: string): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  }
}

/** What the service answers; no text is an object without members. */
export async function readJson<T>(answer: WireAnswer): Promise<Partial<T>> {
  const text = await readText(answer)
  try {
    return text === '' ? {} : (JSON.parse(text) as Partial<T>)
  } catch (cause) {
    const message = 'the cache of GitHub Actions answers with something that is not JSON'
    throw new SlipwayError('cache-unavailable', message, { cause })
  }
}

/** What the service says about an answer that was not wanted. */
export async function ghaFailure(answer: WireAnswer, doing: string): Promise<SlipwayError> {
  // The status is known, whatever becomes of the words.
  const { code, message } = readRefusal(await readText(answer).catch(() => ''))
  const said = [code, message].filter((part) => part !== '').join(': ')
  const hint = hintFor(answer.status)
  return new SlipwayError(
    'cache-unavailable',
    `cannot ${doing} in the cache of GitHub Actions: ${shown(said === '' ? `HTTP ${answer.status}` : said)}`,
    hint === undefined ? {} : { hint },
  )
}

/** Codes and messages of both protocols, and of the storage. */
function readRefusal(text: string): { readonly code: string; readonly message: string } {
  if (text.includes('<Error>'))
    return { code: elementText(text, 'Code') ?? '', message: elementText(text, 'Message') ?? '' }
  try {
    const { code, msg, message, typeKey } = JSON.parse(text.replace(/^\uFEFF/, '')) as Record<string, unknown>
    const word = (value: unknown): string => (typeof value === 'string' ? value : '')
    return { code: word(code) || word(typeKey), message: word(msg) || word(message) }
  } catch {
    // A page of some proxy: its status is shown.
    return { code: '', message: '' }
  }
}

function hintFor(status: number): string | undefined {
  if (status === 401)
    return 'the token of the job is wrong or has run out: it lasts as long as the job, six hours at most'
  if (status === 403) return 'jobs of forks and of some events may read the cache only: leave --cache-to out there'
  if (status === 429) return 'GitHub takes 200 new entries a minute for each repository: mode=min makes fewer'
  return undefined
}
