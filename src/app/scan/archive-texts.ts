import { Unzip, type UnzipFile, UnzipInflate } from 'fflate'
import { type Bytes, decompress, readTar, sniffCompression } from '../../archive/index.ts'
import { SlipwayError } from '../../core/index.ts'

/** A file of a dump. */
export interface NamedText {
  readonly name: string
  readonly text: string
}

/** The largest records of the public dumps have some MB; a file that unpacks to more is refused before it fills the memory. */
const largestText = 64 << 20
/** All dumps together unpack to a tenth of it. */
const largestArchive = 200 * 2 ** 30

/**
 * The JSON files of a zip or tar archive (plain, gzip, zstd) as it comes. Throws `bad-archive` for anything else, for damaged
 * archives, and for those that unpack to more than any dump has.
 */
export async function* archiveTexts(chunks: Bytes, what: string): AsyncGenerator<NamedText> {
  const sniffed = await sniffCompression(chunks)
  const { compression } = sniffed
  if (compression === 'none' && (await isZip(sniffed))) yield* zipTexts(sniffed.chunks, what)
  else if (compression === 'none' || compression === 'gzip' || compression === 'zstd')
    yield* tarTexts(decompress(sniffed.chunks, compression), what)
  else throw bad(what, `is compressed with ${compression}; zip, tar, tar.gz and tar.zst can be read`)
}

/** Puts the look at the first bytes back. */
async function isZip(source: { chunks: Bytes }): Promise<boolean> {
  const iterator = source.chunks[Symbol.asyncIterator]()
  const head: Uint8Array[] = []
  while (Buffer.concat(head).length < 4) {
    const next = await iterator.next()
    if (next.done === true) break
    head.push(next.value)
  }
  source.chunks = (async function* () {
    yield* head
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
  })()
  const start = Buffer.concat(head).subarray(0, 4).toString('latin1')
  return start === 'PK\x03\x04' || start === 'PK\x05\x06'
}

async function* zipTexts(chunks: Bytes, what: string): AsyncGenerator<NamedText> {
  const budget = createBudget(what)
  let done: NamedText[] = []
  const unzip = new Unzip((file) => readZipFile(file, { budget, finish: (one) => done.push(one) }))
  unzip.register(UnzipInflate)
  const push = (chunk: Uint8Array, final: boolean): void => {
    try {
      unzip.push(chunk, final)
    } catch (error) {
      if (error instanceof SlipwayError) throw error
      throw bad(what, `is damaged: ${(error as Error).message}`, error)
    }
  }
  for await (const chunk of chunks) {
    // A piece of zeros can hold a thousand times as much: small pieces keep the bounds near.
    for (let at = 0; at < chunk.length; at += 1 << 16) {
      push(chunk.subarray(at, at + (1 << 16)), false)
      yield* done
      done = []
    }
  }
  push(new Uint8Array(0), true)
  yield* done
}

interface ZipReading {
  readonly budget: Budget
  readonly finish: (text: NamedText) => void
}

function readZipFile(file: UnzipFile, { budget, finish }: ZipReading): void {
  if (!file.name.endsWith('.json')) return
  const parts: Uint8Array[] = []
  let size = 0
  file.ondata = (error, data, final) => {
    if (error !== null) throw error
    size += data.length
    budget(file.name, size, data.length)
    parts.push(data)
    if (final) finish({ name: file.name, text: Buffer.concat(parts).toString('utf8') })
  }
  file.start()
}

async function* tarTexts(chunks: Bytes, what: string): AsyncGenerator<NamedText> {
  const budget = createBudget(what)
  let open: { readonly name: string; readonly parts: Uint8Array[]; size: number } | undefined
  for await (const event of readTar(chunks)) {
    if (event.kind === 'entry') {
      const { kind, path } = event.entry
      open = kind === 'file' && path.endsWith('.json') ? { name: path, parts: [], size: 0 } : undefined
    } else if (event.kind === 'data') {
      if (open !== undefined) open.size += event.bytes.length
      budget(open?.name ?? '', open?.size ?? 0, event.bytes.length)
      open?.parts.push(Buffer.from(event.bytes))
    } else if (event.kind === 'end' && open !== undefined) {
      yield { name: open.name, text: Buffer.concat(open.parts).toString('utf8') }
      open = undefined
    }
  }
}

type Budget = (name: string, size: number, more: number) => void

function createBudget(what: string): Budget {
  let total = 0
  return (name, size, more) => {
    total += more
    if (size > largestText) throw bad(what, `has a file of more than ${largestText >> 20} MiB: ${name}`)
    if (total > largestArchive) throw bad(what, `unpacks to more than ${largestArchive / 2 ** 30} GiB`)
  }
}

function bad(what: string, reason: string, cause?: unknown): SlipwayError {
  return new SlipwayError('bad-archive', `${what} ${reason}`, cause === undefined ? {} : { cause })
}
