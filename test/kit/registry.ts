import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Digest, digestOf } from '../../src/core/index.ts'
import {
  assembleConfig,
  assembleIndex,
  assembleManifest,
  type Descriptor,
  mediaTypes,
  type Platform,
} from '../../src/oci/index.ts'

/** What goes wrong with one answer. */
export type Fault =
  | {
      readonly kind: 'status'
      readonly status: number
      readonly headers?: Record<string, string>
      readonly body?: string
    }
  /** Sends the first bytes with the full Content-Length and breaks the connection. */
  | { readonly kind: 'truncate'; readonly after: number }
  /** Sends other bytes of the same length. */
  | { readonly kind: 'corrupt' }
  /** Sends the content and then more of it, without end. */
  | { readonly kind: 'endless' }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'reset' }
  /** Takes the first bytes of the request and breaks the connection. */
  | { readonly kind: 'hang-up'; readonly after: number }
  /** Never answers. */
  | { readonly kind: 'silence' }

export interface FaultRule {
  readonly method?: string
  /** Part of the path. */
  readonly path: string
  readonly fault: Fault
  /** How many requests meet it; every one when absent. */
  readonly times?: number
}

export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  /** Of the answer; 0 while there is none. */
  status: number
}

export interface FakeRegistryOptions {
  readonly auth?: 'bearer' | 'basic'
  /** Needed to log in; anybody gets a token when absent. */
  readonly login?: { readonly username: string; readonly password: string }
  /** Answers Range requests with the whole blob. */
  readonly ignoreRanges?: boolean
  /** Uploads in parts: not at all, or with parts of at least so many bytes. */
  readonly parts?: false | number
  /** Has the referrers API. */
  readonly referrers?: boolean
}

/** A registry inside the test process. Content lives in maps that tests may look into and change. */
export interface FakeRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly requests: readonly SeenRequest[]
  /** By `repository@digest`. */
  readonly blobs: Map<string, Uint8Array>
  /** By `repository:tag` and `repository@digest`. */
  readonly manifests: Map<string, { readonly mediaType: string; readonly bytes: Uint8Array }>
  addFault(rule: FaultRule): void
  close(): Promise<void>
}

interface State extends FakeRegistry {
  readonly requests: SeenRequest[]
  /** What has arrived of uploads, by their number. */
  readonly uploads: Map<string, Uint8Array>
  readonly faults: { rule: FaultRule; left: number }[]
  readonly options: FakeRegistryOptions
}

interface Exchange {
  readonly state: State
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
}

export async function startRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${state.host}`)
    const { method = '', headers } = request
    const seen: SeenRequest = { method, url: url.pathname + url.search, headers, status: 0 }
    state.requests.push(seen)
    response.on('finish', () => (seen.status = response.statusCode))
    handle({ state, request, response, url }).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const faults: State['faults'] = []
  const state: State = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    uploads: new Map(),
    blobs: new Map(),
    manifests: new Map(),
    faults,
    options,
    addFault: (rule) => void faults.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return state
}

export interface FakeImage {
  readonly manifest: { readonly mediaType: string; readonly bytes: Uint8Array; readonly descriptor: Descriptor }
  readonly config: { readonly bytes: Uint8Array; readonly descriptor: Descriptor }
  readonly layers: readonly { readonly bytes: Uint8Array; readonly descriptor: Descriptor }[]
}

/** A sound image whose layers are the given bytes; they need not be archives. */
export function fakeImage(
  layers: readonly Uint8Array[],
  platform: Platform = { os: 'linux', architecture: 'amd64' },
): FakeImage {
  const blobs = layers.map((bytes) => ({
    bytes,
    descriptor: { mediaType: mediaTypes.ociLayer, digest: digestOf(bytes), size: bytes.length },
  }))
  const { bytes, descriptor } = assembleConfig({
    config: { ...platform, config: { Cmd: ['/app'] } },
    history: layers.map((_, index) => ({ created: '2024-01-01T00:00:00Z', created_by: `layer ${index}` })),
    layers: blobs.map((blob) => ({ diffId: blob.descriptor.digest })),
  })
  const manifest = assembleManifest({ config: descriptor, layers: blobs.map((blob) => blob.descriptor), family: 'oci' })
  return {
    manifest: { ...manifest, mediaType: manifest.descriptor.mediaType },
    config: { bytes, descriptor },
    layers: blobs,
  }
}

/** Puts an image into a registry under `repository:tag` and under its digest. */
export function storeImage(registry: FakeRegistry, name: string, image: FakeImage): void {
  const repository = name.slice(0, name.lastIndexOf(':'))
  registry.manifests.set(name, image.manifest)
  registry.manifests.set(`${repository}@${image.manifest.descriptor.digest}`, image.manifest)
  for (const blob of [image.config, ...image.layers])
    registry.blobs.set(`${repository}@${blob.descriptor.digest}`, blob.bytes)
}

/** Puts an index over images into a registry; returns its digest. */
export function storeIndex(
  registry: FakeRegistry,
  name: string,
  images: readonly (readonly [Platform, FakeImage])[],
): Digest {
  const repository = name.slice(0, name.lastIndexOf(':'))
  for (const [, image] of images) storeImage(registry, `${repository}:unused`, image)
  registry.manifests.delete(`${repository}:unused`)
  const manifests = images.map(([platform, image]) => ({ ...image.manifest.descriptor, platform }))
  const index = assembleIndex({ manifests, family: 'oci' })
  for (const key of [name, `${repository}@${index.descriptor.digest}`]) {
    registry.manifests.set(key, { mediaType: index.descriptor.mediaType, bytes: index.bytes })
  }
  return index.descriptor.digest
}

async function handle(exchange: Exchange): Promise<void> {
  const { state, response, url } = exchange
  const fault = takeFault(exchange)
  if (fault !== undefined && answerFault(exchange, fault)) return
  if (url.pathname === '/token') return issueToken(exchange)
  if (!isAuthorized(exchange)) {
    const challenge =
      state.options.auth === 'basic'
        ? 'Basic realm="test"'
        : `Bearer realm="http://${state.host}/token",service="test",scope="repository:x:pull"`
    return send(response, 401, { 'www-authenticate': challenge })
  }
  const listed = /^\/v2\/(.+)\/tags\/list$/.exec(url.pathname)?.[1]
  if (listed !== undefined) return listTags(exchange, listed)
  const match = /^\/v2\/(.+)\/(manifests|blobs|referrers)\/(?:(uploads)\/)?(.*)$/.exec(url.pathname)
  if (match === null) return send(response, 404)
  const [, repository = '', kind, uploads, name = ''] = match
  if (kind === 'referrers') return listReferrers(exchange, repository, name)
  if (uploads !== undefined) return handleUpload(exchange, { repository, id: name, fault })
  if (kind === 'manifests') return handleManifest(exchange, { repository, name, fault })
  sendContent(exchange, {
    bytes: state.blobs.get(`${repository}@${name}`),
    fault,
    mediaType: 'application/octet-stream',
  })
}

function takeFault({ state, request, url }: Exchange): Fault | undefined {
  const found = state.faults.find(
    ({ rule, left }) =>
      left > 0 && url.pathname.includes(rule.path) && (rule.method ?? request.method) === request.method,
  )
  if (found !== undefined) found.left -= 1
  return found?.rule.fault
}

/** Whether the fault is the whole answer. */
function answerFault({ request, response }: Exchange, fault: Fault): boolean {
  switch (fault.kind) {
    case 'status':
      send(response, fault.status, fault.headers, fault.body)
      return true
    case 'redirect':
      send(response, 307, { location: fault.to })
      return true
    case 'reset':
      request.socket.destroy()
      return true
    default:
      return fault.kind === 'silence'
  }
}

function isAuthorized({ state, request }: Exchange): boolean {
  const { auth, login } = state.options
  if (auth === undefined) return true
  const header = request.headers.authorization
  if (auth === 'bearer') return header?.startsWith('Bearer token-for-') ?? false
  return header === basic(login?.username, login?.password)
}

function issueToken({ state, request, response, url }: Exchange): void {
  const { login } = state.options
  if (login !== undefined && request.headers.authorization !== basic(login.username, login.password))
    return send(response, 401)
  send(response, 200, {}, JSON.stringify({ token: `token-for-${url.searchParams.getAll('scope').join(',')}` }))
}

function basic(username = '', password = ''): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

async function handleManifest(
  exchange: Exchange,
  target: { repository: string; name: string; fault: Fault | undefined },
): Promise<void> {
  const { state, request, response } = exchange
  const key = target.name.startsWith('sha256:')
    ? `${target.repository}@${target.name}`
    : `${target.repository}:${target.name}`
  if (request.method === 'PUT') {
    const bytes = await readBody(request)
    const manifest = { mediaType: request.headers['content-type'] ?? '', bytes }
    state.manifests.set(key, manifest)
    state.manifests.set(`${target.repository}@${digestOf(bytes)}`, manifest)
    const { subject } = JSON.parse(Buffer.from(bytes).toString()) as { subject?: { digest: string } }
    const noted: Record<string, string> =
      state.options.referrers === true && subject !== undefined ? { 'oci-subject': subject.digest } : {}
    return send(response, 201, { location: request.url ?? '', 'docker-content-digest': digestOf(bytes), ...noted })
  }
  const found = state.manifests.get(key)
  const digest = found === undefined ? {} : { 'docker-content-digest': digestOf(found.bytes) }
  sendContent(exchange, {
    bytes: found?.bytes,
    fault: target.fault,
    mediaType: found?.mediaType ?? '',
    headers: digest,
  })
}

interface UploadTarget {
  readonly repository: string
  readonly id: string
  readonly fault: Fault | undefined
}

async function handleUpload(exchange: Exchange, target: UploadTarget): Promise<void> {
  const { state, request, response, url } = exchange
  const { repository, id } = target
  if (request.method === 'POST') return startUpload(exchange, repository)
  if (url.searchParams.get('state') !== 'a=') return send(response, 400)
  const present = state.uploads.get(id)
  if (present === undefined) return send(response, 404)
  const position = { location: uploadPath(repository, id), range: `0-${Math.max(present.length - 1, 0)}` }
  if (request.method === 'GET') return send(response, 204, position)
  if (request.method === 'PATCH' && state.options.parts === false) return send(response, 405)
  const start = request.headers['content-range']?.split('-')[0] ?? String(present.length)
  if (Number(start) !== present.length) return send(response, 416, position)
  const bytes = Buffer.concat([present, await readBody(request, target.fault)])
  state.uploads.set(id, bytes)
  if (target.fault?.kind === 'hang-up') return void request.socket.destroy()
  if (request.method === 'PATCH') return send(response, 202, { ...position, range: `0-${bytes.length - 1}` })
  const digest = url.searchParams.get('digest')
  if (digest !== digestOf(bytes)) return send(response, 400)
  state.uploads.delete(id)
  state.blobs.set(`${repository}@${digest}`, bytes)
  send(response, 201, { location: `/v2/${repository}/blobs/${digest}` })
}

function startUpload({ state, response, url }: Exchange, repository: string): void {
  const digest = url.searchParams.get('mount')
  const mounted = state.blobs.get(`${url.searchParams.get('from')}@${digest}`)
  if (mounted !== undefined) {
    state.blobs.set(`${repository}@${digest}`, mounted)
    return send(response, 201, { location: `/v2/${repository}/blobs/${digest}` })
  }
  const id = String(state.requests.length)
  state.uploads.set(id, new Uint8Array(0))
  const { parts = 0 } = state.options
  const least: Record<string, string> = parts === false || parts === 0 ? {} : { 'oci-chunk-min-length': String(parts) }
  send(response, 202, { location: uploadPath(repository, id), ...least })
}

/** A query of its own, which a client has to keep. */
function uploadPath(repository: string, id: string): string {
  return `/v2/${repository}/blobs/uploads/${id}?state=a%3D`
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags, on one page. */
function listTags({ state, response }: Exchange, repository: string): void {
  const tags = [...state.manifests.keys()]
    .filter((key) => key.startsWith(`${repository}:`))
    .map((key) => key.slice(repository.length + 1))
  if (tags.length === 0) return send(response, 404, {}, '{"errors":[{"code":"NAME_UNKNOWN"}]}')
  send(response, 200, { 'content-type': 'application/json' }, JSON.stringify({ name: repository, tags: tags.sort() }))
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers, one manifest per page. */
function listReferrers({ state, response, url }: Exchange, repository: string, subject: string): void {
  if (state.options.referrers !== true) return send(response, 404, {}, '404 page not found')
  const found = [...state.manifests]
    .filter(([key]) => key.startsWith(`${repository}@`))
    .map(([key, { mediaType, bytes }]) => ({
      mediaType,
      digest: key.slice(repository.length + 1),
      size: bytes.length,
      document: JSON.parse(Buffer.from(bytes).toString()) as { subject?: { digest: string }; artifactType?: string },
    }))
    .filter(({ document }) => document.subject?.digest === subject)
  const page = Number(url.searchParams.get('page') ?? 0)
  const manifests = found
    .slice(page, page + 1)
    .map(({ document, ...rest }) => ({ ...rest, artifactType: document.artifactType }))
  const link: Record<string, string> =
    page + 1 < found.length ? { link: `<${url.pathname}?page=${page + 1}>; rel="next"` } : {}
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }
  send(response, 200, { 'content-type': mediaTypes.ociIndex, ...link }, JSON.stringify(index))
}

interface Content {
  readonly bytes: Uint8Array | undefined
  readonly mediaType: string
  readonly fault: Fault | undefined
  readonly headers?: Record<string, string>
}

function sendContent({ state, request, response }: Exchange, { bytes, mediaType, fault, headers }: Content): void {
  if (bytes === undefined)
    return send(response, 404, {}, '{"errors":[{"code":"UNKNOWN","message":"no such\\u0007thing"}]}')
  const start =
    state.options.ignoreRanges === true ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const part = bytes.subarray(start)
  const range: Record<string, string> =
    start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}
  const length: Record<string, string> = fault?.kind === 'endless' ? {} : { 'content-length': String(part.length) }
  response.writeHead(start > 0 ? 206 : 200, { 'content-type': mediaType, ...length, ...range, ...headers })
  if (request.method === 'HEAD') response.end()
  else if (fault?.kind === 'truncate')
    response.write(part.subarray(0, fault.after), () => setTimeout(() => request.socket.destroy(), 20))
  else if (fault?.kind === 'corrupt') response.end(Buffer.from(part.map((byte) => byte ^ 1)))
  else if (fault?.kind === 'endless') pour(response, part)
  else response.end(part)
}

function pour(response: ServerResponse, part: Uint8Array): void {
  if (!response.destroyed) response.write(part, () => setImmediate(() => pour(response, part)))
}

function send(response: ServerResponse, status: number, headers: Record<string, string> = {}, body = ''): void {
  response.writeHead(status, headers)
  response.end(body)
}

async function readBody(request: IncomingMessage, fault?: Fault): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let left = fault?.kind === 'hang-up' ? fault.after : Number.POSITIVE_INFINITY
  for await (const chunk of request) {
    const bytes = (chunk as Uint8Array).subarray(0, left)
    chunks.push(bytes)
    left -= bytes.length
    if (left === 0) break
  }
  return Buffer.concat(chunks)
}
