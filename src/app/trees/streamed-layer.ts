import { createHash, type Hash } from 'node:crypto'
import { impliedDirectory, type LayerEntry, readTar } from '../../archive/index.ts'
import { decompressed } from '../../adapters/layer-store/index.ts'
import { type Digest, digestFromHex } from '../../core/index.ts'
import { elfHeadSize, mayBeProgram, readElf } from '../../elf/index.ts'
import {
  type FilePart,
  goInfoPart,
  holdsGoInfo,
  javaArchive,
  namesPackages,
  readAuditable,
  reducedJavaArchive,
} from '../../inventory/index.ts'
import type { LayerFiles } from './layer-files.ts'

/** A larger file is not kept, whatever it is called. */
const largestKept = 128 << 20
/** The crates of a program are found by the table at its end: until that comes, one file of at most this size is held. */
const largestHeld = 128 << 20

/**
 * A layer read once from its blob, without unpacking it: its entries with the digests of files, and of contents what
 * inventories and comparisons ask for. Rejects as decoding archives does, and as `blob` does.
 */
export async function streamLayer(diffId: Digest, blob: AsyncIterable<Uint8Array>): Promise<LayerFiles> {
  const entries: LayerEntry[] = []
  const opaque = new Set<string>()
  const kept = new Map<string, readonly KeptPart[]>()
  let open: OpenFile | undefined
  for await (const event of readTar(decompressed(blob))) {
    if (event.kind === 'opaque') opaque.add(event.path)
    else if (event.kind === 'data') open?.take(event.bytes)
    else if (event.kind === 'end') {
      const { entry, parts } = (open as OpenFile).finish()
      entries.push(entry)
      if (parts.length > 0) kept.set(entry.path, parts)
      open = undefined
    } else if (event.entry.kind === 'file') open = openFile(event.entry)
    else entries.push(event.entry)
  }
  return { id: diffId, entries: withOpaque(entries, opaque), read: (path, part) => keptPart(kept.get(path), part) }
}

interface KeptPart {
  readonly offset: number
  readonly bytes: Buffer
}

/** A file while its content goes by. */
interface OpenFile {
  take(chunk: Uint8Array): void
  finish(): { readonly entry: LayerEntry; readonly parts: readonly KeptPart[] }
}

function openFile(entry: LayerEntry): OpenFile {
  const hash: Hash = createHash('sha256')
  const keeper = keeperOf(entry)
  let position = 0
  return {
    take: (chunk) => {
      hash.update(chunk)
      keeper?.take(position, chunk)
      position += chunk.length
    },
    finish: () => ({ entry: { ...entry, digest: digestFromHex(hash.digest('hex')) }, parts: keeper?.parts() ?? [] }),
  }
}

interface Keeper {
  take(position: number, chunk: Uint8Array): void
  parts(): readonly KeptPart[]
}

function keeperOf(entry: LayerEntry): Keeper | undefined {
  if (namesPackages(entry.path) && entry.size <= largestKept)
    return javaArchive.test(entry.path) ? archiveKeeper(entry.size) : wholeKeeper(entry.size)
  return mayBeProgram(entry.path, entry) ? programKeeper(entry.size) : undefined
}

function wholeKeeper(size: number): Keeper {
  const part = partKeeper({ offset: 0, length: size })
  return { take: part.take, parts: () => [part.part()] }
}

/** Archives of 100 MB have some kB that say what they are: the rest is held only while they are read. */
function archiveKeeper(size: number): Keeper {
  const whole = wholeKeeper(size)
  return {
    take: whole.take,
    parts: () => whole.parts().map(({ bytes }) => ({ offset: 0, bytes: Buffer.from(reducedJavaArchive(bytes)) })),
  }
}

/** Keeps the head, and what linkers of Go and Rust noted: for Go the head says where that is, for Rust the table of sections. */
function programKeeper(size: number): Keeper {
  const head = partKeeper({ offset: 0, length: Math.min(size, elfHeadSize) })
  let info: PartKeeper | undefined
  let whole = size <= largestHeld ? partKeeper({ offset: 0, length: size }) : undefined
  return {
    take: (position, chunk) => {
      head.take(position, chunk)
      whole?.take(position, chunk)
      if (position + chunk.length >= elfHeadSize && position < elfHeadSize && readElf(head.part().bytes) === undefined)
        whole = undefined
      const wanted = position + chunk.length >= elfHeadSize && position < elfHeadSize ? infoPart(head) : undefined
      info ??= wanted === undefined ? undefined : partKeeper(wanted)
      info?.take(position, chunk)
    },
    parts: () => {
      if (readElf(head.part().bytes) === undefined) return []
      const found = info?.part()
      if (found !== undefined && holdsGoInfo(found.bytes)) return [head.part(), found]
      return [head.part(), ...(whole === undefined ? [] : crateParts(whole.part().bytes))]
    },
  }
}

/** The parts that tell the crates of a program, when it has noted them. */
function crateParts(file: Buffer): readonly KeptPart[] {
  const asked: KeptPart[] = []
  const crates = readAuditable(({ offset, length }) => {
    const bytes = file.subarray(offset, offset + length)
    // A copy: the rest of the file is not kept.
    asked.push({ offset, bytes: Buffer.from(bytes) })
    return bytes
  })
  return crates === undefined ? [] : asked.filter(({ offset }) => offset > 0)
}

function infoPart(head: PartKeeper): FilePart | undefined {
  const header = readElf(head.part().bytes)
  return header === undefined ? undefined : goInfoPart(header)
}

interface PartKeeper {
  take(position: number, chunk: Uint8Array): void
  part(): KeptPart
}

function partKeeper({ offset, length }: FilePart): PartKeeper {
  const chunks: Buffer[] = []
  return {
    take: (position, chunk) => {
      const from = Math.max(0, offset - position)
      const to = Math.min(chunk.length, offset + length - position)
      // A copy: the chunk is the decoder's.
      if (from < to) chunks.push(Buffer.from(chunk.subarray(from, to)))
    },
    part: () => ({ offset, bytes: Buffer.concat(chunks) }),
  }
}

function keptPart(parts: readonly KeptPart[] | undefined, { offset, length }: FilePart): Uint8Array | undefined {
  return parts?.find((part) => part.offset === offset)?.bytes.subarray(0, length)
}

/** An opaque mark belongs to an entry, and makes one where the layer has none for its directory. */
function withOpaque(entries: readonly LayerEntry[], opaque: ReadonlySet<string>): readonly LayerEntry[] {
  if (opaque.size === 0) return entries
  const stated = new Set(entries.filter(({ kind }) => kind === 'dir').map(({ path }) => path))
  const missing = [...opaque].filter((path) => !stated.has(path))
  return [
    ...missing.map((path) => ({ ...impliedDirectory, path, opaque: true })),
    ...entries.map((entry) => (entry.kind === 'dir' && opaque.has(entry.path) ? { ...entry, opaque: true } : entry)),
  ]
}
