import path from 'node:path'
import { openImageSource, type ImportedImage } from '../../adapters/exporters/index.ts'
import type { Digest } from '../../core/index.ts'
import { familiarName, normalizedKey, parseReference } from '../../oci/index.ts'
import { internalStep } from '../build/internal-step.ts'
import type { Session } from '../session.ts'
import { storeLayers } from './import-layout.ts'

export interface Load {
  /** A file or directory; absent: `stdin`. */
  readonly file?: string
  readonly cwd: string
  readonly stdin: AsyncIterable<Uint8Array>
  readonly signal: AbortSignal
}

/** What came in, under one name, or without. */
export interface LoadedImage {
  /** As docker writes it. */
  readonly name?: string
  /** One per platform. */
  readonly ids: readonly Digest[]
}

/**
 * Takes all images of an archive (of `docker save`, old or new, or an OCI layout) into the store and unpacks them, which
 * checks every layer. Names appear when everything is there. Rejects with `bad-archive` for anything else.
 */
export async function loadImages(
  session: Session,
  { file, cwd, stdin, signal }: Load,
): Promise<readonly LoadedImage[]> {
  const source = await openImageSource(file === undefined ? stdin : path.resolve(cwd, file), {
    scratch: session.scratch('load'),
  })
  try {
    const names = new Map<string, Digest[]>()
    const unnamed: Digest[] = []
    for (const image of source.images) {
      const id = await loadImage(session, image, signal)
      const keys = image.names.map(keyOf).filter((key) => key !== undefined)
      if (keys.length === 0) unnamed.push(id)
      for (const key of keys) names.set(key, [...(names.get(key) ?? []), id])
    }
    for (const [name, ids] of names) await session.store.images.setName(name, ids)
    return [
      ...[...names].map(([name, ids]) => ({ name: familiarOf(name), ids })),
      ...unnamed.map((id) => ({ ids: [id] })),
    ]
  } finally {
    await source.close()
  }
}

function loadImage(session: Session, image: ImportedImage, signal: AbortSignal): Promise<Digest> {
  const label = image.names[0] ?? image.config.digest
  return internalStep(session, `loading ${label}`, async (progress) => {
    const layers = await storeLayers(session, image)
    await session.engine.prepare(layers, progress, signal)
    const { id } = await session.store.images.put({
      config: image.config.bytes,
      platform: image.platform,
      layers,
      origins: image.config.value.history.map(() => null),
      ...(image.manifest === undefined
        ? {}
        : { manifest: { mediaType: image.manifest.descriptor.mediaType, bytes: image.manifest.bytes } }),
    })
    return id
  })
}

/** OCI layouts may name images by a tag alone, which says nothing about what the image is called. */
function keyOf(name: string): string | undefined {
  if (!/[/:@]/.test(name)) return undefined
  const reference = parseReference(name)
  return 'error' in reference ? undefined : normalizedKey(reference)
}

function familiarOf(name: string): string {
  const reference = parseReference(name)
  return 'error' in reference ? name : familiarName(reference)
}
