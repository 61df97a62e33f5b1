import { randomUUID } from 'node:crypto'
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { encodeTarHeader, endOfArchive, type LayerEntry, tarPadding } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'
import { decodeIndex, type Descriptor } from '../../oci/index.ts'
import { indexEntries, indexJson, type LayoutFile } from './layout-files.ts'

/** The bytes of a tar archive with these files: times 0, owner 0:0, directories first where Go's sort order puts them. */
export async function* tarOf(files: readonly LayoutFile[]): AsyncGenerator<Uint8Array, void, undefined> {
  const directories = new Set(files.flatMap((file) => parentsOf(file.path)))
  const members: { path: string; file?: LayoutFile }[] = [...directories].map((path) => ({ path: `${path}/` }))
  for (const file of files) members.push({ path: file.path, file })
  for (const { path, file } of members.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const kind = file === undefined ? 'dir' : 'file'
    const entry: LayerEntry = {
      path: path.replace(/\/$/, ''),
      kind,
      mode: file?.mode ?? 0o755,
      uid: 0,
      gid: 0,
      size: file?.size ?? 0,
      mtime: 0n,
    }
    yield encodeTarHeader(entry)
    if (file === undefined) continue
    yield* exactly(file)
    yield new Uint8Array(tarPadding(file.size))
  }
  yield endOfArchive
}

/**
 * Writes a file so that it is there whole or not at all: beside its place first, then renamed. A device or a pipe is written
 * directly. Errors name the path: `no-space`, or `bad-option-value` when the place cannot be written.
 */
export async function writeFileOutput(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  if (await isSpecial(path)) return writeInto(path, createWriteStream(path), bytes)
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.partial`)
  try {
    const stream = createWriteStream(draft, { flags: 'wx' })
    await writeInto(path, stream, bytes)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw outputFailure(path, error)
  }
}

/** Writes to a stream that others own (standard output): it is not ended. A reader that goes away is an error. */
export async function writeStreamOutput(
  stream: NodeJS.WritableStream,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  let failure: unknown
  const note = (error: unknown): void => void (failure ??= error)
  stream.on('error', note)
  try {
    for await (const chunk of bytes) {
      if (failure !== undefined) throw failure
      if (!stream.write(chunk)) await drained(stream)
    }
    await new Promise<void>((resolve, reject) =>
      stream.write('', (error) => (error == null ? resolve() : reject(error))),
    )
  } catch (error) {
    throw outputFailure('standard output', error)
  } finally {
    stream.off('error', note)
  }
}

/**
 * Writes an OCI layout into a directory. Blobs come first and `index.json` last, by renames; entries of an `index.json` that
 * is there already stay unless they have one of the new names. After a failure the directory is as it was before.
 */
export async function writeLayoutDirectory(directory: string, files: readonly LayoutFile[]): Promise<void> {
  const placed: string[] = []
  let made: string | undefined
  try {
    made = await mkdir(join(directory, 'blobs/sha256'), { recursive: true })
    for (const file of files.filter(({ path }) => path !== 'index.json'))
      if (await placeFile(directory, file)) placed.push(join(directory, file.path))
    for (const file of files.filter(({ path }) => path === 'index.json'))
      await placeFile(directory, await mergedIndex(directory, file))
  } catch (error) {
    if (made !== undefined) await rm(made, { recursive: true, force: true })
    else await Promise.all(placed.map((path) => rm(path, { force: true })))
    throw outputFailure(directory, error)
  }
}

/** Whether the file was not there before. */
async function placeFile(directory: string, file: LayoutFile): Promise<boolean> {
  const path = join(directory, file.path)
  const present = await stat(path).catch(() => undefined)
  if (file.path.startsWith('blobs/') && present?.size === file.size) return false
  await writeFileOutput(path, exactly(file))
  return present === undefined
}

async function mergedIndex(directory: string, file: LayoutFile): Promise<LayoutFile> {
  const existing = await readFile(join(directory, 'index.json')).catch(() => undefined)
  if (existing === undefined) return file
  const chunks: Uint8Array[] = []
  for await (const chunk of file.open()) chunks.push(chunk)
  const from = { code: 'bad-archive', what: `index.json of ${directory}` } as const
  const added = decodeIndex(Buffer.concat(chunks), from).manifests
  const kept = decodeIndex(existing, from).manifests.filter((entry) => !added.some((other) => replaces(other, entry)))
  const entries = [...kept, ...added].flatMap((entry) => indexEntries(entry, [], undefined))
  const bytes = Buffer.from(indexJson(entries))
  return { ...file, size: bytes.length, open: () => single(bytes) }
}

function replaces(added: Descriptor, old: Descriptor): boolean {
  const nameOf = (entry: Descriptor): string | undefined =>
    entry.annotations?.['io.containerd.image.name'] ?? entry.annotations?.['org.opencontainers.image.ref.name']
  return nameOf(added) === nameOf(old) && (nameOf(added) !== undefined || added.digest === old.digest)
}

/** A tar header has promised the size, so a file of another size must not be finished. */
async function* exactly(file: LayoutFile): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0
  for await (const chunk of file.open()) {
    size += chunk.length
    yield chunk
  }
  if (size !== file.size) throw new SlipwayError('internal', `${file.path} has ${size} bytes instead of ${file.size}`)
}

async function writeInto(path: string, stream: WriteStream, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const closed = new Promise<void>((resolve, reject) => {
    stream.on('close', () => resolve())
    stream.on('error', reject)
  })
  closed.catch(() => {})
  try {
    await Promise.race([closed.then(() => undefined), pour(stream, bytes)])
    stream.end()
    await closed
  } catch (error) {
    stream.destroy()
    await closed.catch(() => {})
    throw outputFailure(path, error)
  }
}

/** While a chunk is written the next one is made. */
async function pour(stream: WriteStream, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const source = bytes[Symbol.asyncIterator]()
  try {
    for (let coming = source.next(); ; ) {
      const { done, value } = await coming
      if (done === true || stream.destroyed) return
      coming = source.next()
      // A rejection is met by the next turn, or by nobody when writing fails first.
      coming.catch(() => {})
      if (!stream.write(value)) await drained(stream)
    }
  } finally {
    await source.return?.()
  }
}

function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ['drain', 'close', 'error']) stream.off(event, done)
      resolve()
    }
    for (const event of ['drain', 'close', 'error']) stream.on(event, done)
  })
}

function outputFailure(path: string, cause: unknown): SlipwayError {
  if (cause instanceof SlipwayError) return cause
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new SlipwayError('no-space', `no space left for ${path}`, { cause })
  if (code === 'ENOENT')
    return new SlipwayError('bad-option-value', `cannot write ${path}: its directory does not exist`, { cause })
  if (code === undefined) return new SlipwayError('internal', `cannot write ${path}: ${message}`, { cause })
  return new SlipwayError('bad-option-value', `cannot write ${path}: ${message}`, { cause })
}

async function isSpecial(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined)
  if (facts?.isDirectory() === true)
    throw new SlipwayError('bad-option-value', `cannot write ${path}: it is a directory`, {
      hint: 'name a file, or add tar=false',
    })
  return facts !== undefined && !facts.isFile()
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}
