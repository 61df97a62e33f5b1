import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readAuthorization, signatureOf } from './s3-signature.ts'

export interface S3ServerOptions {
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  /** Buckets that exist. */
  readonly buckets?: readonly string[]
}

export interface S3Object {
  readonly bytes: Buffer
  readonly type: string
  modified: number
}

export interface S3Fault {
  readonly method: string
  /** Part of path and query. */
  readonly target: string
  /** Breaks the connection after so many bytes of the answer, does not answer, or answers with an error document. */
  readonly fault: { readonly after: number } | 'silence' | { readonly status: number; readonly code: string }
  left: number
}

/** A bucket service inside the test process, on 127.0.0.1 only. It takes nothing that AWS would refuse. */
export interface S3Server {
  readonly url: string
  readonly region: string
  /** By `bucket/key`. */
  readonly objects: Map<string, S3Object>
  /** `METHOD target status` of everything that was answered. */
  readonly log: string[]
  /** Uploads in parts that were neither finished nor given up. */
  readonly uploads: ReadonlyMap<string, unknown>
  readonly faults: S3Fault[]
  close(): Promise<void>
}

interface Upload {
  readonly key: string
  readonly parts: Map<number, Buffer>
}

interface State {
  readonly options: Required<S3ServerOptions>
  readonly objects: Map<string, S3Object>
  readonly uploads: Map<string, Upload>
  readonly faults: S3Fault[]
}

interface Call {
  readonly state: State
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** `bucket/key` */
  readonly key: string
  readonly query: URLSearchParams
  readonly body: Buffer
}

const region = 'eu-west-1'
const smallestPart = 5 << 20

export async function startS3(given: S3ServerOptions = {}): Promise<S3Server> {
  const options = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    sessionToken: '',
    buckets: ['cache'],
    ...given,
  }
  const state: State = { options, objects: new Map(), uploads: new Map(), faults: [] }
  const log: string[] = []
  const server = createServer((request, response) => {
    response.on('finish', () => log.push(`${request.method} ${request.url} ${response.statusCode}`))
    answer(state, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region,
    objects: state.objects,
    uploads: state.uploads,
    faults: state.faults,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const url = new URL(request.url ?? '/', 'http://host')
  const call: Call = {
    state,
    request,
    response,
    key: decodeURIComponent(url.pathname.slice(1)),
    query: url.searchParams,
    body: Buffer.concat(chunks),
  }
  const fault = takeFault(call)
  if (fault === 'silence') return
  if (typeof fault === 'object' && 'status' in fault) return fail(call, fault.status, fault.code)
  const refusal = refusalOf(call)
  if (refusal !== undefined) return fail(call, refusal === 'InvalidRequest' ? 400 : 403, refusal)
  if (!state.options.buckets.includes(call.key.split('/')[0] ?? '')) return fail(call, 404, 'NoSuchBucket')
  return operate(call, fault)
}

function takeFault({ state, request }: Call): S3Fault['fault'] | undefined {
  const target = request.url ?? ''
  const found = state.faults.find(
    (fault) => fault.left > 0 && fault.method === request.method && target.includes(fault.target),
  )
  if (found !== undefined) found.left -= 1
  return found?.fault
}

/** The code of AWS's error when the request is not signed as it must be. */
function refusalOf({ state, request, body }: Call): string | undefined {
  const { accessKeyId, secretAccessKey, sessionToken } = state.options
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const authorization = readAuthorization(headers['authorization'])
  if (authorization === undefined) return 'AccessDenied'
  if (authorization.accessKeyId !== accessKeyId) return 'InvalidAccessKeyId'
  const date = headers['x-amz-date'] ?? ''
  if (!authorization.scope.startsWith(`${date.slice(0, 8)}/${region}/`)) return 'AuthorizationHeaderMalformed'
  const time = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (!(Math.abs(Date.now() - time) < 15 * 60_000)) return 'RequestTimeTooSkewed'
  if ((headers['x-amz-security-token'] ?? '') !== sessionToken) return 'InvalidToken'
  const must = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))]
  if (must.some((name) => !authorization.signedHeaders.includes(name))) return 'AccessDenied'
  const signature = signatureOf(
    { method: request.method ?? '', target: request.url ?? '', headers },
    { ...authorization, secretAccessKey },
  )
  if (signature !== authorization.signature) return 'SignatureDoesNotMatch'
  return headers['x-amz-content-sha256'] === sha256(body) ? undefined : 'InvalidRequest'
}

function operate(call: Call, fault: { readonly after: number } | undefined): void {
  const { request, query } = call
  const isUpload = query.has('uploadId')
  switch (request.method) {
    case 'HEAD':
    case 'GET':
      return sendObject(call, fault)
    case 'PUT':
      if (isUpload) return takePart(call)
      return request.headers['x-amz-copy-source'] === undefined ? putObject(call) : copyObject(call)
    case 'POST':
      return isUpload ? finishUpload(call) : startUpload(call)
    case 'DELETE':
      if (!isUpload) return fail(call, 405, 'MethodNotAllowed')
      call.state.uploads.delete(query.get('uploadId') ?? '')
      return void call.response.writeHead(204).end()
    default:
      return fail(call, 405, 'MethodNotAllowed')
  }
}

function sendObject({ state, request, response, key }: Call, fault: { readonly after: number } | undefined): void {
  const object = state.objects.get(key)
  if (object === undefined) return fail({ response, request }, 404, 'NoSuchKey')
  const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
  const bytes = object.bytes.subarray(Number(start ?? 0))
  response.writeHead(start === undefined ? 200 : 206, {
    'content-length': bytes.length,
    'content-type': object.type,
    'last-modified': new Date(object.modified).toUTCString(),
    etag: `"${sha256(object.bytes).slice(0, 32)}"`,
  })
  if (request.method === 'HEAD') return void response.end()
  if (fault === undefined) return void response.end(bytes)
  response.write(bytes.subarray(0, fault.after), () => response.destroy())
}

function putObject({ state, request, response, key, body }: Call): void {
  if (request.headers['content-length'] === undefined) return fail({ response, request }, 411, 'MissingContentLength')
  const type = request.headers['content-type'] ?? 'binary/octet-stream'
  state.objects.set(key, { bytes: body, type, modified: Date.now() })
  response.writeHead(200, { etag: `"${sha256(body).slice(0, 32)}"` }).end()
}

function copyObject(call: Call): void {
  const { state, request, response, key } = call
  const source = decodeURIComponent(String(request.headers['x-amz-copy-source'])).replace(/^\//, '')
  const found = state.objects.get(source)
  if (found === undefined) return fail(call, 404, 'NoSuchKey')
  // AWS refuses to copy an object onto itself when nothing of it is changed.
  if (source === key && request.headers['x-amz-metadata-directive'] !== 'REPLACE')
    return fail(call, 400, 'InvalidRequest')
  state.objects.set(key, { ...found, modified: Date.now() })
  xml(response, 200, '<CopyObjectResult><ETag>&quot;1&quot;</ETag></CopyObjectResult>')
}

function startUpload({ state, request, response, key, query }: Call): void {
  if (!query.has('uploads')) return fail({ response, request }, 400, 'InvalidRequest')
  const id = randomUUID()
  state.uploads.set(id, { key, parts: new Map() })
  const result = `<Key>${key}</Key><UploadId>${id}</UploadId>`
  xml(response, 200, `<InitiateMultipartUploadResult>${result}</InitiateMultipartUploadResult>`)
}

function takePart(call: Call): void {
  const { state, response, query, key, body } = call
  const upload = state.uploads.get(query.get('uploadId') ?? '')
  const number = Number(query.get('partNumber'))
  if (upload?.key !== key) return fail(call, 404, 'NoSuchUpload')
  if (!(number >= 1 && number <= 10_000)) return fail(call, 400, 'InvalidArgument')
  upload.parts.set(number, body)
  response.writeHead(200, { etag: `"${sha256(body).slice(0, 32)}"` }).end()
}

function finishUpload(call: Call): void {
  const { state, response, query, key, body } = call
  const id = query.get('uploadId') ?? ''
  const upload = state.uploads.get(id)
  if (upload?.key !== key) return fail(call, 404, 'NoSuchUpload')
  const named = [...body.toString().matchAll(/<Part><PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)<\/ETag><\/Part>/g)]
  const parts = named.map(([, number, tag]) => ({
    bytes: upload.parts.get(Number(number)),
    tag,
    number: Number(number),
  }))
  if (parts.some(({ bytes, tag }) => bytes === undefined || tag !== `"${sha256(bytes).slice(0, 32)}"`))
    return fail(call, 400, 'InvalidPart')
  if (parts.some(({ number }, index) => index > 0 && number <= (parts[index - 1]?.number ?? 0)))
    return fail(call, 400, 'InvalidPartOrder')
  if (parts.slice(0, -1).some(({ bytes }) => (bytes?.length ?? 0) < smallestPart))
    return fail(call, 400, 'EntityTooSmall')
  const bytes = Buffer.concat(parts.map((part) => part.bytes ?? Buffer.alloc(0)))
  state.uploads.delete(id)
  state.objects.set(key, { bytes, type: 'binary/octet-stream', modified: Date.now() })
  xml(response, 200, `<CompleteMultipartUploadResult><Key>${key}</Key></CompleteMultipartUploadResult>`)
}

const messages: Readonly<Record<string, string>> = {
  NoSuchBucket: 'The specified bucket does not exist',
  NoSuchKey: 'The specified key does not exist.',
  AccessDenied: 'Access Denied',
}

function fail({ response, request }: Pick<Call, 'response' | 'request'>, status: number, code: string): void {
  // AWS shows who asked and what was to be signed, too: nothing of that may get into messages.
  const more = `<AWSAccessKeyId>${readAuthorization(request.headers.authorization)?.accessKeyId}</AWSAccessKeyId>`
  xml(response, status, `<Error><Code>${code}</Code><Message>${messages[code] ?? 'No.'}</Message>${more}</Error>`)
}

function xml(response: ServerResponse, status: number, document: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${document}`)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
