import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { zipSync } from 'fflate'
import { afterAll, describe, expect, test } from 'vitest'
import { osvRecords } from '../kit/osv-records.ts'
import { startRegistry } from '../kit/registry.ts'
import { type RunResult, runSlipway, scratchDir } from '../kit/slipway.ts'

const scratch = scratchDir('scan-database')
const env = { BUILDKIT_PROGRESS: 'quiet' }
const at = (...names: readonly string[]): string => path.join(scratch.dir, ...names)
const runIn = (store: string, ...args: string[]): Promise<RunResult> =>
  runSlipway(args, { root: at(store), env, cwd: scratch.dir })
mkdirSync(at('empty-directory'))

afterAll(() => scratch.remove())

describe('slipway db', () => {
  test('is asked for before the first scan', async () => {
    const { code, stderr } = await runIn('empty', 'scan', 'dir:empty-directory')
    expect([code, stderr]).toEqual([2, expect.stringContaining('[database-missing]')])
  })

  const archive = (): Buffer =>
    Buffer.from(
      zipSync(
        Object.fromEntries(
          Object.entries(osvRecords).map(([name, value]) => [name, Buffer.from(JSON.stringify(value))]),
        ),
      ),
    )
  const familiesOf = async (
    store: string,
  ): Promise<Readonly<Record<string, { readonly records: number; readonly from: string }>>> =>
    (
      JSON.parse((await runIn(store, 'db', 'status', '--json')).stdout) as {
        readonly families: Record<string, { readonly records: number; readonly from: string }>
      }
    ).families

  test('reads a zip, leaves out what is no record, and keeps what it has when an archive is damaged', async () => {
    writeFileSync(at('dump.zip'), archive())
    expect((await runIn('zip', 'db', 'update', '--from', 'dump.zip')).code).toBe(0)
    expect(await familiesOf('zip')).toMatchObject({ Debian: { records: 3 }, npm: { records: 2 } })
    writeFileSync(at('cut.zip'), archive().subarray(0, 700))
    const broken = await runIn('zip', 'db', 'update', '--from', 'cut.zip')
    expect(broken.code).toBe(2)
    writeFileSync(
      at('noise.zip'),
      Buffer.from(
        zipSync({
          'a.json': Buffer.from('{'),
          'b.json': Buffer.from('[]'),
          'npm.json': Buffer.from(JSON.stringify(osvRecords['npm/GHSA-aaaa-bbbb-cccc.json'])),
        }),
      ),
    )
    const noise = await runIn('zip', 'db', 'update', '--from', 'noise.zip')
    expect([noise.code, noise.stderr]).toEqual([
      0,
      expect.stringContaining('2 files were left out: a.json (it is not JSON), b.json (it is no object)'),
    ])
    expect(await familiesOf('zip')).toMatchObject({
      Debian: { records: 3, from: 'dump.zip' },
      npm: { records: 1, from: 'noise.zip' },
    })
  })

  test('refuses a file that unpacks to more than any record has', async () => {
    writeFileSync(at('bomb.zip'), Buffer.from(zipSync({ 'a.json': Buffer.alloc(80 << 20, 0x20) })))
    const { code, stderr } = await runIn('bomb', 'db', 'update', '--from', 'bomb.zip')
    expect([code, stderr]).toEqual([2, expect.stringContaining('has a file of more than 64 MiB: a.json')])
  })

  test('fetches dumps of a mirror by ecosystem, and asks only once for what has not changed', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers['if-none-match'] ?? ''}`.trim())
      if (request.headers['if-none-match'] === '"one"') response.writeHead(304).end()
      else response.writeHead(200, { etag: '"one"' }).end(archive())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dumps/`
    try {
      const first = await runIn('mirror', 'db', 'update', '--from', url, '--ecosystem', 'npm')
      expect([first.code, Object.keys(await familiesOf('mirror'))]).toEqual([0, ['npm']])
      const second = await runIn('mirror', 'db', 'update', '--from', url)
      expect([second.code, second.stderr]).toEqual([0, expect.stringContaining('npm has not changed')])
      expect(asked).toEqual(['/dumps/npm/all.zip', '/dumps/npm/all.zip "one"'])
    } finally {
      server.close()
    }
  })

  test('takes an artifact of a registry', async () => {
    const registry = await startRegistry()
    try {
      const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
      const base = `http://${registry.host}/v2/mirror/osv`
      const put = async (bytes: Buffer): Promise<{ digest: string; size: number }> => {
        const digest = digestOf(bytes)
        const started = await fetch(`${base}/blobs/uploads/`, { method: 'POST' })
        const place = new URL(started.headers.get('location') ?? '', base)
        place.searchParams.set('digest', digest)
        const done = await fetch(place, {
          method: 'PUT',
          body: new Uint8Array(bytes),
          headers: { 'content-type': 'application/octet-stream' },
        })
        expect(done.status).toBe(201)
        return { digest, size: bytes.length }
      }
      const config = { mediaType: 'application/vnd.oci.empty.v1+json', ...(await put(Buffer.from('{}'))) }
      const layer = { mediaType: 'application/zip', ...(await put(archive())) }
      const manifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        artifactType: 'application/vnd.osv',
        config,
        layers: [layer],
      })
      const pushed = await fetch(`${base}/manifests/latest`, {
        method: 'PUT',
        body: manifest,
        headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
      })
      expect(pushed.status).toBe(201)
      const { code, stderr } = await runIn('artifact', 'db', 'update', '--from', `docker://${registry.host}/mirror/osv`)
      expect([code, stderr]).toEqual([0, ''])
      expect(await familiesOf('artifact')).toMatchObject({ Debian: { records: 3 }, npm: { records: 2 } })
    } finally {
      await registry.close()
    }
  })

  test.each([
    [['db', 'update', '--offline'], 'records have to come from this machine'],
    [['db', 'update', '--ecosystem', 'Debain'], 'did you mean Debian'],
    [['db', 'update', '--from', 'empty-directory'], 'there are no records of OSV'],
    [['db', 'update', '--from', 'nowhere'], 'there is no such file or directory'],
    [['db', 'updaet'], 'did you mean update'],
  ])('%j says: %s', async (args, text) => {
    const { code, stderr } = await runIn('usage', ...args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(text)])
  })
})
