import { createHash, randomUUID } from 'node:crypto'
import {
  createWriteStream,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import {
  canonicalJson,
  type Digest,
  digestFromHex,
  digestOf,
  hexOf,
  parseDigest,
  SlipwayError,
} from '../../core/index.ts'
import { httpGet, type HttpAnswer } from './http-get.ts'
import { markUsed } from './mark-used.ts'
import { redactUrls } from './redact.ts'

export interface HttpRequest {
  readonly url: string
  /** What the file is called in the tree. */
  readonly filename: string
  readonly checksum?: Digest
}

export interface HttpOptions {
  /** Directory for what is kept between builds. */
  readonly root: string
  readonly signal: AbortSignal
  /** `Authorization` for the host of the URL; not sent to other hosts after a redirect. */
  readonly authorization?: string
  /** Certificate authorities besides those that Node brings along, as PEM. */
  readonly authorities?: () => Promise<readonly string[]>
  /** Told each file or directory that is kept between builds, before it is looked for. */
  readonly hold?: (path: string) => void
  readonly progress?: (progress: { readonly current: number; readonly total?: number }) => void
}

export interface Download {
  /** The directory that holds the file and nothing else. */
  readonly path: string
  /** sha256 of the content. */
  readonly identity: Digest
  /** When the server says it was changed, in seconds. */
  readonly modified?: number
}

/** What is remembered of a URL, to ask the server whether it changed. */
interface HttpRecord {
  readonly digest: Digest
  /** Seconds since the epoch from Last-Modified, 0 without. */
  readonly time: number
  readonly etag?: string
  readonly lastModified?: string
}

/**
 * Downloads a file as ADD does: mode 0600, time from Last-Modified (the epoch without), kept by content. A known URL is
 * revalidated by ETag or Last-Modified; a known `checksum` needs no network at all. Throws `download-failed`,
 * `checksum-mismatch`.
 */
export async function fetchHttp(request: HttpRequest, options: HttpOptions): Promise<Download> {
  const recordFile = join(options.root, 'records', `${hexOf(digestOf(request.url))}.json`)
  const record = readRecord(recordFile)
  const isThere = record !== undefined && existsSync(held(filePath(options.root, record), options))
  const usable = isThere ? record : undefined
  if (usable !== undefined && usable.digest === request.checksum) return place(request, usable, options)
  const fresh = await download(request, usable, options)
  if (fresh !== usable) writeAtomically(recordFile, canonicalJson({ ...fresh }))
  if (request.checksum !== undefined && fresh.digest !== request.checksum) {
    throw new SlipwayError(
      'checksum-mismatch',
      `${redactUrls(request.url)}: expected ${request.checksum}, got ${fresh.digest}`,
    )
  }
  return place(request, fresh, options)
}

function held(path: string, { hold }: HttpOptions): string {
  hold?.(path)
  return path
}

async function download(
  request: HttpRequest,
  known: HttpRecord | undefined,
  options: HttpOptions,
): Promise<HttpRecord> {
  const answer = await httpGet(request.url, {
    signal: options.signal,
    headers: {
      ...(known?.etag === undefined ? {} : { 'if-none-match': known.etag }),
      ...(known?.etag === undefined && known?.lastModified !== undefined
        ? { 'if-modified-since': known.lastModified }
        : {}),
    },
    ...(options.authorization === undefined ? {} : { authorization: options.authorization }),
    ...(options.authorities === undefined ? {} : { authorities: options.authorities }),
  })
  if (answer.status === 304 && known !== undefined) {
    await answer.discard()
    return known
  }
  return save(request, answer, options)
}

async function save({ url }: HttpRequest, answer: HttpAnswer, options: HttpOptions): Promise<HttpRecord> {
  const { root, progress, signal } = options
  const temporary = join(root, 'files', `tmp-${randomUUID()}`)
  mkdirSync(dirname(temporary), { recursive: true })
  const hash = createHash('sha256')
  const total = Number(answer.header('content-length') ?? Number.NaN)
  let current = 0
  const watch = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk)
      current += chunk.length
      progress?.({ current, ...(Number.isNaN(total) ? {} : { total }) })
      yield chunk
    }
  }
  try {
    await pipeline(answer.body, watch, createWriteStream(temporary, { mode: 0o600 }), { signal })
    const lastModified = answer.header('last-modified')
    const time = Math.floor(Date.parse(lastModified ?? '') / 1000) || 0
    const etag = answer.header('etag')
    const record = {
      digest: digestFromHex(hash.digest('hex')),
      time,
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    }
    utimesSync(temporary, time, time)
    renameSync(temporary, held(filePath(root, record), options))
    return record
  } catch (error) {
    rmSync(temporary, { force: true })
    if (signal.aborted) throw new SlipwayError('cancelled', 'the build was cancelled')
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new SlipwayError('no-space', `no space left for ${redactUrls(url)}`)
    const reason = error instanceof Error ? error.message : String(error)
    throw new SlipwayError('download-failed', `the download of ${redactUrls(url)} broke off: ${reason}`, {
      cause: error,
      retryable: true,
    })
  }
}

function filePath(root: string, { digest, time }: HttpRecord): string {
  return join(root, 'files', `${hexOf(digest)}-${time}`)
}

/** A directory with the file under the wanted name: a hard link, so that it costs no space. */
function place({ filename }: HttpRequest, record: HttpRecord, options: HttpOptions): Download {
  const { root } = options
  const name = `${hexOf(record.digest)}-${record.time}-${hexOf(digestOf(filename)).slice(0, 16)}`
  const path = held(join(root, 'trees', name), options)
  if (existsSync(path)) markUsed(path)
  else {
    const work = `${path}.tmp-${randomUUID()}`
    mkdirSync(work, { recursive: true })
    linkSync(filePath(root, record), join(work, basename(filename)))
    try {
      renameSync(work, path)
    } catch (error) {
      rmSync(work, { recursive: true, force: true })
      if (!existsSync(path)) throw error
    }
  }
  return { path, identity: record.digest, ...(record.lastModified === undefined ? {} : { modified: record.time }) }
}

function readRecord(file: string): HttpRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as HttpRecord
    return parseDigest(record.digest) === undefined || !Number.isInteger(record.time) ? undefined : record
  } catch {
    return undefined
  }
}

function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.${randomUUID()}.tmp`
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(temporary, text)
  renameSync(temporary, file)
}
