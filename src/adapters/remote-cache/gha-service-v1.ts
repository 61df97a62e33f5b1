import {
  entryVersion,
  type EntryContent,
  type GhaEntries,
  ghaFailure,
  type GhaOptions,
  jsonHeaders,
  readJson,
  sendToGha,
} from './gha-entries.ts'
import { type Wire, type WireAnswer, type WireRequest } from './http-wire.ts'
import { sendInParts } from './send-in-parts.ts'

const chunkSize = 8 << 20

/** The first version of GitHub's cache service, which own servers of GitHub and caches that people run still speak. */
export function restEntries(wire: Wire, { url, token }: GhaOptions): GhaEntries {
  const accept = 'application/json;api-version=6.0-preview.1'
  const ask = (path: string, request: Omit<WireRequest, 'url'>): Promise<WireAnswer> =>
    sendToGha(wire, {
      ...request,
      url: new URL(`_apis/artifactcache/${path}`, url),
      headers: { authorization: `Bearer ${token}`, accept, ...request.headers },
    })
  const post = (path: string, params: object, signal: AbortSignal): Promise<WireAnswer> => {
    const body = JSON.stringify(params)
    return ask(path, { method: 'POST', headers: { ...jsonHeaders(token, body), accept }, body: () => body, signal })
  }
  return {
    async find(key, { isPrefix, signal }) {
      const query = new URLSearchParams({ keys: key, version: entryVersion })
      const answer = await ask(`cache?${query}`, { method: 'GET', headers: {}, signal })
      if (answer.status !== 200 && answer.status !== 204) throw await ghaFailure(answer, 'look for an entry')
      const { cacheKey = '', archiveLocation = '' } = await readJson<{ cacheKey: string; archiveLocation: string }>(
        answer,
      )
      const fits = isPrefix ? cacheKey.startsWith(key) : cacheKey === key
      return fits && URL.canParse(archiveLocation) ? { key: cacheKey, url: new URL(archiveLocation) } : undefined
    },
    async reserve(key, signal) {
      const answer = await post('caches', { key, version: entryVersion }, signal)
      if (answer.status === 409) {
        answer.discard()
        return undefined
      }
      if (answer.status !== 200 && answer.status !== 201) throw await ghaFailure(answer, 'make an entry')
      const { cacheId } = await readJson<{ cacheId: number }>(answer)
      return {
        send: (content, sending) => sendChunks(ask, content, { path: `caches/${cacheId}`, signal: sending }),
        async commit(size, committing) {
          const done = await post(`caches/${cacheId}`, { size }, committing)
          if (done.status !== 200 && done.status !== 204) throw await ghaFailure(done, 'make an entry')
          done.discard()
        },
      }
    },
  }
}

async function sendChunks(
  ask: (path: string, request: Omit<WireRequest, 'url'>) => Promise<WireAnswer>,
  { open }: EntryContent,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<void> {
  const sendOne = async (bytes: Uint8Array, start: number, ending: AbortSignal): Promise<void> => {
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
      'content-range': `bytes ${start}-${start + bytes.length - 1}/*`,
    }
    const answer = await ask(path, { method: 'PATCH', headers, body: () => bytes, signal: ending })
    if (answer.status !== 200 && answer.status !== 204) throw await ghaFailure(answer, 'write an entry')
    answer.discard()
  }
  await sendInParts(open(), ({ bytes, start }, ending) => sendOne(bytes, start, ending), { size: chunkSize, signal })
}
