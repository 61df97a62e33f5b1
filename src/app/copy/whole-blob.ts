import type { Descriptor } from '../../oci/index.ts'
import type { CopySource } from './copy-source.ts'

/** A small blob in one piece; rejects as reading it does. */
export async function wholeBlob(source: CopySource, blob: Descriptor): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source.blob(blob)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
