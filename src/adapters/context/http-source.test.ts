import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { digestOf } from '../../core/index.ts'
import { fetchHttp, type HttpRequest } from './index.ts'
import { temporaryDirectory } from '../../../test/kit/temporary-directory.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

async function serve(answer: Answer): Promise<{ readonly url: string; readonly requests: IncomingMessage[] }> {
  vi.stubEnv('no_proxy', '127.0.0.1,localhost')
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    vi.unstubAllEnvs()
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

const signal = new AbortController().signal

function fetch(root: string, request: Partial<HttpRequest> & { readonly url: string }, authorization?: string) {
  return fetchHttp(
    { filename: 'f', ...request },
    { root, signal, ...(authorization === undefined ? {} : { authorization }) },
  )
}

const modified = 'Wed, 21 Oct 2015 07:28:00 GMT'

describe('a download', () => {
  it('is a file 0600 with the time the server names, in a directory of its own', async () => {
    const { url } = await serve((_, response) => response.setHeader('last-modified', modified).end('remote\n'))
    const { path, identity } = await fetch(temporaryDirectory(), { url: `${url}/pub/file.txt`, filename: 'file.txt' })
    expect(readdirSync(path)).toEqual(['file.txt'])
    expect(readFileSync(join(path, 'file.txt'), 'utf8')).toBe('remote\n')
    expect(statSync(join(path, 'file.txt'))).toMatchObject({ mtimeMs: Date.parse(modified) })
    expect(statSync(join(path, 'file.txt')).mode & 0o7777).toBe(0o600)
    expect(identity).toBe(digestOf('remote\n'))
  })

  it('has the time of the epoch where the server names none', async () => {
    const { url } = await serve((_, response) => response.end('x'))
    const { path } = await fetch(temporaryDirectory(), { url })
    expect(statSync(join(path, 'f')).mtimeMs).toBe(0)
  })

  it('is not fetched again while the server says that it is the same', async () => {
    let content = 'one'
    const { url, requests } = await serve((request, response) => {
      const etag = `"${content}"`
      if (request.headers['if-none-match'] === etag) response.writeHead(304).end()
      else response.setHeader('etag', etag).end(content)
    })
    const root = temporaryDirectory()
    const first = await fetch(root, { url })
    expect(await fetch(root, { url })).toEqual(first)
    content = 'two'
    expect((await fetch(root, { url })).identity).toBe(digestOf('two'))
    expect(requests.map((request) => request.headers['if-none-match'])).toEqual([undefined, '"one"', '"one"'])
  })

  it('is revalidated by its time where there is no tag', async () => {
    const { url, requests } = await serve((request, response) => {
      if (request.headers['if-modified-since'] === modified) response.writeHead(304).end()
      else response.setHeader('last-modified', modified).end('x')
    })
    const root = temporaryDirectory()
    await fetch(root, { url })
    await fetch(root, { url })
    expect(requests).toHaveLength(2)
  })

  it('needs no request when the checksum is known', async () => {
    const { url, requests } = await serve((_, response) => response.end('x'))
    const root = temporaryDirectory()
    const checksum = digestOf('x')
    await fetch(root, { url, checksum })
    await fetch(root, { url, checksum, filename: 'other' })
    expect(requests).toHaveLength(1)
  })

  it('of other content than the checksum fails', async () => {
    const { url } = await serve((_, response) => response.end('x'))
    await expect(fetch(temporaryDirectory(), { url, checksum: digestOf('y') })).rejects.toMatchObject({
      code: 'checksum-mismatch',
    })
  })

  it('follows redirects and keeps credentials from other hosts', async () => {
    const other = await serve((_, response) => response.end('there'))
    const { url, requests } = await serve((request, response) => {
      const location = request.url === '/a' ? '/b' : `${other.url}/c`
      response.writeHead(302, { location }).end()
    })
    expect((await fetch(temporaryDirectory(), { url: `${url}/a` }, 'Bearer t')).identity).toBe(digestOf('there'))
    expect(requests.map((request) => request.headers.authorization)).toEqual(['Bearer t', 'Bearer t'])
    expect(other.requests[0]?.headers.authorization).toBeUndefined()
  })

  it('ends a circle of redirects', async () => {
    const { url } = await serve((_, response) => response.writeHead(302, { location: '/' }).end())
    await expect(fetch(temporaryDirectory(), { url })).rejects.toMatchObject({
      message: expect.stringContaining('more than 10 redirects'),
    })
  })

  it('sends the credentials of the URL and never shows them', async () => {
    const { url, requests } = await serve((_, response) => response.writeHead(403).end())
    const secret = url.replace('http://', 'http://me:s3cret@')
    await expect(fetch(temporaryDirectory(), { url: secret })).rejects.toMatchObject({
      code: 'download-failed',
      message: `${url.replace('http://', 'http://xxxxx@')}: the server answered 403`,
    })
    expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:s3cret').toString('base64')}`)
  })

  it('is stored as sent, not decompressed', async () => {
    const { url } = await serve((_, response) => response.setHeader('content-encoding', 'gzip').end('not really gzip'))
    expect((await fetch(temporaryDirectory(), { url })).identity).toBe(digestOf('not really gzip'))
  })

  it('is tried again when the server is busy', async () => {
    let busy = 1
    const { url, requests } = await serve((_, response) =>
      busy-- > 0 ? response.writeHead(503).end() : response.end('x'),
    )
    await fetch(temporaryDirectory(), { url })
    expect(requests).toHaveLength(2)
  })

  it('that breaks off or finds nobody fails and leaves nothing behind', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('part')
      setTimeout(() => response.destroy(), 20)
    })
    const root = temporaryDirectory()
    await expect(fetch(root, { url })).rejects.toMatchObject({ code: 'download-failed' })
    expect(readdirSync(join(root, 'files'))).toEqual([])
    await expect(fetch(root, { url: 'http://127.0.0.1:1/' })).rejects.toMatchObject({ code: 'download-failed' })
    await expect(fetch(root, { url: 'ftp://host/f' })).rejects.toMatchObject({ code: 'download-failed' })
  })
})
