import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import path from 'node:path'
import { decompressed } from '../../adapters/layer-store/index.ts'
import { type Bytes, gzip, readTar, sniffCompression } from '../../archive/index.ts'
import { type Digest, digestFromHex, hexOf, SlipwayError } from '../../core/index.ts'
import { assembleConfig, type Descriptor, mediaTypes, type Platform } from '../../oci/index.ts'
import { internalStep } from '../build/internal-step.ts'
import type { Session } from '../session.ts'
import { changedConfig } from './changed-config.ts'

export interface Import {
  /** A file, or `-` for `stdin`. */
  readonly file: string
  readonly cwd: string
  readonly stdin: AsyncIterable<Uint8Array>
  readonly name?: string
  readonly platform: Platform
  /** Dockerfile instructions. */
  readonly changes: readonly string[]
  /** Absent: docker's `Imported from -`. */
  readonly message?: string
  readonly signal: AbortSignal
}

/**
 * Makes an image of one layer from a tar of a root file system: plain, gzip, zstd, xz or bzip2. The same bytes give the
 * same image: its time is SOURCE_DATE_EPOCH, else the newest modification time in the tar. Rejects with `bad-archive` for
 * what is no tar, and as `changedConfig` does.
 */
export async function importRootfs(session: Session, request: Import): Promise<Digest> {
  const { name, platform, signal } = request
  const config = changedConfig(request.changes, platform)
  return internalStep(session, `importing ${request.file}`, async (progress) => {
    await session.room.make()
    const blob = await storeBlob(session, readInput(request))
    const { diffId, newest } = await scan(session, blob)
    const created = createdTime(session.env['SOURCE_DATE_EPOCH'], newest)
    const { os, architecture, variant } = platform
    const assembled = assembleConfig({
      config: { os, architecture, ...(variant === undefined ? {} : { variant }), config },
      history: [{ created, comment: request.message ?? 'Imported from -' }],
      layers: [{ diffId, created }],
    })
    const layer = { id: hexOf(diffId), diffId, content: diffId, size: 0, blob }
    await session.engine.prepare([layer], progress, signal)
    const { id } = await session.store.images.put({
      config: assembled.bytes,
      platform,
      layers: [layer],
      origins: [null],
    })
    if (name !== undefined) await session.store.images.setName(name, [id])
    return id
  })
}

function readInput({ file, cwd, stdin }: Import): Bytes {
  if (file === '-') return stdin
  const full = path.resolve(cwd, file)
  if (statSync(full, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new SlipwayError('bad-archive', `cannot read ${file}: there is no such file`, {
      hint: 'name a tar of a root file system, or - for standard input',
    })
  }
  return createReadStream(full, { highWaterMark: 1 << 20 })
}

/** The bytes as they are where registries carry them so; xz and bzip2 become gzip. */
async function storeBlob(session: Session, input: Bytes): Promise<Descriptor> {
  const { compression, chunks } = await sniffCompression(input)
  switch (compression) {
    case 'none':
      return { mediaType: mediaTypes.ociLayer, ...(await session.store.write(chunks)) }
    case 'zstd':
      return { mediaType: `${mediaTypes.ociLayer}+zstd`, ...(await session.store.write(chunks)) }
    case 'gzip':
      return { mediaType: `${mediaTypes.ociLayer}+gzip`, ...(await session.store.write(chunks)) }
    default:
      return {
        mediaType: `${mediaTypes.ociLayer}+gzip`,
        ...(await session.store.write(gzip(decompressed(chunks)))),
      }
  }
}

/** Reads the tar once more, to know its digest and its newest time (nanoseconds). */
async function scan(session: Session, blob: Descriptor): Promise<{ readonly diffId: Digest; readonly newest: bigint }> {
  const hash = createHash('sha256')
  async function* hashed(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of decompressed(session.store.read(blob.digest))) {
      hash.update(chunk)
      yield chunk
    }
  }
  let newest = 0n
  let count = 0
  for await (const event of readTar(hashed())) {
    if (event.kind !== 'entry') continue
    count += 1
    if (event.entry.mtime > newest) newest = event.entry.mtime
  }
  if (count === 0) throw new SlipwayError('bad-archive', 'the archive is empty: there is no root file system in it')
  return { diffId: digestFromHex(hash.digest('hex')), newest }
}

function createdTime(epoch: string | undefined, newest: bigint): string {
  const seconds = epoch !== undefined && /^\d+$/.test(epoch) ? Number(epoch) : Number(newest / 1_000_000_000n)
  return new Date(seconds * 1000).toISOString()
}
