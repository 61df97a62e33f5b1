import { SlipwayError } from '../../core/index.ts'
import { uploadBlockBlob } from './block-blob.ts'
import {
  entryVersion,
  type FoundEntry,
  type GhaEntries,
  ghaFailure,
  type GhaOptions,
  jsonHeaders,
  readJson,
  sendToGha,
} from './gha-entries.ts'
import { shown, type Wire } from './http-wire.ts'

interface Answer {
  readonly ok?: boolean
  readonly message?: string
  readonly signed_upload_url?: string
  readonly signed_download_url?: string
  readonly matched_key?: string
}

/** The second version of GitHub's cache service: JSON to Twirp methods, content to and from a signed URL of Azure's storage. */
export function twirpEntries(wire: Wire, { url, token }: GhaOptions): GhaEntries {
  const call = async (
    method: string,
    params: object,
    { doing, signal }: { readonly doing: string; readonly signal: AbortSignal },
  ): Promise<Answer | 'taken'> => {
    const body = JSON.stringify({ ...params, version: entryVersion })
    const answer = await sendToGha(wire, {
      method: 'POST',
      url: new URL(`twirp/github.actions.results.api.v1.CacheService/${method}`, url),
      headers: jsonHeaders(token, body),
      body: () => body,
      signal,
    })
    if (answer.status === 200) return readJson<Answer>(answer)
    if (answer.status === 409) {
      answer.discard()
      return 'taken'
    }
    throw await ghaFailure(answer, doing)
  }
  return {
    async find(key, { isPrefix, signal }) {
      const params = { key, restore_keys: isPrefix ? [key] : [] }
      const found = await call('GetCacheEntryDownloadURL', params, { doing: 'look for an entry', signal })
      return found === 'taken' ? undefined : foundEntry(found, { key, isPrefix })
    },
    async reserve(key, signal) {
      const doing = 'make an entry'
      const made = await call('CreateCacheEntry', { key }, { doing, signal })
      if (made === 'taken') return undefined
      const address = made.signed_upload_url
      if (made.ok !== true || address === undefined) {
        if (made.message?.includes('already exists') === true) return undefined
        throw refused(doing, made.message)
      }
      return {
        send: (content, sending) => uploadBlockBlob(wire, content, { url: new URL(address), signal: sending }),
        async commit(size, committing) {
          const params = { key, size_bytes: String(size) }
          const done = await call('FinalizeCacheEntryUpload', params, { doing, signal: committing })
          if (done !== 'taken' && done.ok !== true) throw refused(doing, done.message)
        },
      }
    },
  }
}

function foundEntry(answer: Answer, wanted: { key: string; isPrefix: boolean }): FoundEntry | undefined {
  const { ok, signed_download_url: address, matched_key: key = '' } = answer
  const fits = wanted.isPrefix ? key.startsWith(wanted.key) : key === wanted.key
  return ok === true && fits && address !== undefined && URL.canParse(address)
    ? { key, url: new URL(address) }
    : undefined
}

function refused(doing: string, message = 'it is not taken'): SlipwayError {
  return new SlipwayError('cache-unavailable', `cannot ${doing} in the cache of GitHub Actions: ${shown(message)}`)
}
