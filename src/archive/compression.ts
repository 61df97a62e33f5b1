export type Compression = 'none' | 'gzip' | 'bzip2' | 'xz' | 'zstd'

const magics: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b, 0x08]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
]

/**
 * What the first bytes of a stream say it is; six bytes are enough. Skippable zstd frames (0x184D2A5x), with which some
 * compressors begin, count as zstd.
 */
export function detectCompression(firstBytes: Uint8Array): Compression {
  for (const [name, magic] of magics) {
    if (magic.every((byte, index) => firstBytes[index] === byte)) return name
  }
  const skippable =
    ((firstBytes[0] ?? 0) & 0xf0) === 0x50 && firstBytes[1] === 0x2a && firstBytes[2] === 0x4d && firstBytes[3] === 0x18
  return skippable ? 'zstd' : 'none'
}
