import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Descriptor, goJson, mediaTypes, parseReference } from '../../oci/index.ts'
import type { Blobs } from './blobs.ts'
import type { ImageRecord } from './image-record.ts'
import { replaceFile, type Scratch } from './store-files.ts'

interface Places {
  readonly root: string
  readonly blobs: Blobs
  readonly scratch: Scratch
}

/**
 * Writes the `index.json` that makes the store an OCI layout for skopeo and others: every named image whose blobs are all
 * there. Other processes may write it too, so the list is read again until what was written is what is there.
 */
export async function refreshLayoutIndex(
  places: Places,
  list: () => Promise<readonly (ImageRecord & { readonly names: readonly string[] })[]>,
): Promise<void> {
  const path = join(places.root, 'index.json')
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const manifests = (await list()).flatMap((image) =>
      image.manifest === undefined ? [] : entriesOf(image, image.manifest),
    )
    const text = goJson({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests })
    if ((await readFile(path, 'utf8').catch(() => '')) === text) return
    await replaceFile(path, text, places.scratch)
  }
}

function entriesOf(
  image: ImageRecord & { readonly names: readonly string[] },
  manifest: Descriptor,
): readonly object[] {
  const { os, architecture, variant } = image.platform
  return image.names.map((name) => {
    const reference = parseReference(name)
    const tag = 'error' in reference ? undefined : reference.tag
    return {
      mediaType: manifest.mediaType,
      digest: manifest.digest,
      size: manifest.size,
      annotations: {
        'io.containerd.image.name': name,
        // Skopeo selects by this one; tags alone would not be unique in a store of many names.
        'org.opencontainers.image.ref.name': tag === undefined ? name : name.replace(/^docker\.io\/(library\/)?/, ''),
      },
      platform: { architecture, os, variant },
    }
  })
}
