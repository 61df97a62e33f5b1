import { createHash } from 'node:crypto'
import { SlipwayError } from '../../core/index.ts'
import { elementText } from './element-text.ts'
import { readText, sendPersistently, shown, type Wire, type WireAnswer, type WireRequest } from './http-wire.ts'

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface S3Options {
  readonly bucket: string
  readonly region: string
  /** The address below which keys lie; ends with a slash. */
  readonly base: URL
  /** Before all keys of blobs. */
  readonly blobs: string
  /** Keys of the manifest: all are written, the first is read. */
  readonly manifests: readonly string[]
  /** Requests go unsigned without. */
  readonly credentials?: AwsCredentials
  /** Milliseconds after which a blob that is there is made young again. */
  readonly touchRefresh: number
  /** Blobs that are sent at the same time. */
  readonly uploads: number
  /** Requests for one thing, the first included. */
  readonly attempts: number
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: {
    readonly open: () => AsyncIterable<Uint8Array> | Uint8Array
    readonly size: number
    readonly sha256: string
  }
  readonly signal: AbortSignal
}

/** Sends one request to a bucket, signed, as often as it takes. Rejects with `cache-unavailable`. */
export type SendToS3 = (request: S3Request) => Promise<WireAnswer>

/** Milliseconds before a second try. */
const firstPause = 300

export function s3Sender(wire: Wire, options: S3Options): SendToS3 {
  const keys = new Map<string, ArrayBuffer>()
  return async ({ method, key, query = {}, headers = {}, body, signal }) => {
    const url = new URL(options.base)
    url.pathname += escapeKey(key)
    url.search = new URLSearchParams(query).toString()
    const request: WireRequest = {
      method,
      url,
      signal,
      headers: {
        ...headers,
        'user-agent': 'slipway',
        'x-amz-content-sha256': body?.sha256 ?? emptyHash,
        // A PUT without content needs its length, too.
        ...(body !== undefined || method === 'PUT' ? { 'content-length': String(body?.size ?? 0) } : {}),
      },
      ...(body === undefined ? {} : { body: body.open }),
    }
    // Signed for every try: a signature is good for a quarter of an hour.
    const prepare = (plain: WireRequest): Promise<WireRequest> => signed(plain, options, keys)
    return sendPersistently(wire, request, { attempts: options.attempts, pause: firstPause, prepare })
  }
}

const emptyHash = createHash('sha256').digest('hex')

/** Signature version 4 in the header. */
async function signed(
  request: WireRequest,
  { credentials, region }: S3Options,
  cache: Map<string, ArrayBuffer>,
): Promise<WireRequest> {
  if (credentials === undefined) return request
  const { AwsV4Signer } = await import('aws4fetch')
  const { method, url, headers } = request
  const signer = new AwsV4Signer({ ...credentials, method, url: url.href, headers, region, service: 's3', cache })
  const answer = await signer.sign()
  return { ...request, headers: Object.fromEntries(answer.headers) }
}

/** A key as it stands in an address. */
export function escapeKey(key: string): string {
  return encodeURIComponent(key).replace(/%2F/g, '/')
}

const hints: Readonly<Record<string, string>> = {
  NoSuchBucket: 'make the bucket, or check bucket= and region=',
  AccessDenied: 'the keys need s3:GetObject, s3:PutObject and s3:ListBucket for this bucket',
  InvalidAccessKeyId: 'check access_key_id= or AWS_ACCESS_KEY_ID',
  SignatureDoesNotMatch: 'check secret_access_key= or AWS_SECRET_ACCESS_KEY',
  ExpiredToken: 'the session has ended: get new keys',
  RequestTimeTooSkewed: 'set the clock of this machine: it differs from that of the service by more than 15 minutes',
  PermanentRedirect: 'the bucket lies in another region: check region=',
  AuthorizationHeaderMalformed: 'the bucket lies in another region: check region=',
}

/** What an answer that was not wanted means, for people. Codes and messages of the service, never what was signed. */
export async function s3Failure(
  answer: WireAnswer,
  doing: string,
  { bucket, credentials }: S3Options,
): Promise<SlipwayError> {
  // The status is known, whatever becomes of the words.
  const document = await readText(answer).catch(() => '')
  return failureFrom(document, { status: answer.status, doing, bucket, isSigned: credentials !== undefined })
}

/** The same for a document that came with status 200. */
export function failureFrom(
  document: string,
  about: { readonly status: number; readonly doing: string; readonly bucket: string; readonly isSigned: boolean },
): SlipwayError {
  const code = elementText(document, 'Code') || (about.status === 403 ? 'AccessDenied' : `HTTP ${about.status}`)
  const message = elementText(document, 'Message') ?? ''
  const said = message === '' ? code : `${code}: ${message}`
  const unsigned = 'give access_key_id= and secret_access_key=, AWS_ACCESS_KEY_ID and its secret, or a profile'
  const hint = about.isSigned || !(code in hints) ? hints[code] : unsigned
  return new SlipwayError(
    'cache-unavailable',
    `cannot ${about.doing} in the bucket ${about.bucket}: ${shown(said)}`,
    hint === undefined ? {} : { hint },
  )
}
