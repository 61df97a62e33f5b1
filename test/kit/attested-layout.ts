import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { digestOf, type Digest } from '../../src/core/index.ts'
import type { Descriptor, Index } from '../../src/oci/index.ts'

/** An in-toto statement in a layout. */
export interface Statement {
  readonly _type: string
  readonly predicateType: string
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[]
  // biome-ignore lint/suspicious/noExplicitAny: members of many documents are looked at
  readonly predicate: any
}

/** A layout whose one entry is an index, as files: for tests that walk it and for those that damage it. */
export function attestedLayout(directory: string) {
  const file = (digest: Digest): string => path.join(directory, 'blobs/sha256', digest.slice(7))
  const json = <T>(digest: Digest): T => JSON.parse(readFileSync(file(digest), 'utf8')) as T
  const index = JSON.parse(readFileSync(path.join(directory, 'index.json'), 'utf8')) as Index
  const [entry] = index.manifests as [Descriptor]
  const listed = json<Index>(entry.digest).manifests
  const images = listed.filter(({ platform }) => platform?.os !== 'unknown')
  const attestations = listed.filter(({ platform }) => platform?.os === 'unknown')
  const put = (text: string | Uint8Array): Digest => {
    const digest = digestOf(text)
    writeFileSync(file(digest), text)
    return digest
  }
  return { directory, file, json, index, entry, images, attestations, put }
}

export type AttestedLayout = ReturnType<typeof attestedLayout>
