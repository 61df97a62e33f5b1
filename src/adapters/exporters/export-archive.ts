import type { LayerBlobs } from './compress-layer.ts'
import { type Descriptor, decodeIndex, goJson } from '../../oci/index.ts'
import { indexEntries, indexJson, layoutFiles, type LayoutFile } from './layout-files.ts'
import { parseOutputSpec } from './output-spec.ts'
import { type ExportImage, prepareExport } from './prepare-image.ts'
import { tarOf, writeFileOutput, writeStreamOutput } from './write-output.ts'

/** An image, one per platform, and the names it has in the archive. */
export interface ExportGroup {
  readonly images: readonly ExportImage[]
  readonly names: readonly string[]
}

export interface ArchiveExport {
  readonly kind: 'docker' | 'oci'
  /** Absent: `stdout`. */
  readonly dest?: string
  readonly blobs: LayerBlobs
  readonly stdout: NodeJS.WritableStream
}

/** Writes several images as one archive of `docker save`, or one OCI archive; what they share is in it once. */
export async function exportArchive(groups: readonly ExportGroup[], how: ArchiveExport): Promise<void> {
  const spec = parseOutputSpec(`type=${how.kind}`)
  if (!('image' in spec)) return
  const merged = new Map<string, LayoutFile>()
  for (const { images, names } of groups) {
    const family = how.kind === 'oci' ? 'oci' : 'docker'
    const prepared = await prepareExport(images, { options: spec.image, family, blobs: how.blobs })
    for (const file of layoutFiles(prepared, { names, docker: how.kind === 'docker' })) {
      const known = merged.get(file.path)
      merged.set(file.path, known === undefined ? file : await joined(known, file))
    }
  }
  const files = [...merged.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  if (how.dest === undefined) await writeStreamOutput(how.stdout, tarOf(files))
  else await writeFileOutput(how.dest, tarOf(files))
}

/** Lists of images grow; everything else is named by its content. */
async function joined(known: LayoutFile, file: LayoutFile): Promise<LayoutFile> {
  if (file.path === 'index.json') {
    const entries = [...(await indexOf(known)), ...(await indexOf(file))]
    return textFile(file, indexJson(entries.flatMap((entry) => indexEntries(entry, [], undefined))))
  }
  if (file.path === 'manifest.json') {
    const entries = [...(await listOf(known)), ...(await listOf(file))]
    return textFile(file, goJson(entries))
  }
  return known
}

async function indexOf(file: LayoutFile): Promise<readonly Descriptor[]> {
  return decodeIndex(await content(file), { code: 'bad-archive', what: file.path }).manifests
}

async function listOf(file: LayoutFile): Promise<readonly unknown[]> {
  return JSON.parse(Buffer.from(await content(file)).toString('utf8')) as readonly unknown[]
}

async function content(file: LayoutFile): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file.open()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function textFile(file: LayoutFile, text: string): LayoutFile {
  const bytes = Buffer.from(text)
  return {
    ...file,
    size: bytes.length,
    open: async function* () {
      yield bytes
    },
  }
}
