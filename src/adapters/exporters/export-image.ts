import type { Digest } from '../../core/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { decodeImageConfig, type Descriptor } from '../../oci/index.ts'
import { layoutFiles } from './layout-files.ts'
import type { LayerBlobs } from './compress-layer.ts'
import type { FileOutput } from './output-spec.ts'
import { type ExportImage, type PreparedArtifact, type PreparedExport, prepareExport } from './prepare-image.ts'
import { withArtifacts } from './with-artifacts.ts'
import { tarOf, writeFileOutput, writeLayoutDirectory, writeStreamOutput } from './write-output.ts'

export interface FileExport {
  readonly output: FileOutput
  /** Names besides those of the output: `--tag`. */
  readonly names?: readonly string[]
  readonly blobs: LayerBlobs
  readonly stdout: NodeJS.WritableStream
  /** Keeps a single image inside an index. */
  readonly forceIndex?: boolean
  /** Diff ids of layers that whoever reads it has: the archive names them, and does not contain them. */
  readonly held?: ReadonlySet<Digest>
  /** Artifacts about the images, made when their manifests are known. */
  readonly artifacts?: (prepared: PreparedExport) => Promise<readonly PreparedArtifact[]>
}

export interface Exported {
  /** The manifest, or the index of several platforms. */
  readonly descriptor: Descriptor
  /** Image ids, in the order of the images. */
  readonly configs: readonly Digest[]
}

/**
 * Writes images, one per platform, as an OCI archive, an OCI layout directory or an archive that docker and podman load.
 * The bytes depend on the images and the options alone. On an error nothing appears at the destination, `index.json` of a
 * directory stays as it was.
 */
export async function exportToFile(images: readonly ExportImage[], how: FileExport): Promise<Exported> {
  const { output, blobs } = how
  if (output.kind === 'docker' && images.length > 1) {
    throw new SlipwayError('unsupported', 'a docker archive holds one platform', {
      hint: 'choose one with --platform, or use type=oci',
    })
  }
  const plain = await prepareExport(images, {
    options: output.image,
    family: output.kind === 'oci' ? 'oci' : 'docker',
    blobs,
    ...(how.held === undefined ? {} : { held: how.held }),
    ...(how.forceIndex === undefined ? {} : { forceIndex: how.forceIndex && output.kind === 'oci' }),
  })
  const prepared = withArtifacts(plain, (await how.artifacts?.(plain)) ?? [])
  const names = [...new Set([...(how.names ?? []), ...output.image.names])]
  const created = latestTime(images)
  const files = layoutFiles(prepared, {
    names,
    docker: output.kind === 'docker',
    ...(how.held === undefined ? {} : { without: how.held }),
    ...(created === undefined ? {} : { created }),
  })
  const dest = output.dest ?? '-'
  if (!output.tar) await writeLayoutDirectory(dest, files)
  else if (dest === '-') await writeStreamOutput(how.stdout, tarOf(files))
  else await writeFileOutput(dest, tarOf(files))
  return { descriptor: prepared.root, configs: prepared.images.map((image) => image.config.descriptor.digest) }
}

/** Taken from the images and not from a clock, so that the same images give the same archive. To the second, as Go's RFC3339. */
function latestTime(images: readonly ExportImage[]): string | undefined {
  const times = images.map(
    ({ config }) => decodeImageConfig(config, { code: 'bad-archive', what: 'the configuration to export' }).created,
  )
  const known = times
    .filter((time) => time !== undefined && !Number.isNaN(Date.parse(time)))
    .map((time) => Date.parse(time as string))
  return known.length === 0 ? undefined : new Date(Math.max(...known)).toISOString().replace(/\.\d+/, '')
}
