import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface GhaFault {
  /** Part of the path. */
  readonly path: string
  readonly fault:
    | { readonly status: number; readonly body: object | string; readonly headers?: Record<string, string> }
    | { readonly after: number }
    | 'silence'
  left: number
}

export interface GhaEntry {
  readonly key: string
  readonly version: string
  readonly scope: string
  bytes: Buffer
  /** Blocks that were sent and not listed yet, or chunks by their start. */
  readonly parts: Map<string, Buffer>
  committed: boolean
  /** Later entries are newer. */
  readonly order: number
}

/**
 * GitHub's cache service, both versions of its protocol, with the storage behind it, inside the test process and on 127.0.0.1 only.
 * Entries cannot be changed; those of the own branch are found before those of the base.
 */
export interface GhaServer {
  readonly url: string
  /** Of the branch `refs/heads/work` with the base `refs/heads/main`. */
  readonly token: string
  readonly entries: GhaEntry[]
  /** `METHOD path status` of everything that was answered. */
  readonly log: string[]
  readonly faults: GhaFault[]
  /** Signed addresses that were given out so far are no longer good. */
  expireAddresses(): void
  close(): Promise<void>
}

interface State {
  readonly entries: GhaEntry[]
  readonly faults: GhaFault[]
  signature: string
  /** Bytes that all entries together may have. */
  readonly quota: number
  readonly token: string
  readonly url: () => string
}

interface Call {
  readonly state: State
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly body: Buffer
}

const own = 'refs/heads/work'
const base = 'refs/heads/main'

export async function startGhaCache(options: { readonly quota?: number } = {}): Promise<GhaServer> {
  const token = ghaToken()
  const log: string[] = []
  const server = createServer((request, response) => {
    response.on('finish', () => log.push(`${request.method} ${request.url?.split('?')[0]} ${response.statusCode}`))
    answer(state, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const quota = options.quota ?? 10e9
  const state: State = { entries: [], faults: [], signature: randomUUID(), quota, token, url: () => url }
  return {
    url,
    token,
    entries: state.entries,
    faults: state.faults,
    log,
    expireAddresses: () => (state.signature = randomUUID()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A token as jobs get it: two scopes, the own one writable. */
export function ghaToken(more: { readonly exp?: number; readonly permission?: number } = {}): string {
  const ac = JSON.stringify([
    { Scope: own, Permission: more.permission ?? 3 },
    { Scope: base, Permission: 1 },
  ])
  const claims = { ac, exp: more.exp ?? Math.floor(Date.now() / 1000) + 3600, nbf: 0 }
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ alg: 'none' })}.${encode(claims)}.c2lnbmF0dXJl`
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const url = new URL(request.url ?? '/', state.url())
  const call: Call = { state, request, response, url, body: Buffer.concat(chunks) }
  const fault = takeFault(call)
  if (fault === 'silence') return
  if (typeof fault === 'object' && 'status' in fault) return json(response, fault.status, fault.body, fault.headers)
  const size = Number(request.headers['content-length'] ?? 0)
  if (size !== call.body.length) return json(response, 400, { code: 'malformed' })
  if (url.pathname.startsWith('/storage/')) return storage(call, fault)
  if (request.headers.authorization !== `Bearer ${state.token}`)
    return json(response, 401, { code: 'unauthenticated', msg: 'invalid token' })
  const method = /^\/twirp\/github\.actions\.results\.api\.v1\.CacheService\/(\w+)$/.exec(url.pathname)?.[1]
  if (method !== undefined) return twirp(call, method)
  if (url.pathname.startsWith('/_apis/artifactcache/')) return rest(call, url.pathname.slice(21))
  if (/^\/api\/repos\/[^/]+\/[^/]+\/actions\/caches$/.test(url.pathname)) return listEntries(call)
  json(response, 404, { code: 'bad_route' })
}

function takeFault({ state, url }: Call): GhaFault['fault'] | undefined {
  const found = state.faults.find((fault) => fault.left > 0 && url.pathname.includes(fault.path))
  if (found !== undefined) found.left -= 1
  return found?.fault
}

function twirp(call: Call, method: string): void {
  const { state, request, response, body } = call
  if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json')
    return json(response, 404, { code: 'bad_route' })
  const params = JSON.parse(body.toString()) as Record<string, string> & { restore_keys?: string[] }
  const { key = '', version = '' } = params
  if (!isKey(key) || !/^[0-9a-f]{64}$/.test(version))
    return json(response, 400, { code: 'invalid_argument', msg: 'key or version' })
  switch (method) {
    case 'CreateCacheEntry': {
      const entry = reserve(state, key, version)
      if (entry === undefined) return json(response, 409, { code: 'already_exists', msg: 'cache entry already exists' })
      if (entry === 'full') return json(response, 200, { ok: false, message: 'cache storage quota has been hit' })
      return json(response, 200, { ok: true, signed_upload_url: signed(state, entry, 'w') })
    }
    case 'FinalizeCacheEntryUpload': {
      const entry = state.entries.find((one) => one.key === key && one.version === version && !one.committed)
      // The size is a protobuf int64, which JSON carries as text.
      if (entry === undefined || String(entry.bytes.length) !== params['size_bytes'])
        return json(response, 200, { ok: false })
      entry.committed = true
      return json(response, 200, { ok: true, entry_id: String(entry.order) })
    }
    case 'GetCacheEntryDownloadURL': {
      const found = lookUp(state, [key], version) ?? lookUpPrefix(state, params.restore_keys ?? [], version)
      if (found === undefined) return json(response, 200, { ok: false })
      return json(response, 200, { ok: true, signed_download_url: signed(state, found, 'r'), matched_key: found.key })
    }
    default:
      return json(response, 404, { code: 'bad_route' })
  }
}

function rest(call: Call, path: string): void {
  const { state, request, response, url, body } = call
  if (request.headers.accept !== 'application/json;api-version=6.0-preview.1') return json(response, 406, {})
  if (path === 'cache') {
    const version = url.searchParams.get('version') ?? ''
    const keys = (url.searchParams.get('keys') ?? '').split(',')
    const found = lookUp(state, keys, version) ?? lookUpPrefix(state, keys, version)
    if (found === undefined) return void response.writeHead(204).end()
    return json(response, 200, { cacheKey: found.key, scope: found.scope, archiveLocation: signed(state, found, 'r') })
  }
  if (path === 'caches') {
    const { key, version } = JSON.parse(body.toString()) as { key: string; version: string }
    if (!isKey(key)) return json(response, 400, { message: 'key' })
    const entry = reserve(state, key, version)
    if (entry === undefined)
      return json(response, 409, { typeKey: 'ArtifactCacheItemAlreadyExistsException', message: 'already exists' })
    if (entry === 'full') return json(response, 400, { message: 'cache storage quota has been hit' })
    return json(response, 201, { cacheId: entry.order })
  }
  const entry = state.entries.find((one) => path === `caches/${one.order}`)
  if (entry === undefined || entry.committed) return json(response, 404, { message: 'no such reservation' })
  if (request.method === 'PATCH') return takeChunk(call, entry)
  const { size } = JSON.parse(body.toString()) as { size: number }
  const starts = [...entry.parts.keys()].map(Number).sort((a, b) => a - b)
  const whole = Buffer.concat(starts.map((start) => entry.parts.get(String(start)) ?? Buffer.alloc(0)))
  if (whole.length !== size) return json(response, 400, { message: 'size' })
  entry.bytes = whole
  entry.committed = true
  response.writeHead(204).end()
}

function takeChunk({ request, response, body }: Call, entry: GhaEntry): void {
  const range = /^bytes (\d+)-(\d+)\/\*$/.exec(request.headers['content-range'] ?? '')
  const [, start = '', end = ''] = range ?? []
  if (range === null || Number(end) - Number(start) + 1 !== body.length)
    return json(response, 400, { message: 'range' })
  entry.parts.set(start, body)
  response.writeHead(204).end()
}

/** The part of Azure's Blob service that signed addresses allow. */
function storage(call: Call, fault: { readonly after: number } | undefined): void {
  const { state, request, response, url } = call
  const entry = state.entries.find((one) => url.pathname === `/storage/${one.order}`)
  const isRead = request.method === 'GET'
  // The token of the job is none of the storage's business.
  const isSigned = url.searchParams.get('sig') === `${state.signature}${isRead ? 'r' : 'w'}`
  if (entry === undefined || !isSigned || request.headers.authorization !== undefined)
    return xml(response, 403, 'AuthenticationFailed')
  if (!isRead) return entry.committed ? xml(response, 409, 'BlobImmutableDueToPolicy') : writeBlob(call, entry)
  const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
  const bytes = entry.bytes.subarray(Number(start ?? 0))
  response.writeHead(start === undefined ? 200 : 206, { 'content-length': bytes.length })
  if (fault === undefined) return void response.end(bytes)
  response.write(bytes.subarray(0, fault.after), () => response.destroy())
}

function writeBlob({ request, response, url, body }: Call, entry: GhaEntry): void {
  const operation = url.searchParams.get('comp')
  if (request.method !== 'PUT' || request.headers['x-ms-version'] === undefined)
    return xml(response, 400, 'MissingHeader')
  if (operation === 'block') {
    const id = url.searchParams.get('blockid') ?? ''
    const first = entry.parts.keys().next().value
    if (Buffer.from(id, 'base64').toString('base64') !== id || (first !== undefined && first.length !== id.length))
      return xml(response, 400, 'InvalidBlobOrBlock')
    entry.parts.set(id, body)
  } else if (operation === 'blocklist') {
    const blocks = [...body.toString().matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(([, id = '']) => entry.parts.get(id))
    if (blocks.length === 0 || blocks.includes(undefined)) return xml(response, 400, 'InvalidBlockList')
    entry.bytes = Buffer.concat(blocks as Buffer[])
  } else {
    if (request.headers['x-ms-blob-type'] !== 'BlockBlob') return xml(response, 400, 'MissingRequiredHeader')
    entry.bytes = body
  }
  response.writeHead(201).end()
}

function listEntries({ state, response, url }: Call): void {
  const prefix = url.searchParams.get('key') ?? ''
  const [page, size] = [Number(url.searchParams.get('page')), Number(url.searchParams.get('per_page'))]
  const found = state.entries.filter((entry) => entry.committed && entry.key.startsWith(prefix))
  const shown = found.slice((page - 1) * size, page * size)
  json(response, 200, {
    total_count: found.length,
    actions_caches: shown.map(({ key, scope }) => ({ key, ref: scope })),
  })
}

function reserve(state: State, key: string, version: string): GhaEntry | 'full' | undefined {
  if (state.entries.some((one) => one.key === key && one.version === version && one.scope === own)) return undefined
  if (state.entries.reduce((sum, one) => sum + one.bytes.length, 0) >= state.quota) return 'full'
  const order = state.entries.length + 1
  const entry: GhaEntry = {
    key,
    version,
    scope: own,
    bytes: Buffer.alloc(0),
    parts: new Map(),
    committed: false,
    order,
  }
  state.entries.push(entry)
  return entry
}

function lookUp(state: State, keys: readonly string[], version: string): GhaEntry | undefined {
  return newest(state, (entry) => entry.version === version && keys.includes(entry.key))
}

function lookUpPrefix(state: State, prefixes: readonly string[], version: string): GhaEntry | undefined {
  return newest(state, (entry) => entry.version === version && prefixes.some((prefix) => entry.key.startsWith(prefix)))
}

function newest({ entries }: State, fits: (entry: GhaEntry) => boolean): GhaEntry | undefined {
  const found = entries.filter((entry) => entry.committed && fits(entry))
  return found.findLast((entry) => entry.scope === own) ?? found.at(-1)
}

function isKey(key: string): boolean {
  return key.length > 0 && key.length <= 512 && !key.includes(',')
}

function signed(state: State, entry: GhaEntry, right: 'r' | 'w'): string {
  return `${state.url()}storage/${entry.order}?sp=${right}&sig=${state.signature}${right}`
}

/** A text is sent as it is. */
function json(
  response: ServerResponse,
  status: number,
  body: object | string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

function xml(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status).end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>No.</Message></Error>`)
}
