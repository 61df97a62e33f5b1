import { type Digest, digestOf, hexOf, SlipwayError } from '../../core/index.ts'
import { decodeIndex, type Descriptor } from '../../oci/index.ts'
import { type Members, type MembersOptions, openMembers, readMember } from './archive-members.ts'
import { checked } from './imported-image.ts'

/** An OCI layout as it is written: entries, documents and blobs, whatever they mean. */
export interface LayoutSource {
  /** Of `index.json`, in its order. */
  readonly entries: readonly Descriptor[]
  /** A manifest or an index, checked. Rejects with `bad-archive`. */
  document(descriptor: Descriptor): Promise<Uint8Array>
  /** The bytes of a blob; rejects at their end when they are others than the descriptor says. */
  blob(descriptor: Descriptor): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

/** Opens an OCI layout, a directory or a tar archive. Rejects with `bad-archive` for anything else. */
export async function openLayout(source: string, options: MembersOptions): Promise<LayoutSource> {
  const members = await openMembers(source, options)
  try {
    if ((await members.size('index.json')) === undefined)
      throw new SlipwayError('bad-archive', `${source} is no OCI layout: it has no index.json`)
    const { manifests } = decodeIndex(await readMember(members, 'index.json'), {
      code: 'bad-archive',
      what: `index.json of ${source}`,
    })
    return {
      entries: manifests,
      document: (descriptor) => readDocument(members, descriptor),
      blob: (descriptor) => readBlob(members, descriptor),
      close: () => members.close(),
    }
  } catch (error) {
    await members.close()
    throw error
  }
}

async function readDocument(members: Members, { digest }: Descriptor): Promise<Uint8Array> {
  const bytes = await readMember(members, pathOf(digest))
  if (digestOf(bytes) === digest) return bytes
  throw new SlipwayError('bad-archive', `blob ${digest} has the content ${digestOf(bytes)}`)
}

async function* readBlob(members: Members, descriptor: Descriptor): AsyncGenerator<Uint8Array, void, undefined> {
  const { digest, size } = descriptor
  const found = await members.size(pathOf(digest))
  if (found !== undefined && found !== size)
    throw new SlipwayError('bad-archive', `blob ${digest} has ${found} bytes instead of ${size}`)
  yield* checked(members.read(pathOf(digest)), digest, `blob ${digest}`)
}

function pathOf(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`
}
