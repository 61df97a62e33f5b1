import type { GhaOptions } from './gha-entries.ts'
import { readText, sendPersistently, type Wire } from './http-wire.ts'

const perPage = 100
/** A repository with 10 GB of small entries; beyond it blobs are asked for one by one. */
const mostPages = 100

/**
 * The keys of a repository that begin with a prefix, by GitHub's API
 * (https://docs.github.com/rest/actions/cache). Undefined where no token was given, and when the API does not answer: the
 * keys only save questions.
 */
export async function listKeys(
  wire: Wire,
  { listing }: GhaOptions,
  { prefix, signal }: { readonly prefix: string; readonly signal: AbortSignal },
): Promise<ReadonlySet<string> | undefined> {
  if (listing === undefined) return undefined
  const keys = new Set<string>()
  for (let page = 1; page <= mostPages; page += 1) {
    const url = new URL(`repos/${listing.repository}/actions/caches`, listing.api)
    url.search = new URLSearchParams({ key: prefix, per_page: String(perPage), page: String(page) }).toString()
    const answer = await sendPersistently(
      wire,
      {
        method: 'GET',
        url,
        headers: {
          'user-agent': 'slipway',
          accept: 'application/vnd.github+json',
          authorization: `Bearer ${listing.token}`,
          'x-github-api-version': '2022-11-28',
        },
        signal,
      },
      { attempts: 2, pause: 1000 },
    ).catch(() => undefined)
    if (answer?.status !== 200) {
      answer?.discard()
      return undefined
    }
    const found = JSON.parse(await readText(answer, 4 << 20)) as { actions_caches?: { key?: string }[] }
    const entries = found.actions_caches ?? []
    for (const { key } of entries) if (key !== undefined) keys.add(key)
    if (entries.length < perPage) return keys
  }
  return undefined
}
