import { encodeStatement, type Subject } from '../../attest/index.ts'
import { encodeTarHeader, endOfArchive, tarPadding } from '../../archive/index.ts'
import { hexOf, SlipwayError } from '../../core/index.ts'
import { treeNodes, type TreeView } from '../../fileset/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { Session } from '../session.ts'
import type { Attester } from './attach.ts'

export interface AttestationFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * The statements about the files of an image, for an export that has no image: their subjects are the files themselves, as
 * BuildKit writes them. The layers have to be unpacked.
 */
export async function attestationFiles(
  { layers: store }: Session,
  layers: readonly LayerRef[],
  { attester, position }: { readonly attester: Attester; readonly position: number },
): Promise<readonly AttestationFile[]> {
  const predicates = (await attester.predicates(position, undefined)).map((predicate) => ({
    predicate,
    name: attester.filename(predicate.type),
  }))
  if (predicates.every(({ name }) => name === undefined)) return []
  const subjects = [...fileSubjects(store.view(layers))]
  return predicates.flatMap(({ predicate, name }) =>
    name === undefined ? [] : [{ name, bytes: encodeStatement(predicate, subjects) }],
  )
}

function* fileSubjects(view: TreeView): Generator<Subject, void, undefined> {
  for (const [name, { kind, digest }] of treeNodes(view))
    if (kind === 'file' && digest !== undefined) yield { name, digest: { sha256: hexOf(digest) } }
}

/** A tar with files behind its members. Rejects when the tar does not end as this program ends them. */
export async function* withFiles(
  tar: AsyncIterable<Uint8Array>,
  files: readonly AttestationFile[],
): AsyncGenerator<Uint8Array, void, undefined> {
  let held = Buffer.alloc(0)
  for await (const chunk of tar) {
    const all = Buffer.concat([held, chunk])
    const free = Math.max(all.length - endOfArchive.length, 0)
    held = all.subarray(free)
    if (free > 0) yield all.subarray(0, free)
  }
  if (!held.equals(endOfArchive)) throw new SlipwayError('internal', 'the tar of the files has another end')
  for (const { name, bytes } of files) {
    yield encodeTarHeader({ path: name, kind: 'file', mode: 0o600, uid: 0, gid: 0, size: bytes.length, mtime: 0n })
    yield bytes
    yield new Uint8Array(tarPadding(bytes.length))
  }
  yield endOfArchive
}
