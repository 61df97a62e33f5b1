import { digestOf, SlipwayError } from '../../core/index.ts'
import type { Check } from '../../attest/index.ts'
import type { Descriptor } from '../../oci/index.ts'
import type { CopySource } from '../copy/copy-source.ts'
import type { Place } from '../copy/place.ts'
import type { Session } from '../session.ts'

/** A place that is read without trust, and without being changed by what is found there. */
export interface Reading {
  readonly source: CopySource
  /** What to do about damage. */
  readonly remedy: string
  /** A manifest or an index, as it is. */
  document(descriptor: Descriptor): Promise<Uint8Array>
  /** A small blob, as it is. */
  whole(descriptor: Descriptor): Promise<Uint8Array>
  open(descriptor: Descriptor): AsyncIterable<Uint8Array>
  /** Notes what was found. */
  add(check: Check): void
}

/** What people can do about an image that is damaged at a place. */
export function remedyFor(place: Place): string {
  switch (place.kind) {
    case 'registry':
      return 'push the image again; if that does not help, ask whoever runs the registry'
    case 'store':
      return 'build it again with --no-cache, or pull it again'
    default:
      return 'write it again from where it came from'
  }
}

/** Blobs of the store are read as they are: what the store's own ways find damaged, they remove. */
export function rawReading(
  { store }: Session,
  source: CopySource,
  { remedy, add }: Pick<Reading, 'remedy' | 'add'>,
): Reading {
  const isStored = async ({ digest }: Descriptor): Promise<boolean> =>
    source.isStored === true && (await store.has(digest))
  const open = async function* (descriptor: Descriptor): AsyncGenerator<Uint8Array, void, undefined> {
    yield* (await isStored(descriptor)) ? store.read(descriptor.digest) : source.blob(descriptor)
  }
  return {
    source,
    remedy,
    add,
    open,
    whole: (descriptor) => collect(open(descriptor)),
    document: async (descriptor) =>
      (await isStored(descriptor)) ? collect(store.read(descriptor.digest)) : source.document(descriptor),
  }
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

interface Asked extends Pick<Check, 'what' | 'place'> {
  readonly by: 'document' | 'whole'
}

/** The bytes that are what their descriptor says; undefined, with a check that says why, when they are not. */
export async function readChecked(
  reading: Reading,
  descriptor: Descriptor,
  { what, place, by }: Asked,
): Promise<Uint8Array | undefined> {
  const { digest, size } = descriptor
  const fail = (says: string): undefined => {
    reading.add({ what, place, digest, ok: false, says, hint: reading.remedy })
    return undefined
  }
  const bytes = await reading[by](descriptor).catch((error: unknown) => fail(reasonOf(error)))
  if (bytes === undefined) return undefined
  const found = digestOf(bytes)
  if (found !== digest) return fail(`has the content ${found}`)
  return bytes.length === size ? bytes : fail(`has ${bytes.length} bytes, its descriptor says ${size}`)
}

/** Why something cannot be read. What stops the program is thrown on. */
export function reasonOf(error: unknown): string {
  if (error instanceof SlipwayError && error.code !== 'cancelled' && error.code !== 'internal') return error.message
  throw error
}
