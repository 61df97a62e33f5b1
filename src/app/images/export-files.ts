import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ImageRecord } from '../../adapters/blob-store/index.ts'
import { type OutputSpec, writeStreamOutput } from '../../adapters/exporters/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import { openLayerTars } from '../engine/tar-from-worker.ts'
import type { Session } from '../session.ts'

export interface FilesExport {
  readonly output: OutputSpec & { readonly kind: 'local' | 'tar' }
  readonly cwd: string
  readonly stdout: NodeJS.WritableStream
  readonly signal: AbortSignal
}

/** Writes the files of images, without image: into a directory, one below it per platform where there are several, or as one tar. */
export async function exportFiles(session: Session, images: readonly ImageRecord[], how: FilesExport): Promise<void> {
  for (const { layers } of images) await session.engine.prepare(layers, () => {}, how.signal)
  if (how.output.kind === 'tar') return exportTar(session, images, how)
  const split = how.output.platformSplit ?? images.length > 1
  const dest = path.resolve(how.cwd, how.output.dest)
  for (const image of images) {
    await exportDirectory(session, image, {
      dest: split ? path.join(dest, platformName(image)) : dest,
      mode: how.output.mode,
      signal: how.signal,
    })
  }
}

async function exportTar(
  session: Session,
  images: readonly ImageRecord[],
  { output, cwd, stdout, signal }: FilesExport,
): Promise<void> {
  const [image, ...others] = images
  if (image === undefined || others.length > 0) {
    throw new SlipwayError('unsupported', 'type=tar writes the files of one platform', {
      hint: 'use type=local or type=oci for several',
    })
  }
  const rootless = process.getuid?.() !== 0
  const tar = openLayerTars(session.layers, session.call, rootless).merged(image.layers)
  if (output.dest === '-') {
    await writeStreamOutput(stdout, tar)
    return
  }
  const dest = path.resolve(cwd, output.dest)
  const draft = `${dest}.${process.pid}.tmp`
  try {
    await pipeline(Readable.from(tar, { objectMode: false }), createWriteStream(draft), { signal })
    renameSync(draft, dest)
  } finally {
    rmSync(draft, { force: true })
  }
}

interface DirectoryExport {
  readonly dest: string
  readonly mode: 'copy' | 'delete'
  readonly signal: AbortSignal
}

/** Built beside its place first, so that a failed export leaves nothing half-written; existing files are replaced. */
async function exportDirectory(
  session: Session,
  image: ImageRecord,
  { dest, mode, signal }: DirectoryExport,
): Promise<void> {
  mkdirSync(dest, { recursive: true })
  const draft = mkdtempSync(path.join(path.dirname(dest), '.slipway-export-'))
  try {
    await session.call('flatten', { layers: image.layers, destination: draft }, { signal })
    if (mode === 'delete')
      for (const name of readdirSync(dest)) rmSync(path.join(dest, name), { recursive: true, force: true })
    mergeInto(draft, dest)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Moves everything below `from` into `to`; directories merge, everything else is replaced. */
function mergeInto(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name)
    const target = path.join(to, entry.name)
    const existing = readdirSync(to, { withFileTypes: true }).find((other) => other.name === entry.name)
    if (entry.isDirectory() && existing?.isDirectory() === true) {
      mergeInto(source, target)
      continue
    }
    if (existing !== undefined) rmSync(target, { recursive: true, force: true })
    renameSync(source, target)
  }
}

function platformName({ platform }: ImageRecord): string {
  return formatPlatform(platform).replaceAll('/', '_')
}
