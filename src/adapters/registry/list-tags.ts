import { decodeObject, type Reference } from '../../oci/index.ts'
import { nextPage } from './next-page.ts'
import type { RegistryHost } from './registry-host.ts'
import type { Session } from './session.ts'

export interface TagsRequest {
  readonly reference: Reference
  readonly host: RegistryHost
  readonly retries?: number
  readonly signal?: AbortSignal | undefined
}

/** Large repositories have ten thousands of tags; an answer of this size has more than anybody reads. */
const pageLimit = 8 << 20
const pagesLimit = 1000

/**
 * The tags of a repository, as the registry sorts them (distribution spec v1.1, content discovery). One page of them where
 * `pages` is 1. Rejects as the other questions do.
 */
export async function listTags(session: Session, request: TagsRequest, pages = pagesLimit): Promise<readonly string[]> {
  const { registry, repository } = request.reference
  const tags: string[] = []
  let to: string | URL | undefined = `/${repository}/tags/list`
  for (let page = 0; page < pages && to !== undefined; page += 1) {
    const { answer, bytes } = await session.read(
      {
        method: 'GET',
        host: request.host,
        to,
        headers: {},
        registry,
        repository,
        scope: [`repository:${repository}:pull`],
        what: `${registry}/${repository}`,
        signal: request.signal,
        ...(request.retries === undefined ? {} : { retries: request.retries }),
      },
      pageLimit,
    )
    tags.push(...tagsIn(bytes, registry))
    to = nextPage(answer.header('link'), answer.url)
  }
  return tags
}

function tagsIn(bytes: Uint8Array, registry: string): readonly string[] {
  const { tags } = decodeObject(bytes, { code: 'registry-bad-answer', what: `the list of tags of ${registry}` })
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : []
}
