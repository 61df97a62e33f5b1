import type { Check } from '../../attest/index.ts'
import type { ListedImage } from '../../adapters/blob-store/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import { openLayerTars } from '../engine/tar-from-worker.ts'
import type { Session } from '../session.ts'
import { measureBlob } from './measure-blob.ts'
import { reasonOf } from './reading.ts'

/**
 * What the store has of an image beyond what a registry would: configurations and manifests as blobs, and the directories of
 * layers that were built here. Checked first, because the image cannot be put together when they are damaged.
 */
export async function checkStored(
  session: Session,
  images: readonly ListedImage[],
  { remedy, add }: { readonly remedy: string; readonly add: (check: Check) => void },
): Promise<boolean> {
  let isSound = true
  const fail = (check: Omit<Check, 'ok' | 'hint'>): void => {
    isSound = false
    add({ ...check, ok: false, hint: remedy })
  }
  for (const image of images) {
    const place = formatPlatform(image.platform)
    const blobs = [
      { what: 'config', digest: image.id },
      ...(image.manifest === undefined ? [] : [{ what: 'manifest', digest: image.manifest.digest } as const]),
    ] as const
    for (const { what, digest } of blobs) {
      const found = await measured(session.store.read(digest))
      if (found !== digest) fail({ what, place, digest, says: says(found) })
    }
    const tars = openLayerTars(session.layers, session.call, process.getuid?.() !== 0)
    for (const [index, layer] of image.layers.entries()) {
      // An unpacked layer of a registry need not give its bytes back; its blob is read.
      if (layer.blob !== undefined) continue
      const about = { what: 'layer', place: `${place} layer ${index + 1}`, digest: layer.diffId } as const
      const found = await measured(tars.layer(layer))
      if (found !== layer.diffId) fail({ ...about, says: `${says(found)} in ${session.layers.place(layer.id)}` })
    }
  }
  return isSound
}

async function measured(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  try {
    return (await measureBlob(bytes)).digest
  } catch (error) {
    return reasonOf(error)
  }
}

function says(found: string): string {
  return found.startsWith('sha256:') ? `has the content ${found}` : found
}
