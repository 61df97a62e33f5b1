import { join } from 'node:path'
import { type Digest, hexOf, parseDigest } from '../../core/index.ts'
import { decodeDescriptor, type Descriptor } from '../../oci/index.ts'
import type { Blobs } from './blobs.ts'
import { readRecord, replaceFile, type Scratch } from './store-files.ts'

/**
 * What refers to a manifest as its subject, as a registry lists it. The manifest itself need not be in the store: it is made
 * anew, to the byte, whenever somebody wants the image.
 */
export interface Referrers {
  /** Those whose own manifests are blobs of the store. */
  list(subject: Digest): Promise<readonly Descriptor[]>
  /** Takes the place of those of the same artifact type. They go with the image, where the store has no record of the manifest. */
  put(subject: Digest, referrer: Descriptor, image?: Digest): Promise<void>
}

const from = { code: 'store-unusable', what: 'a record of referrers' } as const

export function openReferrers(
  root: string,
  blobs: Blobs,
  { scratch, hold }: { readonly scratch: Scratch; readonly hold: (path: string) => void },
): Referrers {
  const path = (subject: Digest): string => {
    const file = `blobs/referrers/${hexOf(subject)}.json`
    hold(file)
    return join(root, file)
  }
  const read = async (subject: Digest): Promise<readonly KeptReferrer[]> =>
    (await readRecord(path(subject), (value) => (Array.isArray(value) ? value.map(decodeKept) : undefined))) ?? []
  return {
    async list(subject) {
      const known = (await read(subject)).map(({ descriptor }) => descriptor)
      const present = await Promise.all(known.map(({ digest }) => blobs.has(digest)))
      return known.filter((_, index) => present[index] === true)
    },
    async put(subject, referrer, image) {
      const { artifactType } = referrer
      const others = (await read(subject)).filter(({ descriptor }) => descriptor.artifactType !== artifactType)
      const all = [...others, { descriptor: referrer, image }].map((one) => ({ ...one.descriptor, image: one.image }))
      await replaceFile(path(subject), JSON.stringify(all), scratch)
    },
  }
}

interface KeptReferrer {
  readonly descriptor: Descriptor
  readonly image: Digest | undefined
}

function decodeKept(value: unknown): KeptReferrer {
  const { image = '' } = (value ?? {}) as { readonly image?: unknown }
  return { descriptor: decodeDescriptor(value, from), image: parseDigest(String(image)) }
}
