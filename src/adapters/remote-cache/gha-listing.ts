import type { GhaListing } from './gha-entries.ts'
import { readText, sendPersistently, type Wire } from './http-wire.ts'

const perPage = 100
/** A repository with 10 GB of small entries; beyond it blobs are asked for one by one. */
const mostPages = 100

/**
 * The keys that begin with a prefix and belong to entries that the job can read, by GitHub's API
 * (https://docs.github.com/rest/actions/cache). Undefined when the API does not answer: the keys only save questions.
 */
export async function listKeys(
  wire: Wire,
  listing: GhaListing,
  { prefix, signal }: { readonly prefix: string; readonly signal: AbortSignal },
): Promise<ReadonlySet<string> | undefined> {
  const keys = new Set<string>()
  try {
    for (let page = 1; page <= mostPages; page += 1) {
      const entries = await readPage(wire, listing, { prefix, page, signal })
      // An entry of another branch is there and cannot be read.
      for (const { key, ref } of entries)
        if (key !== undefined && (listing.refs?.includes(ref ?? '') ?? true)) keys.add(key)
      if (entries.length < perPage) return keys
    }
  } catch {
    // Then blobs are asked for one by one.
    signal.throwIfAborted()
  }
  return undefined
}

interface ListedEntry {
  readonly key?: string
  readonly ref?: string
}

async function readPage(
  wire: Wire,
  { api, repository, token }: GhaListing,
  { prefix, page, signal }: { readonly prefix: string; readonly page: number; readonly signal: AbortSignal },
): Promise<readonly ListedEntry[]> {
  const url = new URL(`repos/${repository}/actions/caches`, api)
  url.search = new URLSearchParams({ key: prefix, per_page: String(perPage), page: String(page) }).toString()
  const headers = {
    'user-agent': 'slipway',
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'x-github-api-version': '2022-11-28',
  }
  const answer = await sendPersistently(wire, { method: 'GET', url, headers, signal }, { attempts: 2, pause: 1000 })
  if (answer.status === 200) return entriesIn(await readText(answer, 4 << 20))
  answer.discard()
  throw new Error(`HTTP ${answer.status}`)
}

function entriesIn(text: string): readonly ListedEntry[] {
  return (JSON.parse(text) as { actions_caches?: readonly ListedEntry[] }).actions_caches ?? []
}
