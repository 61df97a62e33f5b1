import { type EntryContent, ghaFailure, sendToGha } from './gha-entries.ts'
import type { Wire } from './http-wire.ts'
import { sendInParts } from './send-in-parts.ts'

/** Larger ones go in blocks, so that a lost connection costs no more than one of them. */
const blockSize = 8 << 20
/** Azure's: https://learn.microsoft.com/rest/api/storageservices/put-block-list */
const mostBlocks = 50_000
const api = { 'x-ms-version': '2021-12-02' }

/** Writes a block blob of Azure's storage whose signed URL allows it. */
export async function uploadBlockBlob(
  wire: Wire,
  { open, size }: EntryContent,
  { url, signal }: { readonly url: URL; readonly signal: AbortSignal },
): Promise<void> {
  const put = async (query: Readonly<Record<string, string>>, body: PutBody, ending: AbortSignal): Promise<void> => {
    const target = new URL(url)
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value)
    const headers = { ...api, 'content-length': String(body.size), ...body.headers }
    const answer = await sendToGha(wire, { method: 'PUT', url: target, headers, body: body.open, signal: ending })
    if (answer.status !== 201) throw await ghaFailure(answer, 'write an entry')
    answer.discard()
  }
  if (size <= blockSize) return put({}, { open, size, headers: { 'x-ms-blob-type': 'BlockBlob' } }, signal)
  const length = Math.max(blockSize, Math.ceil(size / mostBlocks))
  const names = await sendInParts(
    open(),
    async ({ bytes, number }, ending) => {
      // All names of a blob are equally long, as they must be.
      const name = Buffer.from(String(number).padStart(6, '0')).toString('base64')
      await put({ comp: 'block', blockid: name }, { open: () => bytes, size: bytes.length }, ending)
      return name
    },
    { size: length, signal },
  )
  const list = names.map((name) => `<Latest>${name}</Latest>`).join('')
  const document = Buffer.from(`<?xml version="1.0" encoding="utf-8"?><BlockList>${list}</BlockList>`)
  await put({ comp: 'blocklist' }, { open: () => document, size: document.length }, signal)
}

interface PutBody {
  readonly open: () => AsyncIterable<Uint8Array> | Uint8Array
  readonly size: number
  readonly headers?: Readonly<Record<string, string>>
}
