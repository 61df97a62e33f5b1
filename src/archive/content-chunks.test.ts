import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { cutByContent } from './content-chunks.ts'

const sizes = { smallest: 1 << 10, usual: 1 << 12, largest: 1 << 14 }

/** Bytes that look random and are the same every time. */
function noise(length: number, seed = 'a'): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, at) =>
    createHash('sha256').update(`${seed}${at}`).digest(),
  )
  return Buffer.concat(blocks).subarray(0, length)
}

async function chunksOf(bytes: Buffer, piece = 7001): Promise<Buffer[]> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, at) =>
    bytes.subarray(at * piece, (at + 1) * piece),
  )
  const chunks: Buffer[] = []
  for await (const chunk of cutByContent(pieces, sizes)) chunks.push(Buffer.from(chunk))
  return chunks
}

const names = (chunks: readonly Buffer[]): string[] =>
  chunks.map((chunk) => createHash('sha256').update(chunk).digest('hex'))

describe('cutting by content', () => {
  const bytes = noise(500_000)

  it('loses nothing and keeps to the sizes', async () => {
    const chunks = await chunksOf(bytes)
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
    for (const chunk of chunks.slice(0, -1)) {
      expect(chunk.length).toBeGreaterThanOrEqual(sizes.smallest)
      expect(chunk.length).toBeLessThanOrEqual(sizes.largest)
    }
    expect(bytes.length / chunks.length).toBeGreaterThan(sizes.usual / 2)
    expect(bytes.length / chunks.length).toBeLessThan(sizes.usual * 3)
  })

  it('cuts in the same places however the bytes arrive', async () => {
    const whole = names(await chunksOf(bytes, bytes.length))
    expect(names(await chunksOf(bytes, 1))).toEqual(whole)
    expect(names(await chunksOf(bytes, 100_003))).toEqual(whole)
  })

  it('finds almost all chunks again when bytes are put in', async () => {
    const before = new Set(names(await chunksOf(bytes)))
    const grown = Buffer.concat([bytes.subarray(0, 200_000), noise(10, 'b'), bytes.subarray(200_000), noise(900, 'c')])
    const fresh = names(await chunksOf(grown)).filter((name) => !before.has(name))
    expect(fresh.length).toBeGreaterThan(0)
    expect(fresh.length).toBeLessThan(6)
  })

  it('cuts what never changes at the largest size', async () => {
    const chunks = await chunksOf(Buffer.alloc(40_000))
    expect(chunks.map((chunk) => chunk.length)).toEqual([16_384, 16_384, 7232])
  })
})
