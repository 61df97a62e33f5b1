import { createHash, createHmac } from 'node:crypto'

export interface SignedRequest {
  readonly method: string
  /** Path and query as they came over the wire. */
  readonly target: string
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** The parts of an Authorization header of signature version 4; undefined for any other. */
export function readAuthorization(header: string | undefined):
  | {
      readonly accessKeyId: string
      readonly scope: string
      readonly signedHeaders: readonly string[]
      readonly signature: string
    }
  | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8}\/[^/,]+\/s3\/aws4_request), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header ?? '',
    )
  if (match === null) return undefined
  const [, accessKeyId = '', scope = '', names = '', signature = ''] = match
  return { accessKeyId, scope, signedHeaders: names.split(';'), signature }
}

/**
 * The signature that a request must have, by AWS's description of signature version 4 for S3
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html): nothing of it is shared with the client.
 */
export function signatureOf(
  request: SignedRequest,
  {
    scope,
    signedHeaders,
    secretAccessKey,
  }: { scope: string; signedHeaders: readonly string[]; secretAccessKey: string },
): string {
  const [path = '', query = ''] = splitOnce(request.target, '?')
  const canonical = [
    request.method,
    path.split('/').map(reencode).join('/'),
    query
      .split('&')
      .filter((part) => part !== '')
      .map((part) => splitOnce(part, '=').map((word) => reencode(word.replace(/\+/g, ' '))))
      .map(([name = '', value = '']) => `${name}=${value}`)
      .sort()
      .join('&'),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    request.headers['x-amz-content-sha256'] ?? '',
  ].join('\n')
  const hash = createHash('sha256').update(canonical).digest('hex')
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'] ?? '', scope, hash].join('\n')
  const key = scope.split('/').reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${secretAccessKey}`)
  return hmac(key, text).toString('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** Every byte but letters, digits, `-`, `.`, `_` and `~` as `%XX`, whatever form it came in. */
function reencode(text: string): string {
  const bytes = Buffer.from(decodeURIComponent(text))
  return [...bytes]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      return /[A-Za-z0-9\-._~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}

function splitOnce(text: string, at: string): string[] {
  const index = text.indexOf(at)
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)]
}
