import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Digest, hexOf } from '../../core/index.ts'
import { parseReference, type Reference } from '../../oci/index.ts'
import { replaceFile } from '../replace-file.ts'

/** A blob that somebody outside has promised. */
export interface OfferedBlob {
  /** Its bytes, unchecked. */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Told that it cannot be had, or is not the layer that it was said to be. */
  failed(reason: unknown): void
  /** No modification time in it is said to be later, in seconds since the epoch. */
  readonly latest?: number
}

/** Where blobs came from and went to: where those that are not here can be had, and who need not be sent them again. */
export interface BlobOrigins {
  /** Where it came from last, else where it was sent. */
  find(blob: Digest): Reference | undefined
  /** Every repository that is known to have had it, the likeliest first. */
  all(blob: Digest): readonly Reference[]
  /** It can be had there, as long as this process runs. */
  expect(blob: Digest, reference: Reference): void
  /** It is promised, as long as this process runs. */
  offer(blob: Digest, source: OfferedBlob): void
  offered(blob: Digest): OfferedBlob | undefined
  /** It can be had there. */
  put(blob: Digest, reference: string): void
  /** It was sent there. */
  sent(blob: Digest, reference: string): void
}

/** A base that everybody builds on goes to many repositories; the last ones are enough to take it over from. */
const remembered = 8

/** One small file per blob below `directory`, one reference per line. */
export function openBlobOrigins(directory: string): BlobOrigins {
  const fileOf = (blob: Digest): string => path.join(directory, hexOf(blob))
  const all = (blob: Digest): readonly Reference[] =>
    linesOf(fileOf(blob))
      .map((line) => parseReference(line))
      .filter((reference): reference is Reference => !('error' in reference))
  const write = (blob: Digest, lines: readonly string[]): void => replaceFile(fileOf(blob), lines.join('\n'))
  const others = (blob: Digest, reference: string): readonly string[] =>
    linesOf(fileOf(blob)).filter((line) => repositoryOf(line) !== repositoryOf(reference))
  const expected = new Map<Digest, Reference>()
  const offers = new Map<Digest, OfferedBlob>()
  return {
    all,
    find: (blob) => expected.get(blob) ?? all(blob)[0],
    expect: (blob, reference) => void expected.set(blob, reference),
    offer: (blob, source) => void offers.set(blob, source),
    offered: (blob) => offers.get(blob),
    put: (blob, reference) => write(blob, [reference, ...others(blob, reference)].slice(0, remembered)),
    sent(blob, reference) {
      const lines = linesOf(fileOf(blob))
      if (lines.some((line) => repositoryOf(line) === repositoryOf(reference))) return
      write(blob, [...lines.slice(0, 1), reference, ...lines.slice(1)].slice(0, remembered))
    },
  }
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  } catch {
    return []
  }
}

function repositoryOf(line: string): string {
  const reference = parseReference(line)
  return 'error' in reference ? line : `${reference.registry}/${reference.repository}`
}
