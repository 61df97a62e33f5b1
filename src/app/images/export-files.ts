import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ImageRecord } from '../../adapters/blob-store/index.ts'
import { type OutputSpec, writeStreamOutput } from '../../adapters/exporters/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { formatPlatform } from '../../oci/index.ts'
import type { Attester } from '../attest/attach.ts'
import { type AttestationFile, attestationFiles, withFiles } from '../attest/attestation-files.ts'
import { openLayerTars } from '../engine/tar-from-worker.ts'
import type { Session } from '../session.ts'

export interface FilesExport {
  readonly output: OutputSpec & { readonly kind: 'local' | 'tar' }
  readonly cwd: string
  readonly stdout: NodeJS.WritableStream
  readonly signal: AbortSignal
  /** Says what is written beside the files. */
  readonly attester?: Attester
}

/** Writes the files of images, without image: into a directory, one below it per platform where there are several, or as one tar. */
export async function exportFiles(session: Session, images: readonly ImageRecord[], how: FilesExport): Promise<void> {
  for (const { layers } of images) await session.engine.prepare(layers, () => {}, how.signal)
  if (how.output.kind === 'tar') return exportTar(session, images, how)
  const split = how.output.platformSplit ?? images.length > 1
  const dest = path.resolve(how.cwd, how.output.dest)
  for (const [position, image] of images.entries()) {
    const attestations = await filesBeside(session, image, { ...how, position })
    const isMixed = images.length > 1 && !split
    await exportDirectory(session, image, {
      dest: split ? path.join(dest, platformName(image)) : dest,
      mode: how.output.mode,
      signal: how.signal,
      attestations: isMixed ? attestations.map((file) => ofPlatform(file, image)) : attestations,
    })
  }
}

async function filesBeside(
  session: Session,
  { layers }: ImageRecord,
  { attester, position }: Pick<FilesExport, 'attester'> & { readonly position: number },
): Promise<readonly AttestationFile[]> {
  return attester === undefined ? [] : attestationFiles(session, layers, { attester, position })
}

/** `provenance.linux_arm64.json`, as BuildKit names it where platforms share a directory. */
function ofPlatform({ name, bytes }: AttestationFile, image: ImageRecord): AttestationFile {
  const { name: stem, ext } = path.parse(name)
  return { name: `${stem}.${platformName(image)}${ext}`, bytes }
}

async function exportTar(
  session: Session,
  images: readonly ImageRecord[],
  { output, cwd, stdout, signal, attester }: FilesExport,
): Promise<void> {
  const [image, ...others] = images
  if (image === undefined || others.length > 0) {
    throw new SlipwayError('unsupported', 'type=tar writes the files of one platform', {
      hint: 'use type=local or type=oci for several',
    })
  }
  const rootless = process.getuid?.() !== 0
  const files = await filesBeside(session, image, { position: 0, ...(attester === undefined ? {} : { attester }) })
  const tar = withFiles(openLayerTars(session.layers, session.call, rootless).merged(image.layers), files)
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
  readonly attestations: readonly AttestationFile[]
}

/** Built beside its place first, so that a failed export leaves nothing half-written; existing files are replaced. */
async function exportDirectory(
  session: Session,
  image: ImageRecord,
  { dest, mode, signal, attestations }: DirectoryExport,
): Promise<void> {
  mkdirSync(dest, { recursive: true })
  const draft = mkdtempSync(path.join(path.dirname(dest), '.slipway-export-'))
  try {
    await session.call('flatten', { layers: image.layers, destination: draft }, { signal })
    if (mode === 'delete')
      for (const name of readdirSync(dest)) rmSync(path.join(dest, name), { recursive: true, force: true })
    for (const { name, bytes } of attestations) writeFileSync(path.join(draft, name), bytes, { mode: 0o600 })
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
