import { badArchive } from './bad-archive.ts'
import { numberField } from './tar-header.ts'

/** A run of stored bytes in a sparse file; everything between the runs reads as zeros. */
export interface SparseRun {
  readonly offset: number
  readonly length: number
}

/** More runs than this are refused: 4 million cost 64 MB and no real file comes near it. */
export const maxRuns = 1 << 22

/** Runs in a GNU sparse header (4 at byte 386) or extension block (21 at byte 0); an empty slot ends them. */
export function decodeSparseSlots(block: Buffer, at: number, count: number, offset: number): SparseRun[] {
  const runs: SparseRun[] = []
  for (let slot = 0; slot < count; slot += 1) {
    const start = at + slot * 24
    if (block[start] === 0) break
    runs.push({ offset: numberField(block, start, 12, offset), length: numberField(block, start + 12, 12, offset) })
  }
  return runs
}

/** Runs from a flat list of numbers: offset, length, offset, length, … */
export function sparseRunsOf(numbers: readonly string[], offset: number): SparseRun[] {
  if (numbers.length % 2 !== 0) throw badArchive('a sparse map has an odd number of values', offset)
  const values = numbers.map((text) => decimal(text, offset))
  return Array.from({ length: values.length / 2 }, (_, index) => ({
    offset: values[2 * index] as number,
    length: values[2 * index + 1] as number,
  }))
}

/** The map that PAX sparse 1.0 puts in front of the content, gathered block by block. */
export interface SparsePrefix {
  readonly parts: string[]
  lines: number
}

/**
 * Adds a block: the number of runs, then offset and length of each, one number a line. Returns undefined while the map is
 * not complete. Only counts lines until then, so that a long map costs no more than its length.
 */
export function addSparseBlock(prefix: SparsePrefix, block: Buffer, offset: number): readonly SparseRun[] | undefined {
  prefix.parts.push(block.toString('latin1'))
  for (const byte of block) if (byte === 0x0a) prefix.lines += 1
  if (prefix.lines === 0) return undefined
  const first = prefix.parts[0] as string
  const count = decimal(first.slice(0, Math.max(0, first.indexOf('\n'))), offset)
  if (count > maxRuns) throw badArchive('a sparse map is too long', offset)
  if (prefix.lines < 1 + 2 * count) return undefined
  return sparseRunsOf(
    prefix.parts
      .join('')
      .split('\n')
      .slice(1, 1 + 2 * count),
    offset,
  )
}

/** Throws unless the runs are in order, inside the file, and as long together as what is stored. */
export function checkSparse(runs: readonly SparseRun[], stored: number, size: number, offset: number): void {
  let end = 0
  let sum = 0
  for (const run of runs) {
    if (run.offset < end || run.length < 0) throw badArchive('the runs of a sparse file overlap', offset)
    end = run.offset + run.length
    sum += run.length
  }
  if (end > size) throw badArchive('a sparse file has content beyond its end', offset)
  if (sum !== stored) throw badArchive('a sparse map does not match the stored size', offset)
}

export function decimal(text: string, offset: number): number {
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value)) throw badArchive(`'${text.slice(0, 24)}' is not a size`, offset)
  return value
}
