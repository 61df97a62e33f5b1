import { expect, it } from 'vitest'
import {
  type FakeRegistry,
  fakeImage,
  type SeenRequest,
  startRegistry,
  storeImage,
} from '../../../test/kit/registry.ts'
import { mediaTypes, parseReference, type Reference } from '../../oci/index.ts'
import type { PushBlob } from './push-target.ts'
import { openRegistry } from './registry.ts'

/** What https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md allows: a request and its good answers. */
interface Rule {
  readonly method: string
  readonly path: RegExp
  /** Names of the query, each of which may be absent. */
  readonly query?: readonly string[]
  /** Headers that must be there, with what they must look like. */
  readonly headers?: Readonly<Record<string, RegExp>>
  readonly statuses: readonly number[]
}

const name = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:\\/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*'
const digest = 'sha256:[a-f0-9]{64}'
const at = (rest: string): RegExp => new RegExp(`^/v2/${name}/${rest}$`)
const octets = { 'content-type': /^application\/octet-stream$/ }

const rules: readonly Rule[] = [
  // end-2, end-3: pulling
  { method: 'GET', path: at(`blobs/${digest}`), statuses: [200, 206] },
  { method: 'HEAD', path: at(`blobs/${digest}`), statuses: [200, 404] },
  {
    method: 'GET',
    path: at(`manifests/(?:[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}|${digest})`),
    headers: { accept: /application\/vnd\.oci\.image\.index\.v1\+json/ },
    statuses: [200, 404],
  },
  {
    method: 'HEAD',
    path: at('manifests/[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}'),
    headers: { accept: /json/ },
    statuses: [200, 404],
  },
  // end-4a, end-11: starting an upload, taking over
  { method: 'POST', path: at('blobs/uploads/'), query: [], headers: { 'content-length': /^0$/ }, statuses: [202] },
  {
    method: 'POST',
    path: at('blobs/uploads/'),
    query: ['mount', 'from'],
    headers: { 'content-length': /^0$/ },
    statuses: [201, 202],
  },
  // end-5, end-6, end-13: parts, the end, the position; the query is the registry's
  {
    method: 'PATCH',
    path: at('blobs/uploads/.+'),
    query: ['state'],
    headers: { ...octets, 'content-range': /^\d+-\d+$/, 'content-length': /^\d+$/ },
    statuses: [202, 416],
  },
  {
    method: 'PUT',
    path: at('blobs/uploads/.+'),
    query: ['state', 'digest'],
    headers: { ...octets, 'content-length': /^\d+$/ },
    statuses: [201],
  },
  { method: 'GET', path: at('blobs/uploads/.+'), query: ['state'], statuses: [204, 404] },
  // end-7: manifests
  {
    method: 'PUT',
    path: at(`manifests/(?:[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}|${digest})`),
    headers: { 'content-type': /^application\/vnd\.(oci\.image|docker\.distribution)\.[a-z.]+\.v\d\+json$/ },
    statuses: [201],
  },
  // end-12: referrers
  { method: 'GET', path: at(`referrers/${digest}`), query: ['artifactType', 'page'], statuses: [200, 404] },
]

/** What is wrong with a request by every rule; nothing when one allows it. `0` is an answer that broke off on purpose. */
function violation({ method, url, headers, status }: SeenRequest): string | undefined {
  const { pathname, searchParams } = new URL(url, 'http://x')
  const allowed = rules.some(
    (rule) =>
      rule.method === method &&
      rule.path.test(pathname) &&
      [...searchParams.keys()].every((key) => (rule.query ?? []).includes(key)) &&
      Object.entries(rule.headers ?? {}).every(([key, pattern]) => pattern.test(String(headers[key] ?? ''))) &&
      (status === 0 || rule.statuses.includes(status)),
  )
  return allowed ? undefined : `${method} ${url} ${status} ${JSON.stringify(headers)}`
}

const layer = Buffer.alloc(20_000, 'layer ')
const image = fakeImage([layer, Buffer.from('base')])

function blobs(): readonly PushBlob[] {
  return [image.config, ...image.layers].map(({ descriptor, bytes }) => ({
    descriptor,
    mountFrom: ['team/base'],
    open: async function* () {
      yield bytes
    },
  }))
}

async function exchange(server: FakeRegistry): Promise<void> {
  const uploads = { chunk: 8000, wholeUpTo: 9000 }
  const client = openRegistry({ env: {}, home: '/nonexistent', sleep: async () => {}, uploads })
  const reference = parseReference(`${server.host}/team/app:1`) as Reference
  await client.push(reference, { manifest: image.manifest, blobs: blobs() })
  const { config } = JSON.parse(Buffer.from(image.manifest.bytes).toString()) as { config: object }
  const about = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: 'text/plain',
    config,
    layers: [],
    subject: image.manifest.descriptor,
  }
  const manifest = { mediaType: mediaTypes.ociManifest, bytes: Buffer.from(JSON.stringify(about)) }
  await client.pushReferrer(reference, { manifest, blobs: [] })
  await client.listReferrers(reference, image.manifest.descriptor.digest, { artifactType: 'text/plain' })
  await client.head(reference)
  const found = await client.resolve(reference, { os: 'linux', architecture: 'amd64' })
  for (const { blob } of found.layers)
    for await (const chunk of client.fetchBlob(reference, blob)) expect(chunk).toBeDefined()
  await client.close()
}

it.each([true, false])(
  'every request of a push and a pull is one of the distribution spec (referrers API: %s)',
  async (referrers) => {
    const server = await startRegistry({ referrers })
    const [, base] = image.layers
    storeImage(server, 'team/base:1', fakeImage(base === undefined ? [] : [base.bytes]))
    server.addFault({ method: 'PATCH', path: '/uploads/', fault: { kind: 'hang-up', after: 3000 }, times: 1 })
    server.addFault({
      method: 'GET',
      path: image.layers[0]?.descriptor.digest ?? '',
      fault: { kind: 'truncate', after: 5000 },
      times: 1,
    })
    await exchange(server)
    await server.close()
    expect(server.requests.map(violation).filter((text) => text !== undefined)).toEqual([])
    const kinds = new Set(server.requests.map(({ method, status }) => `${method} ${status}`))
    const seen = [
      'POST 201',
      'POST 202',
      'PATCH 0',
      'PATCH 202',
      'PUT 201',
      'GET 204',
      'GET 206',
      'HEAD 200',
      'HEAD 404',
    ]
    expect(seen.filter((kind) => !kinds.has(kind))).toEqual([])
  },
)
