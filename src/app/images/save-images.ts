import path from 'node:path'
import type { ListedImage } from '../../adapters/blob-store/index.ts'
import { exportArchive, type ExportGroup } from '../../adapters/exporters/index.ts'
import { familiarName, parseReference, type Platform, withDefaultTag } from '../../oci/index.ts'
import type { Session } from '../session.ts'
import { chosenImage } from './chosen-image.ts'
import { exportableImage } from './exportable.ts'

export interface Save {
  readonly format: 'docker' | 'oci'
  /** Absent: the image of this machine's platform for `docker`, all platforms of the name for `oci`. */
  readonly platform?: Platform
  /** A file; absent: standard output. */
  readonly dest?: string
  readonly cwd: string
  readonly stdout: NodeJS.WritableStream
  readonly signal: AbortSignal
}

/** Writes images into one archive, those with several of the names once. What was asked for by id has no name there. */
export async function saveImages(session: Session, texts: readonly string[], how: Save): Promise<void> {
  const groups = new Map<string, { readonly images: readonly ListedImage[]; readonly names: string[] }>()
  for (const text of texts) {
    const images = await wantedImages(session, text, how)
    const key = images.map((image) => image.id).join(' ')
    const group = groups.get(key) ?? { images, names: [] }
    groups.set(key, group)
    const name = nameOf(text, images)
    if (name !== undefined && !group.names.includes(name)) group.names.push(name)
  }
  const exportable: ExportGroup[] = []
  for (const { images, names } of groups.values()) {
    exportable.push({
      names,
      images: await Promise.all(images.map((image) => exportableImage(session, image, how.signal))),
    })
  }
  await exportArchive(exportable, {
    kind: how.format,
    ...(how.dest === undefined ? {} : { dest: path.resolve(how.cwd, how.dest) }),
    blobs: session.store,
    stdout: how.stdout,
  })
}

async function wantedImages(
  session: Session,
  text: string,
  { format, platform }: Save,
): Promise<readonly ListedImage[]> {
  if (format === 'oci' && platform === undefined) return session.store.images.resolveAll(text)
  return [await chosenImage(session, text, platform)]
}

/** The familiar form of what was asked for, unless that was an id or a prefix of one. */
function nameOf(text: string, images: readonly ListedImage[]): string | undefined {
  const reference = parseReference(text)
  if ('error' in reference) return undefined
  const full = withDefaultTag(reference)
  const key = `${full.registry}/${full.repository}${full.tag === undefined ? '' : `:${full.tag}`}`
  return images.some((image) => image.names.includes(key)) ? familiarName(full) : undefined
}
