import type { LayerEntry } from './entry.ts'
import { createTarDecoder, type TarDecoderOptions } from './tar-decode.ts'

/** What `readTar` yields. `data` belongs to the file entry before it; `end` closes that file. */
export type TarEvent =
  | { readonly kind: 'entry'; readonly entry: LayerEntry }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'opaque'; readonly path: string }

const zeros = new Uint8Array(1 << 16)

/**
 * Decodes a tar stream as it comes; content chunks are views of the input, sparse files come expanded. Throws SlipwayError
 * `bad-archive`, see `createTarDecoder`.
 */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: TarDecoderOptions = {},
): AsyncGenerator<TarEvent, void, undefined> {
  let queue: (TarEvent | { readonly kind: 'hole'; readonly length: number })[] = []
  const decoder = createTarDecoder(
    {
      entry: (entry) => queue.push({ kind: 'entry', entry }),
      data: (bytes) => queue.push({ kind: 'data', bytes }),
      hole: (length) => queue.push({ kind: 'hole', length }),
      end: () => queue.push({ kind: 'end' }),
      opaque: (path) => queue.push({ kind: 'opaque', path }),
    },
    options,
  )
  for await (const chunk of chunks) {
    decoder.write(chunk)
    for (const event of queue) {
      if (event.kind !== 'hole') yield event
      else
        for (let left = event.length; left > 0; left -= zeros.length)
          yield { kind: 'data', bytes: zeros.subarray(0, left) }
    }
    queue = []
  }
  decoder.close()
}

/** The entries of an archive held in memory, without content; opaque marks are set on their directories. */
export function decodeTarEntries(archive: Uint8Array, options: TarDecoderOptions = {}): LayerEntry[] {
  const entries: LayerEntry[] = []
  const opaque = new Set<string>()
  const ignore = () => {}
  const handler = { entry: (entry: LayerEntry) => entries.push(entry), data: ignore, hole: ignore, end: ignore }
  const decoder = createTarDecoder({ ...handler, opaque: (path) => opaque.add(path) }, options)
  decoder.write(archive)
  decoder.close()
  return entries.map((entry) => (entry.kind === 'dir' && opaque.has(entry.path) ? { ...entry, opaque: true } : entry))
}
